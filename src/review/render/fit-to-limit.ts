import { thousands } from '../../report/counts-in-words.ts'

/** A part of a comment: items that each stay or go whole, so that no cut is ever inside one. */
export interface Section {
  /** The text up to the first item; our own, or escaped. */
  readonly open: string
  readonly items: readonly string[]
  /** How many there are where `items` is only the beginning of them. */
  readonly total?: number
  readonly close?: string
}

/**
 * Returns the sections that a budget has room for, in their order; one whose items had to go states how many they were.
 * The first in `rank` keep theirs longest, but none takes more than half of what is left while others still want some.
 */
export function fit(sections: readonly Section[], rank: readonly number[], budget: number): string[] {
  const kept = sections.map(() => 0)
  let left = budget - sections.reduce((sum, section) => sum + print(section, 0).length + GAP, 0)
  for (const share of [0.5, 1]) {
    for (const i of rank) {
      const [section, until] = [sections[i], left * (1 - share)]
      for (const item of section?.items.slice(kept[i]) ?? []) {
        if (left - item.length - GAP < until) break
        left -= item.length + GAP
        kept[i] = (kept[i] ?? 0) + 1
      }
    }
  }
  return sections.map((section, i) => print(section, kept[i] ?? 0))
}

/** Between items, and between sections. */
const GAP = 2

function print({ open, items, total = items.length, close = '' }: Section, kept: number): string {
  const rest = total - kept
  const shown = items.slice(0, kept)
  const parts = rest > 0 ? [...shown, `${thousands(rest)} more`] : shown
  return `${open}${joined(parts)}${close}`
}

/** List items follow each other; what is longer than a line or two is set apart. */
function joined(parts: readonly string[]): string {
  let text = ''
  for (const [i, part] of parts.entries()) {
    if (i > 0) text += isListItem(part) && isListItem(parts[i - 1] ?? '') ? '\n' : '\n\n'
    text += part
  }
  return text
}

function isListItem(part: string): boolean {
  return part.startsWith('- ')
}
