import type { Diagnostic, Location, Report } from '../../source/diagnostic-types.ts'

/** Writes JUnit's XML, which most build servers show: a test per file that has diagnostics. */
export function junit(found: Report): string {
  const cases = testCases(found)
  const failed = cases.filter((one) => one.diagnostics.some(isError)).length
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="0"`
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tenfold" ${counts}>`,
    `  <testsuite name="tenfold" ${counts}>`,
    ...cases.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

interface Case {
  readonly name: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Lists tests in the order of the files. Without any test, some servers reject the whole report as broken. */
function testCases(found: Report): Case[] {
  const files = new Map<string, Diagnostic[]>()
  for (const diagnostic of found.diagnostics) {
    const sameFile = files.get(diagnostic.file)
    if (sameFile) sameFile.push(diagnostic)
    else files.set(diagnostic.file, [diagnostic])
  }
  if (files.size === 0) return [{ name: 'configuration', diagnostics: [] }]
  return [...files].map(([name, diagnostics]) => ({ name, diagnostics }))
}

function testCase({ name, diagnostics }: Case): string[] {
  const attributes = `classname="tenfold" name="${escape(name)}"`
  if (diagnostics.length === 0) return [`    <testcase ${attributes}/>`]
  const warnings = diagnostics.filter((diagnostic) => !isError(diagnostic))
  return [
    `    <testcase ${attributes} file="${escape(name)}">`,
    ...diagnostics.filter(isError).map(failure),
    ...(warnings.length === 0
      ? []
      : [`      <system-out>${warnings.map((one) => escape(describe(one))).join('\n')}</system-out>`]),
    '    </testcase>',
  ]
}

function failure(error: Diagnostic): string {
  const attributes = `type="${escape(error.rule)}" message="${escape(error.message)}"`
  return `      <failure ${attributes}>${escape(describe(error))}</failure>`
}

function describe({ severity, rule, message, help, related, ...at }: Diagnostic): string {
  const lines = [`${place(at)} ${severity}[${rule}]: ${message}`]
  for (const other of related) lines.push(`${place(other)} ${other.message}`.trimEnd())
  if (help !== '') lines.push(`help: ${help}`)
  return lines.join('\n')
}

function place({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error'
}

/**
 * Escapes text and attributes alike. Line breaks become references too: a parser would turn those in attributes into
 * spaces, and in a build log no text may begin a line of its own or command its runner by `##[`.
 */
function escape(text: string): string {
  return text.replace(illegal, '\ufffd').replace(/[&<>"'\t\n\r\u2028\u2029]|(?<=##(?:vso)?)\[/gu, reference)
}

function reference(character: string): string {
  return named[character] ?? `&#${character.codePointAt(0)};`
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 cannot hold even as references, and the control characters that it discourages. */
const illegal = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu
