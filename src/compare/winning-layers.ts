import { own } from '../domain/plain-data.ts'
import type { Account, Globals } from '../domain/settings-types.ts'
import { mayBring, resolveFunction } from '../domain/resolve-answers.ts'

/**
 * The source of a field of the flat form. For a function it is one of its layers. Prompts, profiles, strategies and the
 * plan have no layers: one is the account's own, or the globals'.
 */
export type Winner = 'provider' | 'function' | 'account' | 'global'

/**
 * Returns where every field of an account's flat form comes from, by the field's name; nothing for what it does not
 * get.
 */
export function winnersOf(globals: Globals, account: Account | undefined): Map<string, Winner> {
  const winners = new Map<string, Winner>()
  if (account !== undefined) winners.set('plan', 'account')
  for (const [name, spec] of Object.entries(globals.functions)) {
    const { fields, providerLayer } = resolveFunction(globals, account, spec)
    winners.set(`functions.${name}.provider`, providerLayer)
    // The key is the platform's, no matter who has chosen the provider.
    winners.set(`functions.${name}.api_key`, 'provider')
    for (const [field, { layer }] of fields) winners.set(`functions.${name}.${field}`, layer)
  }
  for (const type of Object.keys(globals.prompts)) {
    const winner = promptWinner(globals, account, type)
    for (const field of PROMPT_FIELDS) winners.set(`prompts.${type}.${field}`, winner)
  }
  for (const collection of ['author_profiles', 'strategies'] as const) {
    const brought = account !== undefined && mayBring(globals, account, collection) ? account[collection] : undefined
    const merged = { ...globals[collection], ...brought }
    for (const [id, record] of Object.entries(merged)) {
      const winner = own(brought, id) === undefined ? 'global' : 'account'
      if (record['active'] !== false) winners.set(`${collection}.${id}`, winner)
    }
  }
  return winners
}

/** Returns the same for one prompt, for which plans and prompts are enough. */
export function promptWinner(
  { plans }: Pick<Globals, 'plans'>,
  account: Account | undefined,
  type: string,
): 'account' | 'global' {
  const isOwn =
    account !== undefined && own(account.prompts, type) !== undefined && mayBring({ plans }, account, 'prompts')
  return isOwn ? 'account' : 'global'
}

export const PROMPT_FIELDS = ['prompt_value', 'default_prompt', 'is_customized'] as const
