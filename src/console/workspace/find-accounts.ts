import { type Values, match } from '../../ask/find/match-query.ts'
import { readQuery } from '../../ask/find/parse-query.ts'
import type { EveryAccount } from '../../ask/read-all-accounts.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import type { AccountsAtHand } from './all-accounts.ts'
import { factsOf } from './facts-of-accounts.ts'

/** Whether a search is a query of `tenfold find`, and not a part of an id. */
export function isQuery(text: string): boolean {
  return /[:=<>~]/.test(text)
}

/** Finds accounts by a part of their id, or by a query of `tenfold find`. @throws {Failure} for a query that is none. */
export function findAccounts(text: string, every: AccountsAtHand): Promise<SearchedAccounts> | SearchedAccounts {
  return isQuery(text) ? byQuery(text, every) : byId(text, every)
}

export interface SearchedAccounts {
  readonly ids: readonly string[]
  /** What matched of one of them. */
  readonly valuesOf: (id: string) => Values
}

/** Those that begin with the text come first. */
function byId(text: string, every: EveryAccount): SearchedAccounts {
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

async function byQuery(query: string, { common, answers, accounts }: AccountsAtHand): Promise<SearchedAccounts> {
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
