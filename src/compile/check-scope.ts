import { filesById } from '../check/account-spelling.ts'
import { finished } from '../check/finish-diagnostics.ts'
import { reportConverted } from '../check/checkout/converted-files.ts'
import { inspect } from '../check/checkout/inspect-checkout.ts'
import type { CheckOptions } from '../check/check-configuration.ts'
import type { CustomRules } from '../check/load-custom-rules.ts'
import { type CheckedGlobals, checkGlobals } from '../check/check-globals.ts'
import type { Previous } from '../check/previous/previous-release.ts'
import { type Scope, scopeOf } from '../check/previous/changed-scope.ts'
import type { Origin } from '../source/open-configuration.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { type CheckedChanges, checkChangedAccounts } from './check-changed-accounts.ts'

/**
 * Reads the part of a configuration that has to be compiled: what has changed since the last store, where git can tell.
 */
export async function readScope(
  origin: Origin,
  previous: Previous | undefined,
  custom: CustomRules | undefined,
): Promise<Scope> {
  const scope = await scopeOf(origin, previous, custom)
  return { ...scope, configuration: await inspect(scope.configuration) }
}

/** A scope taken through parse, validate, link and lint. */
export interface CheckedScope {
  readonly globals: CheckedGlobals
  readonly accounts: CheckedChanges
  /** All of them, sorted. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Parses, validates, links and lints: the globals first, then each account against them. */
export async function checkScope(
  scope: Scope,
  previous: Previous | undefined,
  options: CheckOptions,
): Promise<CheckedScope> {
  const globals = await checkGlobals(scope.configuration, { ...options, use: 'write' }, previous)
  const accounts = await checkChangedAccounts(scope, globals, previous, options.progress)
  const converted = await reportConverted(scope.configuration, [...globals.differing, ...accounts.differing])
  const found = [...globals.diagnostics, ...converted, ...accounts.diagnostics]
  const diagnostics = finished(found, scope.configuration.show, originals(scope, previous))
  return { globals, accounts, diagnostics }
}

/** Returns the files of accounts by their ids, including those that have not changed. */
function originals({ configuration, gone }: Scope, previous: Previous | undefined): (id: string) => string | undefined {
  const here = filesById(configuration.tree)
  return (id) => here(id) ?? (gone.has(id) ? undefined : previous?.find(id)?.file)
}
