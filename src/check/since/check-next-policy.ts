import { type Diagnostic, sortDiagnostics } from '../../source/diagnostic-types.ts'
import { changedBetween } from './file-changes.ts'
import { checkGlobals } from '../check-globals.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { rulesAsText } from '../load-custom-rules.ts'
import { isPolicyFile } from '../apply-base-policy.ts'
import { identity } from './check-since.ts'

/**
 * Finds what is wrong with the policy files as the change has them, although it is not checked against them: later
 * changes will be. Custom rules are compiled, and nothing of them is run. Given the configuration that the change began
 * with, reports only what is wrong in the files that it changed, and what is new in the others.
 */
export async function checkNextPolicy(change: Configuration, before?: Configuration): Promise<readonly Diagnostic[]> {
  const found = await diagnosticsIn(change)
  if (before === undefined || found.length === 0) return found
  const changed = new Set([...(await changedBetween(before, change))].map(change.show))
  const known = new Set((await diagnosticsIn(before)).map(identity))
  return found.filter((one) => changed.has(one.file) || !known.has(identity(one)))
}

/** Merges two lists of diagnostics into one, without duplicates. */
export function withNext(found: readonly Diagnostic[], next: readonly Diagnostic[]): Diagnostic[] {
  const known = new Set(found.map(identity))
  return sortDiagnostics([...found, ...next.filter((one) => !known.has(identity(one)))])
}

async function diagnosticsIn(configuration: Configuration): Promise<Diagnostic[]> {
  const { files, unexpected, others } = configuration.tree
  const { diagnostics } = await checkGlobals(configuration, {})
  const policyFiles = [...files, ...unexpected, ...others].filter(
    ({ path }) => isPolicyFile(path) || path.startsWith('rules/'),
  )
  const shown = new Set([...policyFiles.map(({ path }) => path), ...POSSIBLE].map(configuration.show))
  return [...diagnostics.filter(({ file }) => shown.has(file)), ...(await rulesAsText(configuration))]
}

/** Files that may be missing, which is reported at their place. */
const POSSIBLE = ['plans.yaml', 'models.yaml']
