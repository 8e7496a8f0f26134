import { type Dict, type Value, own } from '../../domain/plain-data.ts'
import type { Globals } from '../../domain/settings-types.ts'
import { serves } from '../../domain/resolve-answers.ts'

/** Returns the provider that serves an account's functions of a kind; undefined where nothing defines it. */
export function usedProvider(globals: Globals, overrides: Dict<Dict<Value>>, kind: string): string | undefined {
  const choice = own(overrides, kind)?.['provider'] ?? own(globals.sections, kind)?.provider
  return typeof choice === 'string' && serves(globals, choice, kind) ? choice : undefined
}
