import type { Span } from '../source/source-nodes.ts'
import { credentialAcross, credentialIn } from './detect-credential.ts'
import { WITHOUT_FORM, isSplitKey } from './keys-without-pattern.ts'
import { isContinuation } from './entropy.ts'

/** A text that is adjacent to others: an item of a list, a value of a map, a comment. */
export interface TextPart {
  readonly text: string
  readonly span: Span
}

export interface Leak {
  readonly what: string
  readonly at: Span
  /** The parts that follow, where the credential is in several. */
  readonly rest: Span | undefined
}

/** Finds the credentials in adjacent texts: in one of them, or running through several. */
export function leaksAmong(parts: readonly TextPart[]): Leak[] {
  const found = parts.map(({ text }) => credentialIn(text))
  if (parts.length < 2 && found[0] === undefined) return []
  const leaks: Leak[] = []
  let next = 0
  while (next < parts.length) {
    const what = found[next]
    if (what !== undefined) {
      const last = lastOf(parts, next, what, found)
      leaks.push(leak(parts, what, next, last))
      next = last + 1
      continue
    }
    let end = next
    while (end < parts.length && found[end] === undefined) end++
    next = splitAmong(parts, next, end, leaks, found)
  }
  return leaks
}

/**
 * Searches from one part to another, none of which is a credential by itself, and returns the first part that was not
 * searched. Which parts a key runs through is found by halving, so that a key costs a few passes; after some keys the
 * others are no longer distinguished.
 */
function splitAmong(
  parts: readonly TextPart[],
  start: number,
  end: number,
  leaks: Leak[],
  found: readonly (string | undefined)[],
): number {
  let from = start
  for (let keys = 0; from + 1 < end; keys++) {
    const texts = parts.slice(from, end).map(({ text }) => text)
    const what = across(texts)
    if (what === undefined) return end
    if (keys === MOST) {
      leaks.push(leak(parts, what, from, end - 1))
      return end
    }
    const last = least(texts.length, (count) => across(texts.slice(0, count)) !== undefined) - 1
    const length = least(last + 1, (count) => across(texts.slice(last + 1 - count, last + 1)) !== undefined)
    const to = lastOf(parts, from + last, what, found)
    leaks.push(leak(parts, what, from + last + 1 - length, to))
    from = to + 1
  }
  return Math.max(from, end)
}

function across(texts: readonly string[]): string | undefined {
  if (texts.length < 2) return undefined
  return credentialAcross(texts) ?? (texts.some((text, i) => isSplitKey(text, texts[i + 1])) ? WITHOUT_FORM : undefined)
}

/** The number of split keys that are found one by one in one collection. */
const MOST = 8

/** Returns the least count from 1 to a maximum that satisfies; the maximum itself is known to. */
function least(most: number, satisfies: (count: number) => boolean): number {
  let [low, high] = [1, most]
  while (low < high) {
    const middle = (low + high) >> 1
    if (satisfies(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Returns the last part of a credential that begins in one: what follows it may be its other half, which has no form.
 */
function lastOf(
  parts: readonly TextPart[],
  first: number,
  what: string,
  found: readonly (string | undefined)[],
): number {
  const isPem = what === 'a private key' && parts[first]?.text.includes(END) === false
  // Without an end ahead there is none to search for, once for each of many beginnings.
  const until = isPem ? lastEnd(parts) : first
  for (let i = first + 1; i <= until; i++) if (parts[i]?.text.includes(END)) return i
  let last = first
  while (found[last + 1] === undefined && isContinuation(parts[last + 1]?.text ?? '')) last++
  return last
}

const END = '-----END'

/** Returns where the last end of a PEM is; called for the same parts time and again. */
function lastEnd(parts: readonly TextPart[]): number {
  const known = lastEnds.get(parts) ?? parts.findLastIndex(({ text }) => text.includes(END))
  lastEnds.set(parts, known)
  return known
}

const lastEnds = new WeakMap<readonly TextPart[], number>()

function leak(parts: readonly TextPart[], what: string, first: number, last: number): Leak {
  const [at, second, end] = [spanOf(parts[first]), spanOf(parts[first + 1]), spanOf(parts[last])]
  return { what, at, rest: last > first ? { start: second.start, end: Math.max(second.end, end.end) } : undefined }
}

function spanOf(part: TextPart | undefined): Span {
  return part?.span ?? { start: 0, end: 0 }
}
