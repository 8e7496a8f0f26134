import { didYouMean, oneOf } from '../base/did-you-mean.ts'
import { Failure } from '../base/failure.ts'
import { type Vocabulary, isProvider, kindOf } from '../domain/vocabulary.ts'
import { isFree } from '../lint/facts/account-policy.ts'
import type { DumpIndex } from './rows/dump-index.ts'
import type { Selection } from './import-request.ts'
import type { ResolvedAccount } from './resolve-accounts.ts'

interface Selectable {
  readonly index: DumpIndex
  readonly accounts: readonly ResolvedAccount[]
  readonly vocabulary: Vocabulary
}

const ONE = 'one provider serves a kind: leave one of them out'

/** Every account that has a section of the provider. */
const ALL = '*'

/**
 * Returns a function from an account to the providers that `--select` chooses for it.
 *
 * @throws {Failure} where a selection is of no provider, or of no account that may select one.
 */
export function selectionFor(
  selects: readonly Selection[],
  { index, accounts, vocabulary }: Selectable,
): (account: ResolvedAccount, sections: ReadonlySet<string>) => readonly string[] {
  const known = new Map(
    accounts.flatMap((account) => [[account.id, account] as const, [String(account.record.pk), account] as const]),
  )
  const keys = new Set(index.accounts.map(({ record }) => String(record.pk)))
  const chosen = new Map<string, Set<string>>()
  const all: string[] = []
  for (const { provider, accounts: names } of selects) {
    if (!isProvider(vocabulary, provider)) {
      const providers = Object.keys(vocabulary.providers)
      const hint = `${didYouMean(provider, providers)}the providers are ${oneOf(providers)}`
      throw new Failure('usage', `--select: "${provider}" is no provider`, hint)
    }
    for (const name of names) {
      if (name === ALL) {
        const kind = kindOf(vocabulary, provider)
        const other = all.find((one) => one !== provider && kindOf(vocabulary, one) === kind)
        if (other !== undefined) {
          throw new Failure('usage', `--select: ${provider} and ${other} are both selected for all`, ONE)
        }
        all.push(provider)
        continue
      }
      const account = known.get(name)
      // One that is refused is in the report.
      if (account === undefined && keys.has(name)) continue
      if (account === undefined) {
        const hint = didYouMean(name, known.keys()) || 'name accounts by their ids or primary keys, or write * for all'
        throw new Failure('usage', `--select: there is no account "${name}"`, hint)
      }
      if (isFree(account.plan)) {
        throw new Failure('usage', `--select: "${name}" is on Free, which overrides nothing`, 'leave it out')
      }
      const others = chosen.get(account.id) ?? new Set<string>()
      const kind = kindOf(vocabulary, provider)
      const other = [...others].find((one) => one !== provider && kindOf(vocabulary, one) === kind)
      if (other !== undefined) {
        throw new Failure('usage', `--select: ${provider} and ${other} are both selected for "${name}"`, ONE)
      }
      chosen.set(account.id, others.add(provider))
    }
  }
  // The later one counts: what is said of an account, before what is said of all.
  return ({ id }, sections) => [...all.filter((provider) => sections.has(provider)), ...(chosen.get(id) ?? [])]
}
