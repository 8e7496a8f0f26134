import { shortened } from '../base/shorten-text.ts'
import type { Diagnostic, Location } from '../source/diagnostic-types.ts'
import { type SourceFile, type Span, spanAt } from '../source/source-nodes.ts'
import type { Finding, Place } from './rule.ts'
import { maskCredentials } from '../credentials/index.ts'
import { isOurs } from './run-rules.ts'
import { Sensitive } from './sensitive-places.ts'

/** Returns a file's tree by its path; undefined where there is no such file or its text is unavailable. */
export type Lookup = (path: string) => SourceFile | undefined

/**
 * Turns findings into diagnostics: places become lines and columns, one rule reports each place, and the line shown
 * with each is masked. Only files with findings are ever read, so that a clean file costs nothing here.
 */
export function locate(findings: readonly Finding[], lookup: Lookup, show: (path: string) => string): Diagnostic[] {
  const located = findings.map((finding) => ({ finding, span: spanOf(finding.at, lookup) }))
  const sensitive = new Sensitive(findings, lookup)
  const excerpts = new Excerpts(sensitive)
  const at = (place: Place, span = spanOf(place, lookup)): Location => {
    return excerpts.locate(show(place.file), lookup(place.file), span)
  }
  const masked = ({ at: { file } }: Finding, text: string): string => {
    return shortened(maskCredentials(sensitive.withoutParts(file, text)))
  }
  return oneRuleAPlace(located).map(({ finding, span }) => ({
    rule: finding.rule,
    severity: finding.severity,
    message: masked(finding, finding.message),
    help: masked(finding, finding.help),
    ...at(finding.at, span),
    related: (finding.related ?? []).map((other) => ({ ...at(other.at), message: masked(finding, other.message) })),
    ...(finding.fix !== undefined && { fix: finding.fix }),
    ...(finding.claims !== undefined && { claims: finding.claims }),
  }))
}

const START: Span = { start: 0, end: 0 }

function spanOf(place: Place, lookup: Lookup): Span {
  if ('span' in place) return place.span
  const root = lookup(place.file)?.root
  return spanAt(root, place.path, place.part) ?? spanAt(root, place.path.slice(0, -1), 'key') ?? START
}

/** The families that share a place, highest rank first; the others always report. */
const FAMILIES = ['yaml', 'secret', 'schema', 'ref', 'plan', 'model']

interface Located {
  readonly finding: Finding
  readonly span: Span
}

/**
 * Keeps one rule per place, from the family of the highest rank; a warning never silences an error, and nothing
 * silences `secret/*`.
 */
function oneRuleAPlace(all: readonly Located[]): Located[] {
  const speaking = new Map<string, { rank: number; rule: string }>()
  for (const located of all) {
    const rank = rankOf(located.finding)
    const key = placeKey(located)
    const best = speaking.get(key)
    if (rank !== undefined && (best === undefined || rank < best.rank)) {
      speaking.set(key, { rank, rule: located.finding.rule })
    }
  }
  return all.filter((located) => {
    if (located.finding.rule.startsWith('secret/')) return true
    return rankOf(located.finding) === undefined || speaking.get(placeKey(located))?.rule === located.finding.rule
  })
}

/** Whether a finding may silence another one at its place. */
export function silences(finding: Finding): boolean {
  return rankOf(finding) !== undefined
}

function rankOf({ rule, severity }: Finding): number | undefined {
  const family = FAMILIES.indexOf(rule.slice(0, rule.indexOf('/')))
  if (family < 0 || !isOurs(rule)) return undefined
  return severity === 'error' ? family : family + FAMILIES.length
}

function placeKey({ finding, span }: Located): string {
  return `${finding.at.file}\0${span.start}\0${span.end}`
}

/** The line starts of each text, found once. */
const lineStarts = new WeakMap<SourceFile, readonly number[]>()

/** Returns line and column, from 1, of an offset. */
export function positionIn(file: SourceFile, offset: number): Position {
  let starts = lineStarts.get(file)
  if (starts === undefined) lineStarts.set(file, (starts = findLines(file.text)))
  return positionAmong(starts, offset)
}

interface Position {
  readonly line: number
  readonly column: number
}

/** Does the same for one text that is not needed again. */
export function positionsIn({ text }: SourceFile): (offset: number) => Position {
  const starts = findLines(text)
  return (offset) => positionAmong(starts, offset)
}

function positionAmong(starts: readonly number[], offset: number): Position {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

function findLines(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Lines as they may be shown, found once: many diagnostics may be on one. */
class Excerpts {
  readonly #sensitive: Sensitive
  readonly #known = new Map<SourceFile, Map<number, string>>()

  constructor(sensitive: Sensitive) {
    this.#sensitive = sensitive
  }

  locate(name: string, file: SourceFile | undefined, span: Span): Location {
    if (file === undefined) return { file: name, line: 1, column: 1, end_line: 1, end_column: 1, excerpt: '' }
    const { line, column } = positionIn(file, span.start)
    const end = positionIn(file, span.end)
    const excerpt = this.#lineAt(file, span.start - column + 1)
    return { file: name, line, column, end_line: end.line, end_column: end.column, excerpt }
  }

  #lineAt(file: SourceFile, start: number): string {
    const lines = this.#known.get(file) ?? new Map<number, string>()
    this.#known.set(file, lines)
    const found = lines.get(start) ?? this.#masked(file, start)
    lines.set(start, found)
    return found
  }

  #masked(file: SourceFile, start: number): string {
    const newline = file.text.indexOf('\n', start)
    const line = this.#sensitive.masked(file, start, newline < 0 ? file.text.length : newline)
    return maskCredentials(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
}
