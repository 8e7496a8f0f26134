import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Diagnostic, Edit } from '../compile/diagnostic.ts'
import { fileFailure } from '../compile/failure.ts'

/**
 * Applies the safe fixes of diagnostics to their files, each file whole or not at all, and gives the files that
 * changed. Everything is prepared before the first file is replaced, so that a full disk leaves all as they were.
 */
export function applyFixes(diagnostics: readonly Diagnostic[]): string[] {
  const edits = new Map<string, Edit[]>()
  for (const { file, fix } of diagnostics) {
    if (fix !== undefined) edits.set(file, [...(edits.get(file) ?? []), ...fix])
  }
  const prepared: { readonly file: string; readonly temporary: string }[] = []
  try {
    for (const [file, all] of edits) {
      const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
      prepared.push({ file, temporary })
      // A byte order mark is a character like any other here: an edit may remove it.
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file))
      writeFileSync(temporary, edited(text, all), { flag: 'wx' })
      chmodSync(temporary, statSync(file).mode)
    }
    for (const { file, temporary } of prepared) renameSync(temporary, file)
  } catch (error) {
    for (const { temporary } of prepared) rmSync(temporary, { force: true })
    throw fileFailure(error, 'cannot write the fixes')
  }
  return prepared.map(({ file }) => file)
}

/** The text with its edits; of two that overlap, the first. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) continue
    result += text.slice(at, start) + replacement
    at = end
  }
  return result + text.slice(at)
}
