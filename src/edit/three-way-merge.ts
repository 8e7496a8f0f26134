import { diff3Merge } from 'node-diff3'

/** Lines that both sides changed, each in its own way; indices are of lines, from 0. */
export interface MergeConflict {
  readonly ours: Side
  readonly base: Side
  readonly theirs: Side
}
interface Side {
  readonly at: number
  readonly lines: readonly string[]
}

/** Merges two texts that come from one, line by line; what both changed differently is shown and never guessed. */
export function merge(ours: string, base: string, theirs: string): { text: string } | { conflicts: MergeConflict[] } {
  const [a, o, b] = [ours.split('\n'), base.split('\n'), theirs.split('\n')]
  const regions = diff3Merge<string>(a, o, b, { excludeFalseConflicts: true })
  const conflicts = regions.flatMap(({ conflict }): MergeConflict[] => {
    if (conflict === undefined) return []
    const { a, aIndex, o, oIndex, b, bIndex } = conflict
    return [{ ours: { at: aIndex, lines: a }, base: { at: oIndex, lines: o }, theirs: { at: bIndex, lines: b } }]
  })
  return conflicts.length > 0 ? { conflicts } : { text: regions.flatMap(({ ok = [] }) => ok).join('\n') }
}
