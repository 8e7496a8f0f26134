import { SECTIONS } from '../source/link-files.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { layoutOf } from './text/lines-and-indentation.ts'
import { read } from './text/confirm-edit.ts'
import { put } from './text/put-value.ts'
import { remove } from './text/remove-entry.ts'
import { inline } from './text/entry-form.ts'

/**
 * Moves one account's text to another plan; `drop` removes everything that a Free account may not have. Like every edit
 * here it returns what to write and writes nothing: the caller checks the result first.
 */
export function moveToPlan(file: SourceFile | undefined, id: string, plan: string, drop: boolean): string {
  if (file === undefined) return freshAccount(id, plan, '\n')
  if (file.problems.some(({ kind }) => kind === 'empty')) return begunAccount(file, id, plan)
  const moved = read(file, put(file, ['plan'], plan))
  return drop ? SECTIONS.reduce((before, section) => read(file, remove(before, [section])), moved).text : moved.text
}

/** Returns the file of an account that has none yet. */
function freshAccount(id: string, plan: string, eol: string): string {
  return `id: ${inline(id, false)}${eol}plan: ${plan}${eol}`
}

/** Completes a file that contains only comments. */
function begunAccount(file: SourceFile, id: string, plan: string): string {
  const { eol } = layoutOf(file)
  const separator = file.text === '' || file.text.endsWith('\n') ? '' : eol
  return `${file.text}${separator}${freshAccount(id, plan, eol)}`
}
