import type { Violation } from '../../source/schema/violations.ts'
import { type Checked, type Place, keyAt, valueAt } from '../rule.ts'
import { nodeAt } from '../../source/source-nodes.ts'
import { maskCredentials } from '../../credentials/index.ts'
import { belongsToSecrets } from './key-fields.ts'
import { isEchoOfYaml } from './caused-by-yaml.ts'

/** Returns the violations of one kind that no `secret/*` rule reports. */
export function violationsOf<K extends Violation['kind']>(
  checked: Checked,
  kind: K,
): Extract<Violation, { kind: K }>[] {
  // Every rule of the family asks, and nearly every file has none.
  if (checked.validated === undefined || checked.validated.violations.length === 0) return []
  const is = (violation: Violation): violation is Extract<Violation, { kind: K }> => violation.kind === kind
  return unreportedOf(checked, checked.validated.violations).filter(is)
}

function unreportedOf(checked: Checked, violations: readonly Violation[]): readonly Violation[] {
  let found = unreported.get(checked)
  if (found === undefined) {
    found = violations.filter((one) => !belongsToSecrets(checked, one) && !isEchoOfYaml(checked.file, one))
    unreported.set(checked, found)
  }
  return found
}

/** Kept, because every rule of the family asks for some of them. */
const unreported = new WeakMap<Checked, readonly Violation[]>()

/** Returns a value's own place; for a null, which has no extent, its key's, or that of what holds it. */
export function valueOrKey({ file }: Checked, path: Violation['path']): Place {
  const node = nodeAt(file.root, path)
  const isNull = node?.is === 'scalar' && node.value === null
  return isNull && typeof path.at(-1) === 'string' ? keyAt(file.path, ...path) : valueAt(file.path, ...path)
}

/**
 * Returns `overrides.openai.model`, or "the file" for the root. A key may hold a credential, and no message shows one.
 */
export function pathName(path: Violation['path']): string {
  return path.length === 0 ? 'the file' : maskCredentials(path.join('.'))
}
