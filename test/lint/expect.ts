import { join } from 'node:path'
import { expect } from 'vitest'
import type { Diagnostic } from '../../src/source/diagnostic-types.ts'
import { edited } from '../../src/edit/text/confirm-edit.ts'
import { type CheckOptions, check } from '../../src/check/check-configuration.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { type Files, writeConfig } from '../support/config.ts'

export interface Circumstances {
  /** Diagnostics that carets cannot draw, as `error[rule] path:line:column-line:column`. */
  readonly also?: readonly string[]
  /** The commit's date; without one nothing is judged by date. */
  readonly date?: string
  /** What the change under review did; without any, none is under review. */
  readonly changes?: NonNullable<CheckOptions['changes']>
}

/**
 * Checks `BASE` with some files changed and expects exactly the diagnostics that are drawn into them:
 *
 *     model: gpt-9
 *     #      ^^^^^ error[ref/unknown] no model "gpt-9"
 *
 * A mark points into the line above it; one for the first column stands without its `#`. What follows the rule must
 * be in the message. A text that begins with a line end is drawn, and loses its indentation and its marks; any other
 * is written as it is.
 */
export async function lint(drawn: Files, circumstances: Circumstances = {}): Promise<Diagnostic[]> {
  const files: Record<string, string | Uint8Array | null> = {}
  const marks: Mark[] = []
  for (const [path, content] of Object.entries(drawn)) {
    if (typeof content !== 'string' || !content.startsWith('\n')) files[path] = content
    else {
      const read = readDrawing(path, content)
      files[path] = read.text
      marks.push(...read.marks)
    }
  }
  const diagnostics = await checkFiles(files, circumstances)
  const expected = [...marks.map(({ where }) => where), ...(circumstances.also ?? [])]
  expect(diagnostics.map(place).sort()).toEqual(expected.sort())
  for (const diagnostic of diagnostics) expectReadable(diagnostic)
  for (const { where, says } of marks) {
    const messages = diagnostics.filter((diagnostic) => place(diagnostic) === where).map(({ message }) => message)
    if (says !== '') expect(messages.join(' ')).toContain(says)
  }
  return diagnostics
}

/** What `--fix` makes of one file: the text with its safe fixes, which must then check without that rule. */
export async function fixed(path: string, text: string, rule: string): Promise<string> {
  const edits = (await checkFiles({ [path]: text }, {})).flatMap((diagnostic) => diagnostic.fix ?? [])
  const after = edited(text, edits)
  const left = await checkFiles({ [path]: after }, {})
  expect(left.map((diagnostic) => diagnostic.rule)).not.toContain(rule)
  return after
}

async function checkFiles(files: Files, { date, changes }: Circumstances): Promise<Diagnostic[]> {
  const configuration = await openConfiguration(join(writeConfig(files), 'config'))
  const options = changes === undefined ? {} : { changes }
  const { diagnostics } = await check({ ...configuration, date, show: (path) => path }, options)
  return [...diagnostics]
}

/** What holds for every diagnostic of every rule. */
function expectReadable({ rule, message, help }: Diagnostic): void {
  expect(help, `the help of ${rule}`).not.toBe('')
  expect(message, `the message of ${rule}`).not.toMatch(/[\r\n]/)
  expect(message, `the message of ${rule}`).not.toBe('')
}

function place({ severity, rule, file, line, column, end_line, end_column }: Diagnostic): string {
  return `${severity}[${rule}] ${file}:${line}:${column}-${end_line}:${end_column}`
}

interface Mark {
  readonly where: string
  readonly says: string
}

const MARK = /^(#? *)(\^+) ((?:error|warning)\[[a-z/-]+\]) ?(.*)$/

function readDrawing(path: string, drawing: string): { text: string; marks: Mark[] } {
  const lines = drawing.split('\n').slice(1)
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents)
  const kept: string[] = []
  const marks: Mark[] = []
  for (const line of lines.map((each) => each.slice(indent))) {
    const [, lead, carets, what, says] = MARK.exec(line) ?? []
    if (lead === undefined || carets === undefined || what === undefined) kept.push(line)
    else {
      const [n, column] = [kept.length, lead.length + 1]
      marks.push({ where: `${what} ${path}:${n}:${column}-${n}:${column + carets.length}`, says: says ?? '' })
    }
  }
  return { text: kept.join('\n').trimEnd() + '\n', marks }
}
