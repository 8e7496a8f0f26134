import type { Edit } from '../compile/diagnostic.ts'
import { SECTIONS } from '../compile/link.ts'
import { type Entry, type SourceFile, nodeAt } from '../compile/source.ts'

/**
 * Edits of one account's text, as spans to replace: what is not named stays byte for byte, comments, order and
 * quoting too. They say what to write and write nothing; the caller checks the result first.
 */
export function setPlan(file: SourceFile, plan: string): Edit[] {
  const value = nodeAt(file.root, ['plan'])
  if (value !== undefined && value.end > value.start) return [{ start: value.start, end: value.end, text: plan }]
  const entry = entriesOf(file).find(({ key }) => key === 'plan')
  return entry === undefined ? [] : [{ start: entry.keySpan.end + 1, end: entry.keySpan.end + 1, text: ` ${plan}` }]
}

/** Takes away all that a Free account may not have. */
export function dropOverrides(file: SourceFile): Edit[] {
  const entries = entriesOf(file)
  const isFlow = file.root !== undefined && file.text[file.root.start] === '{'
  return entries.flatMap((entry, i) => {
    if (!SECTIONS.some((section) => section === entry.key)) return []
    return [isFlow ? flowRemoval(entry, entries[i - 1], entries[i + 1]) : blockRemoval(file.text, entry)]
  })
}

/** The file of an account that has none yet. */
export function freshAccount(id: string, plan: string): string {
  return `id: ${id}\nplan: ${plan}\n`
}

function entriesOf({ root }: SourceFile): readonly Entry[] {
  return root?.is === 'map' ? root.entries : []
}

/** Whole lines: from the key's to the last of its value, a comment behind it included. */
function blockRemoval(text: string, { keySpan, value }: Entry): Edit {
  const start = text.lastIndexOf('\n', keySpan.start - 1) + 1
  const newline = text.indexOf('\n', Math.max(value.end, keySpan.end))
  return { start, end: newline < 0 ? text.length : newline + 1, text: '' }
}

/** With the comma on one of its sides. */
function flowRemoval({ keySpan, value }: Entry, before: Entry | undefined, after: Entry | undefined): Edit {
  if (before !== undefined) return { start: before.value.end, end: value.end, text: '' }
  return { start: keySpan.start, end: after?.keySpan.start ?? value.end, text: '' }
}
