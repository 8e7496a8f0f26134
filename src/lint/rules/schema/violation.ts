import type { Violation } from '../../../compile/validate.ts'
import { type Checked, type Place, keyAt, valueAt } from '../../rule.ts'
import { nodeAt } from '../../../compile/source.ts'
import { belongsToSecrets } from '../secret/key-like.ts'

/** The violations of one kind that no `secret/*` rule speaks for. */
export function violationsOf<K extends Violation['kind']>(checked: Checked, kind: K): Extract<Violation, { kind: K }>[] {
  const is = (violation: Violation): violation is Extract<Violation, { kind: K }> => violation.kind === kind
  return (checked.validated?.violations ?? []).filter(is).filter((violation) => !belongsToSecrets(checked, violation))
}

/** A value's own place; a null has no extent, so its key's, or that of what holds it. */
export function valueOrKey({ file }: Checked, path: Violation['path']): Place {
  const node = nodeAt(file.root, path)
  const isNull = node?.is === 'scalar' && node.value === null
  return isNull && typeof path.at(-1) === 'string' ? keyAt(file.path, ...path) : valueAt(file.path, ...path)
}

/** `overrides.openai.model`, or "the file" for the root. */
export function pathName(path: Violation['path']): string {
  return path.length === 0 ? 'the file' : path.join('.')
}
