import { createHash } from 'node:crypto'
import type { Diagnostic, Location, Related, Report } from '../../source/diagnostic-types.ts'
import { toJson } from './json.ts'
import { wellFormed } from '../visible-text.ts'

/** Writes SARIF 2.1.0, for code scanning and for the viewers in editors. */
export function sarif(found: Report, options: SarifOptions): string {
  const rules = ruleTable(found.diagnostics, options.rules)
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]))
  return toJson({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tenfold',
            version: options.version,
            rules: rules.map(({ id, summary }) => ({ id, shortDescription: { text: wellFormed(summary) } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: found.diagnostics.map((diagnostic) => result(diagnostic, indexes)),
      },
    ],
  })
}

export interface SarifOptions {
  /** The version of tenfold. */
  readonly version: string
  /** Every rule that ran. */
  readonly rules: readonly RuleSummary[]
}

interface RuleSummary {
  readonly id: string
  readonly summary: string
}

/** Adds rules that reported without being listed, so that every `ruleIndex` is right. */
function ruleTable(diagnostics: readonly Diagnostic[], rules: readonly RuleSummary[]): RuleSummary[] {
  const table = new Map(rules.map((rule) => [rule.id, rule]))
  for (const { rule } of diagnostics) if (!table.has(rule)) table.set(rule, { id: rule, summary: rule })
  return [...table.values()]
}

function result(diagnostic: Diagnostic, indexes: ReadonlyMap<string, number>): object {
  const { rule, severity, message, help, related } = diagnostic
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule),
    level: severity,
    message: plainText(help === '' ? message : `${message}\nhelp: ${help}`),
    locations: [{ physicalLocation: physicalLocation(diagnostic) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedLocation) }),
    // A name of our own: GitHub reserves `primaryLocationLineHash` for what its uploader computes.
    partialFingerprints: { 'ruleFileMessage/v1': fingerprint(diagnostic) },
  }
}

function relatedLocation(related: Related, index: number): object {
  return { id: index + 1, physicalLocation: physicalLocation(related), message: plainText(related.message) }
}

function physicalLocation({ file, line, column, end_line, end_column }: Location): object {
  return {
    artifactLocation: { uri: relativeUri(file), uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column, endLine: end_line, endColumn: end_column },
  }
}

function relativeUri(file: string): string {
  return wellFormed(file).split('/').map(encodeURIComponent).join('/')
}

/** SARIF reads `[text](target)` as a link, and no configuration may plant one in our message. */
function plainText(text: string): object {
  return { text: wellFormed(text).replaceAll('](', '\\](') }
}

/** Computed without the line, so that an alert stays the same one when the text above it grows. */
function fingerprint({ rule, file, message }: Diagnostic): string {
  return createHash('sha256').update([rule, file, message].join('\0')).digest('hex')
}
