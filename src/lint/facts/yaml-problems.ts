import type { Problem } from '../../source/source-nodes.ts'
import type { Checked } from '../rule.ts'

/** Returns the problems of one or more kinds, narrowed to them. */
export function problemsOf<K extends Problem['kind']>(
  { file }: Checked,
  ...kinds: readonly K[]
): Extract<Problem, { kind: K }>[] {
  // Every rule of the family asks, and nearly every file has none.
  if (file.problems.length === 0) return []
  const is = (problem: Problem): problem is Extract<Problem, { kind: K }> => kinds.some((kind) => kind === problem.kind)
  return file.problems.filter(is)
}
