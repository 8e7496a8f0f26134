import type { Problem, ScalarNode } from '../source-nodes.ts'

/**
 * Characters that no text may contain. Embedding and override controls turn the order of what a reviewer sees
 * (https://trojansource.codes); zero-width characters make two names look alike.
 */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g
export const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u180e]/
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
export const LONE = /\p{Surrogate}/u
const CONFLICT = /^(?:<{7}(?: .*)?|\|{7}(?: .*)?|={7}|>{7}(?: .*)?)\r?$/gm

/** Returns problems of the raw text, before anything is parsed: at most one of a kind, with how many more there are. */
export function rawProblems(text: string): Problem[] {
  const problems: Problem[] = []
  if (text.startsWith('\ufeff')) problems.push({ kind: 'bom', start: 0, end: 1, more: 0 })
  for (const [kind, pattern] of [
    ['control', CONTROL],
    ['bidi', BIDI],
  ] as const) {
    const [start, count] = firstOf(text.matchAll(pattern))
    if (count > 0) problems.push({ kind, start, end: start + 1, more: count - 1 })
  }
  return problems.concat(conflicts(text))
}

/** Returns where the first match is, and how many there are. */
function firstOf(matches: Iterable<RegExpExecArray>): readonly [start: number, count: number] {
  let [start, count] = [0, 0]
  for (const { index } of matches) if (count++ === 0) start = index
  return [start, count]
}

/** Returns one problem per conflict: its first marker. */
function conflicts(text: string): Problem[] {
  const found: Problem[] = []
  let open = false
  for (const match of text.matchAll(CONFLICT)) {
    const starts = match[0].startsWith('<')
    if (starts || !open) found.push({ kind: 'conflict-marker', start: match.index, end: match.index + 7 })
    open = !match[0].startsWith('>')
  }
  return found
}

/** Returns problems of a decoded scalar, which an escape may have hidden from the raw text. */
export function scalarProblems(scalar: ScalarNode, role: 'key' | 'value', text: string): Problem[] {
  const { value, start, end } = scalar
  if (typeof value === 'number') {
    const safe = Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
    return safe ? [] : [{ kind: 'unsafe-number', start, end }]
  }
  if (typeof value !== 'string') return []
  if (LONE.test(value)) return [{ kind: 'surrogate', start, end, more: 0 }]
  if (value.includes('\0')) return [{ kind: 'control', start, end, more: 0 }]
  // Raw ones are reported in their own places; this is for escaped ones.
  if (text.slice(start, end).search(BIDI) >= 0) return []
  if (value.search(BIDI) >= 0) return [{ kind: 'bidi', start, end, more: 0 }]
  if (role === 'key' && INVISIBLE.test(value)) return [{ kind: 'invisible', start, end, more: 0 }]
  return []
}
