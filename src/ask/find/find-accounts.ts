import type { PlanName } from '../../domain/settings-types.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { servesAll } from '../../domain/resolve-answers.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { checkGlobals } from '../../check/check-globals.ts'
import type { Origin } from '../../source/open-configuration.ts'
import { type TrustedStore, withPrevious } from '../../check/previous/previous-release.ts'
import { knownTo, openAll, readAllAccounts } from '../read-all-accounts.ts'
import { type Values, match } from './match-query.ts'
import { type Names, type Term } from './parse-query.ts'

interface FoundAccount {
  readonly account: string
  readonly plan: PlanName
  readonly values: Values
}

export type FoundAccounts =
  /** A global file is wrong, so that no answer is known. */
  | { readonly is: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly files: number }
  | {
      readonly is: 'found'
      /** By their ids. */
      readonly accounts: readonly FoundAccount[]
      readonly total: number
      /** Accounts whose files cannot be understood. */
      readonly opaque: readonly string[]
    }

export interface FindOptions {
  /** It may know some of the accounts already. */
  readonly store?: TrustedStore
  readonly fingerprint: string
  readonly note?: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

/**
 * Finds the accounts whose answers meet a query. Those that a store knows are taken from it, so that only what has
 * changed since is parsed.
 *
 * @param query reads the query, once it is known which functions and prompts there are. @throws {Failure}
 */
export async function findAccounts(
  origin: Origin,
  query: (names: Names) => readonly Term[],
  { store, fingerprint, note = (): void => {}, progress }: FindOptions,
): Promise<FoundAccounts> {
  const configuration = await openAll(origin, note)
  return withPrevious(store, fingerprint, note, async (previous) => {
    const common = await checkGlobals(configuration, {})
    const { known } = common.context
    const { globals } = common
    const { vocabulary = BUILT_IN, functions = {}, prompts } = known
    const names = { vocabulary, functions, prompts }
    // Wrong usage comes before a wrong configuration, where the file that knows the names can be read.
    const terms = globals !== undefined || known.functions !== undefined ? query(names) : []
    const errors = common.diagnostics.filter(({ severity }) => severity === 'error')
    if (globals === undefined || !servesAll(globals))
      return { is: 'refused', diagnostics: errors, files: configuration.tree.files.length }
    const options = { known: knownTo(previous), ...(progress !== undefined && { progress }) }
    const { accounts, total, opaque } = await readAllAccounts(configuration, options, common)
    const found = [...accounts].flatMap(([id, { account }]): FoundAccount[] => {
      const values = match(terms, globals, id, account)
      return values === undefined ? [] : [{ account: id, plan: account.plan, values }]
    })
    return { is: 'found', total, opaque, accounts: found.sort((a, b) => (a.account < b.account ? -1 : 1)) }
  })
}
