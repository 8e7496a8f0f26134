import { match, type Values } from '../../ask/find/match-query.ts'
import { readQuery } from '../../ask/find/parse-query.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { plural } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { AccountLink } from '../parts/links.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'
import type { EveryAccount } from '../../ask/read-all-accounts.ts'

/** Accounts by a part of their id, or by a query of `tenfold find`. */
export async function accountsPage({ workspace, url }: PageRequest): Promise<Page> {
  const query = (url.searchParams.get('q') ?? '').trim()
  const every = await workspace.accounts.now()
  const found = /[:=<>~]/.test(query) ? byQuery(query, every) : byId(query, every)
  const shown = found.slice(0, LONGEST_LIST)
  const more = found.length - shown.length
  return {
    title: query === '' ? WORDS.accounts.title : WORDS.accounts.found(query),
    body: (
      <>
        <p role="status">{plural(found.length, 'account')}</p>
        <Table
          caption={WORDS.accounts.title}
          head={WORDS.accounts.head}
          rows={shown.map(({ id, values }) => [
            <AccountLink id={id} />,
            every.accounts.get(id)?.account.plan ?? '—',
            Object.entries(values).map(([name, value]) => (
              <span class="match">
                {shownText(name)} <strong>{shownValue(value)}</strong>
              </span>
            )),
          ])}
        />
        {more > 0 && <p class="more">{WORDS.more(more)}</p>}
        <Note is="info">
          <p>{WORDS.accounts.help}</p>
        </Note>
      </>
    ),
  }
}

interface Found {
  readonly id: string
  readonly values: Values
}

/** Those that begin with the text come first. */
function byId(text: string, every: EveryAccount): Found[] {
  const wanted = text.toLowerCase()
  const ids = factsOf(every).ids.filter((id) => id.includes(wanted))
  const first = ids.filter((id) => id.startsWith(wanted))
  const others = ids.filter((id) => !id.startsWith(wanted))
  return [...first, ...others].map((id) => ({ id, values: {} }))
}

function byQuery(query: string, every: EveryAccount): Found[] {
  const { globals, context } = every.common
  const { vocabulary = BUILT_IN, functions = {}, prompts } = context.known
  const terms = readQuery([query], { vocabulary, functions, prompts })
  if (globals === undefined) return []
  const found: Found[] = []
  for (const id of factsOf(every).ids) {
    const account = every.accounts.get(id)?.account
    const values = account && match(terms, globals, id, account)
    if (values !== undefined) found.push({ id, values })
  }
  return found
}
