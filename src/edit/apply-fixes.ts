import { readFileSync } from 'node:fs'
import type { Diagnostic, Edit } from '../source/diagnostic-types.ts'
import { fileFailure } from '../base/failure.ts'
import { writeFiles } from '../base/write-files.ts'
import { edited } from './text/confirm-edit.ts'

/** Applies the safe fixes of diagnostics to their files, all or none, and returns the files that changed. */
export function applyFixes(diagnostics: readonly Diagnostic[]): string[] {
  const edits = new Map<string, Edit[]>()
  for (const { file, fix } of diagnostics) {
    if (fix !== undefined) edits.set(file, [...(edits.get(file) ?? []), ...fix])
  }
  writeFiles([...edits].map(([file, all]) => [file, edited(readText(file), all)]))
  return [...edits.keys()]
}

/** A byte order mark is a character like any other here: an edit may remove it. */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file))
  } catch (error) {
    throw fileFailure(error, `cannot read ${file}`)
  }
}
