import { maskCredentials } from '../credentials/index.ts'
import { shortened } from '../base/shorten-text.ts'
import { plural, thousands } from '../report/counts-in-words.ts'
import type { SecretState } from './build/build-settings.ts'
import type { FoundCredential } from './rows/dump-index.ts'
import { type DumpRecord, type PrimaryKey, ROW_CLASSES, type RowClass } from './rows/dump-record.ts'
import type { GoneFile } from './target/written-files.ts'
import type { AnswerDifference } from './prove-answers.ts'

/** What an import has to report, whether or not it wrote something. */
export interface ImportReport {
  readonly records: readonly DumpRecord[]
  readonly counts: Readonly<Record<RowClass, number>>
  readonly secrets: readonly SecretState[]
  readonly credentials: readonly FoundCredential[]
  /** Files of an earlier import whose rows are gone, and what became of each. */
  readonly gone: readonly GoneFile[]
  /** SHA-256 of each file as it is written from rows, 32 hexadecimal digits of it. */
  readonly files: ReadonlyMap<string, string>
  /** What `--prove` found; undefined without it. */
  readonly proof?: { readonly answers: number; readonly differences: readonly AnswerDifference[] }
}

export function countRows(records: readonly DumpRecord[]): Record<RowClass, number> {
  const counts = { imported: 0, changed: 0, dropped: 0, refused: 0 }
  for (const record of records) counts[record.class]++
  return counts
}

/** Yields the report as JSON, one entry a line: a million rows are never one text, and git shows which have changed. */
export function* reportJson({ records, counts, secrets, credentials, files }: ImportReport): Generator<string> {
  yield `{"rows":${records.length},${ROW_CLASSES.map((name) => `"${name}":${counts[name]}`).join(',')},\n`
  yield* list('entries', records, entryOf)
  yield ',\n'
  yield* list('secrets', secrets, (secret) => secret)
  yield ',\n'
  yield* list('credentials', credentials, foundOf)
  yield ',\n'
  yield* list(
    'files',
    [...files].sort(([a], [b]) => (a < b ? -1 : 1)),
    ([file, digest]) => ({ file, digest }),
  )
  yield '}\n'
}

function* list<T>(name: string, items: readonly T[], toJson: (item: T) => object): Generator<string> {
  yield `"${name}":[`
  for (const [i, item] of items.entries()) yield `${i === 0 ? '\n' : ',\n'}${JSON.stringify(toJson(item))}`
  yield ']'
}

function entryOf(record: DumpRecord): object {
  const { model, pk, digest, file, line, refused } = record
  const isWritten = refused === undefined && file !== undefined
  return {
    model: masked(model),
    pk: maskedKey(pk),
    class: record.class,
    reason: masked(record.reason),
    ...(refused !== undefined && { help: masked(refused.help) }),
    file: isWritten ? file : null,
    line: isWritten ? (line ?? 1) : null,
    ...(record.map?.becomes === 'account' && record.id !== undefined && { id: record.id }),
    digest,
  }
}

/** What names a credential may be one. */
function foundOf({ model, pk, field }: FoundCredential): object {
  return { model: masked(model), pk: maskedKey(pk), field: masked(field) }
}

function maskedKey(pk: PrimaryKey): PrimaryKey {
  return typeof pk === 'string' ? masked(pk) : pk
}

const known = new Map<string, string>()

/** The same few reasons are given for many rows. */
function masked(text: string): string {
  const found = known.get(text)
  if (found !== undefined) return found
  const shown = maskCredentials(text)
  if (known.size > 2000) known.clear()
  known.set(text, shown)
  return shown
}

/** The most characters of the Markdown: a pull request's text has no more than 65,536. */
const LIMIT = 60_000
/** The most rows that are named for one reason. */
const NAMED = 20

/** Returns the report for people, as Markdown. What is refused comes first, with the way out. */
export function reportMarkdown(report: ImportReport): string {
  const parts = [
    summaryOf(report),
    tableOf(report),
    refusedOf(report),
    proofOf(report),
    credentialsOf(report),
    secretsOf(report),
    groupsOf(report, 'changed', 'Changed on the way'),
    groupsOf(report, 'dropped', 'Dropped'),
    remarksOf(report),
    goneOf(report),
  ].filter((part) => part !== '')
  return fitted(parts)
}

/** Cuts after a line, so that of what is refused as much is named as there is room for. */
function fitted(parts: readonly string[]): string {
  const text = parts.join('\n')
  if (text.length <= LIMIT) return text
  return `${text.slice(0, text.lastIndexOf('\n', LIMIT))}\n\nThere is more: \`--report FILE\` writes all of it as JSON.\n`
}

function summaryOf({ records, counts }: ImportReport): string {
  const classes = ROW_CLASSES.map((name) => `${thousands(counts[name])} ${name}`).join(', ')
  return `## Import: ${plural(records.length, 'row')}\n\n${classes}.\n`
}

function tableOf({ records }: ImportReport): string {
  const byModel = new Map<string, Record<RowClass, number>>()
  for (const record of records) {
    const counts = byModel.get(record.model) ?? { imported: 0, changed: 0, dropped: 0, refused: 0 }
    counts[record.class]++
    byModel.set(record.model, counts)
  }
  const rows = [...byModel].map(([model, counts]) => {
    const all = ROW_CLASSES.reduce((sum, name) => sum + counts[name], 0)
    return `| ${code(model || '(none)').replaceAll('|', '\\|')} | ${[all, ...ROW_CLASSES.map((name) => counts[name])].map(thousands).join(' | ')} |`
  })
  return ['| model | rows | imported | changed | dropped | refused |', '|---|--:|--:|--:|--:|--:|', ...rows, ''].join(
    '\n',
  )
}

/** Returns rows by what is said of them, those with the most rows first. */
function grouped(
  records: readonly DumpRecord[],
  said: (record: DumpRecord) => string,
): (readonly [said: string, records: readonly DumpRecord[]])[] {
  const groups = new Map<string, DumpRecord[]>()
  for (const record of records) {
    const text = said(record)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [record])
    else group.push(record)
  }
  return [...groups].sort(([a, x], [b, y]) => rank(a) - rank(b) || y.length - x.length)
}

/** What follows from another row comes after what does not. */
function rank(text: string): number {
  return text.startsWith('its account (') ? 1 : 0
}

function namesOf(records: readonly DumpRecord[]): string {
  const names = records.slice(0, NAMED).map(({ title, id }) => code(title) + (id === undefined ? '' : ` (${id})`))
  const more = records.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${thousands(more)} more` : '')
}

function refusedOf({ records }: ImportReport): string {
  const refused = records.filter((record) => record.class === 'refused')
  if (refused.length === 0) return ''
  const groups = grouped(refused, ({ refused: refusal }) => `${refusal?.reason}\0${refusal?.help}`)
  const lines = groups.map(([text, rows]) => {
    const [reason = '', help = ''] = text.split('\0')
    return `- ${namesOf(rows)}: ${prose(reason)}.\n  Way out: ${prose(help)}.`
  })
  return `### Refused\n\n${lines.join('\n')}\n`
}

function groupsOf({ records }: ImportReport, wanted: RowClass, title: string): string {
  const rows = records.filter((record) => record.class === wanted)
  if (rows.length === 0) return ''
  const lines = grouped(rows, ({ reason }) => reason).map(([reason, group]) => `- ${namesOf(group)}: ${prose(reason)}.`)
  return `### ${title}\n\n${lines.join('\n')}\n`
}

function remarksOf({ records }: ImportReport): string {
  const rows = records.filter((record) => record.class === 'imported' && record.reason !== '')
  if (rows.length === 0) return ''
  const lines = grouped(rows, ({ reason }) => reason).map(([reason, group]) => `- ${namesOf(group)}: ${prose(reason)}.`)
  return `### Worth knowing\n\n${lines.join('\n')}\n`
}

function credentialsOf({ credentials }: ImportReport): string {
  if (credentials.length === 0) return ''
  const lines = credentials
    .slice(0, 200)
    .map(({ model, pk, field }) => `- ${code(pk === null ? model || '(none)' : `${model} ${pk}`)}: ${code(field)}`)
  const more = credentials.length - lines.length
  const rest = more > 0 ? `- and ${thousands(more)} more, in \`.import.json\`\n` : ''
  const text = 'The dump holds these; none is in a file. Rotate those that are not the platform’s own.'
  return `### Credentials in the dump\n\n${text}\n\n${lines.join('\n')}\n${rest}`
}

function secretsOf({ secrets }: ImportReport): string {
  if (secrets.length === 0) return ''
  const lines = secrets.map(({ name, state }) => {
    return `- ${code(name)}: ${state === 'present' ? 'the database has a value' : 'empty in the database'}`
  })
  return `### Secrets to set in CI\n\n${lines.join('\n')}\n`
}

function goneOf({ gone }: ImportReport): string {
  if (gone.length === 0) return ''
  const words = {
    kept: 'no row becomes it any more; `--delete-gone` deletes it',
    deleted: 'no row becomes it any more: deleted',
    edited: 'no row becomes it any more, and it was edited since: delete it by hand, or keep it',
  } as const
  return `### Files whose rows are gone\n\n${gone.map(({ file, did }) => `- ${code(file)}: ${words[did]}`).join('\n')}\n`
}

function proofOf({ proof }: ImportReport): string {
  if (proof === undefined) return ''
  const { answers, differences } = proof
  if (differences.length === 0) return `### Proof\n\n${plural(answers, 'answer')} compared, none differs.\n`
  const lines = differences.slice(0, 200).map(({ account, asked, field, old, now }) => {
    return `- ${code(`${account} ${asked}`)} ${code(field)}: ${shown(old)} there, ${shown(now)} here`
  })
  const more = differences.length - lines.length
  const rest = more > 0 ? `\n- and ${thousands(more)} more` : ''
  const head = `${plural(answers, 'answer')} compared, ${plural(differences.length, 'difference')}:`
  return `### Proof\n\n${head}\n\n${lines.join('\n')}${rest}\n`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  // Masked before it is cut: half of a credential looks like none.
  const text = maskCredentials(JSON.stringify(value))
  return code(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}

/** A text from the database appears in code, so that it mentions nobody, leads nowhere and is no HTML. */
function code(text: string): string {
  const flat = shortened(onOneLine(maskCredentials(text)))
  let longest = 0
  for (const [run] of flat.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${longest > 0 ? ` ${flat} ` : flat}${fence}`
}

/**
 * Our own words, with a few names from the database among them. A name may be anything: what Markdown, or a forge, would
 * take for more than words is code. A backslash would not do: a forge looks for mentions after Markdown has been read.
 */
function prose(text: string): string {
  const parts = shortened(onOneLine(maskCredentials(text))).split(/("[^"]*"|`[^`]*`)/)
  const pieces = parts.flatMap((part, i) => (i % 2 === 1 ? [{ text: part, isCode: true }] : piecesOf(part)))
  let shown = ''
  let touching: string[] = []
  const end = (): void => {
    const [one = ''] = touching
    // Two that touch are one, as they stand: the backticks between them would be neither's.
    if (touching.length > 0) shown += code(touching.length === 1 ? bareOf(one) : touching.join(''))
    touching = []
  }
  for (const piece of pieces) {
    if (piece.isCode) touching.push(piece.text)
    else if (piece.text !== '') {
      end()
      shown += piece.text
    }
  }
  end()
  return shown
}

/** Returns a text without the quotes or the backticks around it. */
function bareOf(text: string): string {
  return /^(["`]).*\1$/.test(text) && text.length > 1 ? text.slice(1, -1) : text
}

interface Piece {
  readonly text: string
  readonly isCode: boolean
}

/** Parts the words that are more than words from those around them. */
function piecesOf(text: string): Piece[] {
  return text.split(/(\s+)/).flatMap((word): Piece[] => {
    if (word.trim() === '' || (PLAIN.test(word) && !LINK.test(word))) return [{ text: word, isCode: false }]
    const [, before = '', core = '', after = ''] = /^(\(?)(.*?)([),.;:]?)$/.exec(word) ?? []
    return [
      { text: before, isCode: false },
      { text: core, isCode: true },
      { text: after, isCode: false },
    ]
  })
}

const PLAIN = /^[\p{L}\p{N}\p{M}_.,;:()/'’…•=+?!%-]+$/u
/** A forge makes links of these by itself. */
const LINK = /:\/\/|www\./i

/** Neither a line nor its direction is for a name to change. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
}
