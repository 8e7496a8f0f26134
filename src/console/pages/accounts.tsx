import { type Values, match } from '../../ask/find/match-query.ts'
import { readQuery } from '../../ask/find/parse-query.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { plural } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { AccountLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import type { AccountsAtHand } from '../workspace/all-accounts.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'
import type { EveryAccount } from '../../ask/read-all-accounts.ts'

/** Accounts by a part of their id, or by a query of `tenfold find`. */
export async function accountsPage({ workspace, url }: PageRequest): Promise<Page> {
  const query = (url.searchParams.get('q') ?? '').trim()
  const every = await workspace.accounts.now()
  const isQuery = /[:=<>~]/.test(query)
  const { ids, valuesOf } = isQuery ? await byQuery(query, every) : byId(query, every)
  // Of a configuration that answers nothing, no query can be answered: none would be a wrong answer.
  const isKnown = !isQuery || every.answers !== undefined
  const shown = ids.slice(0, LONGEST_LIST)
  const more = ids.length - shown.length
  return {
    title: query === '' ? WORDS.accounts.title : WORDS.accounts.found(query),
    body: (
      <>
        {every.answers === undefined && <Problems diagnostics={every.common.diagnostics} />}
        {isKnown && <p role="status">{plural(ids.length, 'account')}</p>}
        {isQuery && every.opaque.length > 0 && (
          <Note is="warning">{WORDS.accounts.opaque(every.opaque.slice(0, 5).map(shownText).join(', '))}</Note>
        )}
        {isKnown && (
          <Table
            caption={WORDS.accounts.title}
            head={WORDS.accounts.head}
            rows={shown.map((id) => [
              <AccountLink id={id} />,
              every.accounts.get(id)?.account.plan ?? '—',
              Object.entries(valuesOf(id)).map(([name, value]) => (
                <span class="match">
                  {shownText(name)} <strong>{shownValue(value)}</strong>
                </span>
              )),
            ])}
          />
        )}
        {more > 0 && <p class="more">{WORDS.more(more)}</p>}
        <Note is="info">
          <p>{WORDS.accounts.help}</p>
        </Note>
      </>
    ),
  }
}

interface Found {
  readonly ids: readonly string[]
  /** What matched of one of them. */
  readonly valuesOf: (id: string) => Values
}

/** Those that begin with the text come first. */
function byId(text: string, every: EveryAccount): Found {
  const wanted = text.toLowerCase()
  if (wanted.includes('\n')) return { ids: [], valuesOf: () => ({}) }
  const { ids } = factsOf(every)
  const first: string[] = []
  const others: string[] = []
  let end = 0
  for (let at = ids.indexOf(wanted, 1); at >= 0; at = ids.indexOf(wanted, end + 1)) {
    const start = ids.lastIndexOf('\n', at - 1) + 1
    end = ids.indexOf('\n', at)
    if (end <= start) break
    const list = start === at ? first : others
    list.push(ids.slice(start, end))
  }
  return { ids: [...first, ...others], valuesOf: () => ({}) }
}

async function byQuery(query: string, { common, answers, accounts }: AccountsAtHand): Promise<Found> {
  const { vocabulary = BUILT_IN, functions = {}, prompts } = common.context.known
  const terms = readQuery([query], { vocabulary, functions, prompts })
  const { globals } = common
  const ids = (await answers)?.find(terms) ?? []
  return {
    ids,
    valuesOf: (id) => {
      const account = accounts.get(id)?.account
      return (globals && account && match(terms, globals, id, account)) ?? {}
    },
  }
}
