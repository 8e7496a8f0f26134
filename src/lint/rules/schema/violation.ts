import type { Violation } from '../../../compile/validate.ts'
import { type Checked, type Place, keyAt, valueAt } from '../../rule.ts'
import { type Problem, type Span, nodeAt, spanAt } from '../../../compile/source.ts'
import { maskCredentials } from '../secret/credential.ts'
import { belongsToSecrets } from '../secret/key-like.ts'

/** The violations of one kind that no `secret/*` rule speaks for. */
export function violationsOf<K extends Violation['kind']>(
  checked: Checked,
  kind: K,
): Extract<Violation, { kind: K }>[] {
  // Every rule of the family asks, and nearly every file has none.
  if (checked.validated === undefined || checked.validated.violations.length === 0) return []
  const is = (violation: Violation): violation is Extract<Violation, { kind: K }> => violation.kind === kind
  const all = checked.validated.violations.filter(is)
  return all.filter((violation) => !belongsToSecrets(checked, violation) && !isEchoOfYaml(checked, violation))
}

/**
 * Whether a violation is there because of what a `yaml/*` rule has reported: a scalar with a character that it may
 * not have, a tag, an alias or a merge key, which bring nothing here, or a key that stands twice: only one can be
 * judged. An unknown key is a matter of the key, whatever its value says; but a key whose value is an anchor or an alias
 * is mostly there for the sake of it.
 */
function isEchoOfYaml({ file: { root, problems, text } }: Checked, { kind, path }: Violation): boolean {
  if (problems.length === 0) return false
  const node = nodeAt(root, path)
  if (kind === 'missing-key' && node?.is === 'map') {
    const own = (problem: Span): boolean => !node.entries.some(({ value }) => within(value, problem))
    if (problems.some((problem) => problem.kind === 'merge' && within(node, problem) && own(problem))) return true
  }
  const blamed = kind === 'unknown-key' ? spanAt(root, path, 'key') : node?.is === 'scalar' ? node : undefined
  if (blamed !== undefined) {
    const end = Math.max(blamed.end, blamed.start + 1)
    if (problems.some(({ start }) => blamed.start <= start && start < end)) return true
  }
  if (node !== undefined && kind !== 'missing-key') {
    const echoed: readonly Problem['kind'][] = kind === 'unknown-key' ? ['anchor'] : ['tag']
    const precedes = ({ end }: Span): boolean => end <= node.start && text.slice(end, node.start).trim() === ''
    if (problems.some((problem) => echoed.includes(problem.kind) && precedes(problem))) return true
    if (kind === 'unknown-key' && problems.some((one) => one.kind === 'alias' && one.start === node.start)) return true
  }
  return path.some((_, i) => {
    const key = spanAt(root, path.slice(0, i + 1), 'key')
    return problems.some((problem) => problem.kind === 'duplicate-key' && problem.first.start === key?.start)
  })
}

/** A value's own place; a null has no extent, so its key's, or that of what holds it. */
export function valueOrKey({ file }: Checked, path: Violation['path']): Place {
  const node = nodeAt(file.root, path)
  const isNull = node?.is === 'scalar' && node.value === null
  return isNull && typeof path.at(-1) === 'string' ? keyAt(file.path, ...path) : valueAt(file.path, ...path)
}

/** `overrides.openai.model`, or "the file" for the root. A key may hold a credential, and no message shows one. */
export function pathName(path: Violation['path']): string {
  return path.length === 0 ? 'the file' : maskCredentials(path.join('.'))
}

function within(outer: Span, { start, end }: Span): boolean {
  return outer.start <= start && end <= outer.end
}
