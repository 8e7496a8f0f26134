import type { Value } from '../../domain/plain-data.ts'
import type { Layout } from './lines-and-indentation.ts'
import { isMisread } from '../../source/parse/is-misread.ts'
import { parse } from '../../source/parse/parse-file.ts'
import { type Entry, type MapNode, type Node, nodeAt } from '../../source/source-nodes.ts'

/** A value that may be written: a scalar, a list of scalars, or a mapping of such values. */
export type Writable = Value | readonly Value[] | WritableMap
export interface WritableMap {
  readonly [key: string]: Writable
}

/** A value as it is written behind a key. */
export interface WrittenForm {
  /** The part on the key's own line; empty where everything is below. */
  readonly head: string
  /** The lines below, indented. */
  readonly body: readonly string[]
  /** Whether the line end after the last line belongs to the value, so that it may not be missing. */
  readonly open: boolean
}

export interface Where extends Layout {
  /** The column of the key. */
  readonly column: number
  readonly flow: boolean
  /** Whether texts may become blocks. */
  readonly blocks: boolean
  readonly quoting: Quoting
}

export function formOf(value: Writable, where: Where): WrittenForm {
  if (isMap(value)) return mapForm(value, where)
  if (typeof value === 'object') {
    const items = value.map((item) => inline(item, true, where.quoting.texts))
    return { head: `[${items.join(', ')}]`, body: [], open: false }
  }
  const text =
    typeof value === 'string' && value.includes('\n') && where.blocks && !where.flow
      ? block(value, where.column, where.step)
      : undefined
  if (text === undefined) return { head: inline(value, where.flow, where.quoting.texts), body: [], open: false }
  return { head: text.head, body: text.lines, open: !text.head.endsWith('-') }
}

/** Returns an entry's lines, from its key on. */
export function entryForm(key: string, value: Writable, where: Where): WrittenForm {
  const { head, body, open } = formOf(value, where)
  return { head: `${inline(key, where.flow, where.quoting.keys)}:${head === '' ? '' : ` ${head}`}`, body, open }
}

export function isMap(value: Writable): value is WritableMap {
  return typeof value === 'object' && !Array.isArray(value)
}

function mapForm(mapping: WritableMap, where: Where): WrittenForm {
  // Nothing at all would be a null.
  if (Object.keys(mapping).length === 0) return { head: '{}', body: [], open: false }
  return where.flow ? flowForm(mapping, where) : blockForm(mapping, where)
}

function blockForm(mapping: WritableMap, where: Where): WrittenForm {
  const inner = { ...where, column: where.column + where.step }
  const entries = Object.entries(mapping).map(([key, value]) => entryForm(key, value, inner))
  const body = entries.flatMap((entry) => [' '.repeat(inner.column) + entry.head, ...entry.body])
  return { head: '', body, open: entries.at(-1)?.open === true }
}

function flowForm(mapping: WritableMap, where: Where): WrittenForm {
  const within = { ...where, flow: true }
  const entries = Object.entries(mapping).map(([key, value]) => entryForm(key, value, within).head)
  return { head: `{ ${entries.join(', ')} }`, body: [], open: false }
}

/**
 * Writes a value on one line, in the quotes of its neighbours; plain only where every reader takes it for what it is.
 */
export function inline(value: Value, inFlow: boolean, quote: Quote | 'plain' = 'plain'): string {
  if (typeof value !== 'string') return String(value)
  if (quote === "'" && PRINTABLE.test(value)) return `'${value.replaceAll("'", "''")}'`
  return quote === 'plain' && isPlain(value, inFlow) ? value : quoted(value)
}

/** Text that needs no escapes, which single quotes do not have. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u

/** Returns the header and the lines of a literal block; undefined where the text does not permit one. */
function block(text: string, column: number, step: number): { head: string; lines: string[] } | undefined {
  if (text.trim() === '' || UNPRINTABLE.test(text)) return undefined
  const lines = text.split('\n')
  const ends = lines.at(-1) === ''
  if (ends) lines.pop()
  // Lines of spaces at either end are blank to some readers and text to others.
  if ([lines[0], lines.at(-1)].some((line) => line !== '' && line?.trim() === '')) return undefined
  const first = lines.find((line) => line !== '') ?? ''
  const indicator = /^\s/.test(first) ? String(step) : ''
  const chomping = !ends ? '-' : lines.at(-1) === '' ? '+' : ''
  const pad = ' '.repeat(column + step)
  return { head: `|${indicator}${chomping}`, lines: lines.map((line) => (line === '' ? '' : pad + line)) }
}

/**
 * Characters that a block cannot hold as they are: carriage returns, controls, separators that some readers take for
 * line ends.
 */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/u

/** JSON's escapes are YAML's; what JSON leaves bare and YAML does not print is escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isPlain(text: string, inFlow: boolean): boolean {
  if (!WORDS.test(text) || text.endsWith(' ') || (inFlow && text.includes(','))) return false
  if (isMisread(text) || NUMBER_TO_SOME.test(text)) return false
  if (BEGINS_WITH_LETTER.test(text)) return !/^(?:true|false|null)$/i.test(text)
  const node = nodeAt(parse('', 'account', Buffer.from(`key: ${text}\n`)).root, ['key'])
  return node?.is === 'scalar' && node.value === text
}

const WORDS = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.,&'()/@+-]*$/u
/** No number begins so, and of what `WORDS` permits nothing ends a text, on one line: `yaml` need not be asked. */
const BEGINS_WITH_LETTER = /^\p{L}/u
/** Readers of YAML 1.1 know underscores, octals and binaries. */
const NUMBER_TO_SOME = /^(?:[\d_.,+-]+|0[box][\da-f_]+)$/i

type Quote = '"' | "'"

/** The quotes of a written text; a plain one is quoted only where YAML would take it for something else. */
interface Quoting {
  readonly keys: Quote | 'plain'
  readonly texts: Quote | 'plain'
}

/**
 * Returns the quoting beside a place, so that a file of JSON stays JSON: of the mapping itself, else of the nearest one
 * around it that shows it. A text that is replaced shows it best.
 *
 * @param around the mappings that lead to the place, from the root on
 */
export function quotingAt(text: string, around: readonly MapNode[], replaced?: Entry): Quoting {
  const maps = [...around].reverse()
  const keys = maps.find(({ entries }) => entries.length > 0)?.entries ?? []
  const beside = maps
    .map(({ entries }) => entries.map(({ value }) => value).filter(isText))
    .find((all) => all.length > 0)
  const own = replaced !== undefined && isText(replaced.value) ? [replaced.value] : undefined
  return {
    keys: shared(
      text,
      keys.map(({ keySpan }) => keySpan.start),
    ),
    texts: quoteOf(text, own ?? beside ?? []),
  }
}

/** Returns the quote of the texts among some values. */
export function quoteOf(text: string, values: readonly Node[]): Quote | 'plain' {
  return shared(
    text,
    values.filter(isText).map(({ start }) => start),
  )
}

/** Returns the quote that all of them begin with; one that is plain among them is enough to write plainly. */
function shared(text: string, starts: readonly number[]): Quote | 'plain' {
  const quotes = starts.map((start) => text.charAt(start))
  const last = quotes.at(-1)
  if ((last !== '"' && last !== "'") || !quotes.every((quote) => quote === '"' || quote === "'")) return 'plain'
  return last
}

/** A block does not show how a text on one line is quoted. */
function isText(node: Node): boolean {
  return node.is === 'scalar' && typeof node.value === 'string' && node.style !== 'block'
}
