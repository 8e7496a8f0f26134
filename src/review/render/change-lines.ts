import { thousands } from '../../report/counts-in-words.ts'
import { code } from './markdown-parts.ts'
import type { Change } from '../../compare/diff-types.ts'
import { unified } from './unified-diff.ts'
import { isLong, valueText } from './value-text.ts'

/** More fields than this of one account are only counted. */
const MOST = 12

/** Returns what moved, one line per move: a field that moves in the same way in several functions is one. */
export function changeLines(changes: readonly Change[]): string[] {
  const moves = new Map<string, { name: string; change: Change; functions: string[] }>()
  for (const change of changes) {
    const [, fn, field] = /^functions\.(.*)\.([^.]+)$/s.exec(change.field) ?? []
    const name = field ?? change.field
    const key = JSON.stringify([fn === undefined, name, change.old, change.new])
    const move = moves.get(key) ?? { name, change, functions: [] }
    moves.set(key, move)
    if (fn !== undefined) move.functions.push(fn)
  }
  const lines = [...moves.values()].map(({ name, change, functions }) => {
    return `${code(name)}: ${arrow(change)}${functions.length === 0 ? '' : ` in ${named(functions)}`}`
  })
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `${thousands(lines.length - MOST)} more`]
}

/** Formats old → new; for a long text the number of lines, since the lines themselves are elsewhere. */
export function arrow({ old, new: now }: Pick<Change, 'old' | 'new'>): string {
  if (isLong(old) || isLong(now)) {
    const { added, removed } = unified(typeof old === 'string' ? old : '', typeof now === 'string' ? now : '')
    const what = old === null ? 'a text, ' : now === null ? 'the text is gone, ' : ''
    return `${what}+${added} −${removed} ${added + removed === 1 ? 'line' : 'lines'}`
  }
  return `${shown(old)} → ${shown(now)}`
}

function shown(value: unknown): string {
  return value === null ? '—' : code(valueText(value), 80)
}

/** Lists a few names, and how many more there are. */
export function named(names: readonly string[], most = 6): string {
  const few = names
    .slice(0, most)
    .map((name) => code(name, 80))
    .join(', ')
  return names.length > most ? `${few} and ${thousands(names.length - most)} more` : few
}
