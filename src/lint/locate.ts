import type { Diagnostic, Location } from '../compile/diagnostic.ts'
import { type SourceFile, type Span, nodeAt, spanAt } from '../compile/source.ts'
import type { Finding, Place } from './rule.ts'
import { maskCredentials } from './rules/secret/credential.ts'
import { partsOfKeys } from './rules/secret/random.ts'
import { isOurs } from './rules.ts'

/** Gives a file's tree by its path; undefined where there is no such file or its text cannot be had. */
export type Lookup = (path: string) => SourceFile | undefined

/**
 * Findings to diagnostics: places become lines and columns, one rule speaks for a place, and the line shown with
 * each is masked. Only files with findings are ever looked at, so that a clean file costs nothing here.
 */
export function locate(findings: readonly Finding[], lookup: Lookup, show: (path: string) => string): Diagnostic[] {
  const located = findings.map((finding) => ({ finding, span: spanOf(finding.at, lookup) }))
  const sensitive = new Sensitive(findings, lookup)
  const at = (place: Place, span = spanOf(place, lookup)): Location => {
    return location(show(place.file), lookup(place.file), span, sensitive.spansIn(place.file))
  }
  const said = ({ at: { file } }: Finding, text: string): string => maskCredentials(sensitive.withoutParts(file, text))
  return oneRuleAPlace(located).map(({ finding, span }) => ({
    rule: finding.rule,
    severity: finding.severity,
    message: said(finding, finding.message),
    help: said(finding, finding.help),
    ...at(finding.at, span),
    related: (finding.related ?? []).map((other) => ({ ...at(other.at), message: said(finding, other.message) })),
    ...(finding.fix !== undefined && { fix: finding.fix }),
  }))
}

const START: Span = { start: 0, end: 0 }

function spanOf(place: Place, lookup: Lookup): Span {
  if ('span' in place) return place.span
  const root = lookup(place.file)?.root
  return spanAt(root, place.path, place.part) ?? spanAt(root, place.path.slice(0, -1), 'key') ?? START
}

/** The families that share a place, in the order in which they speak; the others always do. */
const FAMILIES = ['yaml', 'secret', 'schema', 'ref', 'plan', 'model']

interface Located {
  readonly finding: Finding
  readonly span: Span
}

/**
 * At one place the first family speaks, with one rule; an error is never silenced by a warning, and `secret/*` by
 * nothing.
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

/** Lines of each text, found once. */
const lineStarts = new WeakMap<SourceFile, readonly number[]>()

/** Line and column, from 1, of an offset. */
export function positionIn(file: SourceFile, offset: number): Position {
  let starts = lineStarts.get(file)
  if (starts === undefined) lineStarts.set(file, (starts = findLines(file.text)))
  return positionAmong(starts, offset)
}

interface Position {
  readonly line: number
  readonly column: number
}

/** The same for one text that nobody asks about again. */
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

function location(name: string, file: SourceFile | undefined, span: Span, hidden: readonly Span[]): Location {
  if (file === undefined) return { file: name, line: 1, column: 1, end_line: 1, end_column: 1, excerpt: '' }
  const { line, column } = positionIn(file, span.start)
  const end = positionIn(file, span.end)
  const excerpt = excerptOf(file.text, span.start - column + 1, hidden)
  return { file: name, line, column, end_line: end.line, end_column: end.column, excerpt }
}

/** Lines as they may be shown, found once: many diagnostics may stand on one. */
const excerpts = new WeakMap<readonly Span[], Map<number, string>>()

function excerptOf(text: string, start: number, hidden: readonly Span[]): string {
  const known = excerpts.get(hidden) ?? new Map<number, string>()
  excerpts.set(hidden, known)
  const found = known.get(start) ?? masked(text, start, hidden)
  known.set(start, found)
  return found
}

/** The line that begins at an offset, with what must not be shown replaced character by character. */
function masked(text: string, start: number, hidden: readonly Span[]): string {
  const newline = text.indexOf('\n', start)
  const end = newline < 0 ? text.length : newline
  let line = text.slice(start, end)
  for (const span of hidden) {
    const from = Math.max(span.start - start, 0)
    const to = Math.min(span.end - start, line.length)
    if (from < to) line = line.slice(0, from) + MASK.repeat(to - from) + line.slice(to)
  }
  return maskCredentials(line.endsWith('\r') ? line.slice(0, -1) : line)
}

const MASK = '•'

/** The values that a `secret/*` rule spoke of, by file: they are shown nowhere, whichever rule shows their line. */
class Sensitive {
  readonly #byFile = new Map<string, Span[]>()
  /** The words of keys that are cut into several parts: none of them looks like one by itself. */
  readonly #parts = new Map<string, Set<string>>()

  constructor(findings: readonly Finding[], lookup: Lookup) {
    for (const { rule, at, related = [] } of findings) {
      if (!rule.startsWith('secret/') && !isSecretName(at)) continue
      const spans = this.#spansOf(at.file)
      if ('span' in at) spans.push(at.span)
      else {
        const value = nodeAt(lookup(at.file)?.root, at.path)
        if (value !== undefined) spans.push(value)
      }
      if (rule === 'secret/value') for (const other of related) this.#hideParts([at, other.at], lookup)
    }
  }

  /** Another rule may quote one part of a key, which nothing but its place gives away. */
  withoutParts(file: string, text: string): string {
    let masked = text
    for (const word of this.#parts.get(file) ?? []) masked = masked.replaceAll(word, MASK.repeat(word.length))
    return masked
  }

  #hideParts(places: readonly Place[], lookup: Lookup): void {
    for (const place of places) {
      if (!('span' in place)) continue
      const { start, end } = place.span
      this.#spansOf(place.file).push(place.span)
      const words = this.#parts.get(place.file) ?? new Set()
      this.#parts.set(place.file, words)
      for (const word of partsOfKeys(lookup(place.file)?.text.slice(start, end) ?? '')) words.add(word)
    }
  }

  spansIn(file: string): readonly Span[] {
    return this.#spansOf(file)
  }

  #spansOf(file: string): Span[] {
    const spans = this.#byFile.get(file) ?? []
    this.#byFile.set(file, spans)
    return spans
  }
}

/** What is wrong as a secret's name may be the secret itself, pasted in its name's place. */
function isSecretName(place: Place): boolean {
  return 'path' in place && place.path.at(-1) === 'secret' && place.path.at(-2) === 'api_key'
}
