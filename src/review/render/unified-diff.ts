import { diffIndices } from 'node-diff3'

/** Two texts compared by lines, as in the output of `diff -U3`, without its file names. */
export interface Unified {
  readonly lines: readonly string[]
  readonly added: number
  readonly removed: number
}

const CONTEXT = 3
/** Comparing lines costs the product of both: of more than these only the count is given. */
const MOST_LINES = 600

export function unified(before: string, after: string): Unified {
  const known = compared.get(before)?.get(after)
  if (known !== undefined) return known
  const found = compare(before, after)
  if (++count > MOST_KNOWN) {
    compared.clear()
    count = 1
  }
  compared.set(before, (compared.get(before) ?? new Map<string, Unified>()).set(after, found))
  return found
}

/** Accounts that inherit a text move as one: their difference is computed once. */
const compared = new Map<string, Map<string, Unified>>()
const MOST_KNOWN = 100
let count = 0

function compare(before: string, after: string): Unified {
  const [a, b] = [linesOf(before), linesOf(after)]
  if (a.length > MOST_LINES || b.length > MOST_LINES) return { lines: [], added: b.length, removed: a.length }
  const changes = diffIndices(a, b).map(({ buffer1: [from, removed], buffer2: [to, added] }) => {
    return { from, removed, to, added }
  })
  const lines: string[] = []
  let shown = 0
  for (const [i, change] of changes.entries()) {
    const start = Math.max(shown, change.from - CONTEXT)
    if (start > shown || lines.length === 0) lines.push(`@@ line ${change.to - (change.from - start) + 1} @@`)
    for (const line of a.slice(start, change.from)) lines.push(` ${line}`)
    for (const line of a.slice(change.from, change.from + change.removed)) lines.push(`-${line}`)
    for (const line of b.slice(change.to, change.to + change.added)) lines.push(`+${line}`)
    const end = change.from + change.removed
    shown = Math.min(end + CONTEXT, changes[i + 1]?.from ?? a.length)
    for (const line of a.slice(end, shown)) lines.push(` ${line}`)
  }
  return { lines, added: sum(changes.map((one) => one.added)), removed: sum(changes.map((one) => one.removed)) }
}

/** A line end at the end ends the last line and begins none. */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
