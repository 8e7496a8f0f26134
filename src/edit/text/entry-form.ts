import type { Layout } from './lines-and-indentation.ts'
import type { Quoting } from './neighbours-quoting.ts'
import { block, inline } from './write-scalar.ts'

/** A value that an edit may write: a scalar, or a mapping of such values. */
export type Writable = string | number | boolean | Mapping
interface Mapping {
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
  if (typeof value === 'object') return where.flow ? flowForm(value, where) : blockForm(value, where)
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

function blockForm(mapping: Mapping, where: Where): WrittenForm {
  const inner = { ...where, column: where.column + where.step }
  const entries = Object.entries(mapping).map(([key, value]) => entryForm(key, value, inner))
  const body = entries.flatMap((entry) => [' '.repeat(inner.column) + entry.head, ...entry.body])
  return { head: '', body, open: entries.at(-1)?.open === true }
}

function flowForm(mapping: Mapping, where: Where): WrittenForm {
  const within = { ...where, flow: true }
  const entries = Object.entries(mapping).map(([key, value]) => entryForm(key, value, within).head)
  return { head: `{ ${entries.join(', ')} }`, body: [], open: false }
}
