import { type Dict, type Globals, type Kind, type Value, own } from '../../domain/settings-types.ts'
import { serves } from '../../domain/resolve-answers.ts'

/** Returns the provider that serves an account's functions of a kind; undefined where nothing defines it. */
export function usedProvider(globals: Globals, overrides: Dict<Dict<Value>>, kind: Kind): string | undefined {
  const choice = own(overrides, kind)?.['provider'] ?? globals[kind].provider
  return typeof choice === 'string' && serves(globals, choice, kind) ? choice : undefined
}
