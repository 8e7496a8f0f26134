import { Malformed } from '../../store/format/decode-json.ts'
import { accountOf, textRefsIn } from '../../store/format/account-leaf.ts'
import { type Account, PLANS, type PlanName } from '../../domain/settings-types.ts'
import { type Ref, lengthOf } from '../../store/format/object-ref.ts'
import type { Lines } from '../answers/accounts-interface.ts'
import { Arena, offsetOf } from './byte-arena.ts'
import { hashBytes } from './hash-ids.ts'

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NEWLINE = 0x0a
const PROMPTS = '"prompts":'
/** The bytes of a line between its id and its plan: a comma and a quote. */
const BEFORE_PLAN = 2

// Many small tables rather than one: each grows by itself, in a fraction of a millisecond.
const TABLES = 256
const TABLE_SHIFT = 23
const FIRST_WORDS = 32
const MAX_LOAD = 0.75

const PLAN_BITS = 0x07
const HAS_PROMPTS = 0x08
const HAS_TEXTS = 0x10

/**
 * The contents of accounts, each distinct one once: the bytes of a line after its id, by a content id from 1. Lines are
 * only ever added, so that releases share them: most lines of the next release are in the previous one.
 */
export class Interner implements Lines {
  /** The texts that lines refer to. A text that several lines refer to is one string. */
  readonly #texts = new Map<Ref, string>()
  #textBytes = 0
  readonly #arena = new Arena()
  readonly #tables: Uint32Array[] = Array.from({ length: TABLES }, () => new Uint32Array(FIRST_WORDS))
  readonly #sizes = new Uint32Array(TABLES)
  /** By content id: the line's place, its plan, and whether it has prompts. */
  #places = new Uint32Array(64)
  #kinds = new Uint8Array(64)
  #count = 0
  /** Where the last noted line ended: a second result of `note` that needs no object. */
  #end = 0
  /** Most callers ask for several things about one account in a row. */
  #last: { readonly number: number; readonly account: Account } | undefined

  /** Bytes of lines and texts. */
  get size(): number {
    return this.#arena.size + this.#textBytes
  }

  /** The index of the line end that `note` found. */
  get end(): number {
    return this.#end
  }

  /**
   * Returns the content id of the line whose part after the id begins here and extends to the next line end; a new one
   * if no line had this content before. @throws {Malformed}
   */
  note(bytes: Buffer, start: number): number {
    const end = bytes.indexOf(NEWLINE, start)
    if (end < 0) throw new Malformed('a leaf does not end with its last line')
    this.#end = end
    const hash = hashBytes(bytes, start, end)
    const table = this.#tables[hash >>> TABLE_SHIFT]
    if (table === undefined) throw new RangeError('there is no such table')
    let slot = slotIn(table, hash)
    for (; table[slot] !== 0; slot = nextSlot(table, slot)) {
      const number = table[slot] ?? 0
      if (table[slot + 1] === hash && this.#arena.holds(this.#places[number] ?? 0, 0, bytes, start, end, NEWLINE)) {
        return number
      }
    }
    return this.#add(bytes, start, end, hash, table, slot)
  }

  plan(number: number): PlanName | null {
    return PLANS[((this.#kinds[number] ?? 0) & PLAN_BITS) - 1] ?? null
  }

  account(number: number): Account | undefined {
    if (number === 0) return undefined
    if (this.#last?.number !== number) {
      this.#last = { number, account: accountOf(this.#line(number), (ref) => this.#text(ref)) }
    }
    return this.#last.account
  }

  /** Whether a line refers to texts that are not marked as present. */
  lacksTexts(number: number): boolean {
    return ((this.#kinds[number] ?? 0) & (HAS_PROMPTS | HAS_TEXTS)) === HAS_PROMPTS
  }

  /** Marks all texts of a line as present. */
  hasTexts(number: number): void {
    this.#kinds[number] = (this.#kinds[number] ?? 0) | HAS_TEXTS
  }

  /** Returns the references of the texts that a line needs. @throws {Malformed} */
  textsOf(number: number): readonly Ref[] {
    return ((this.#kinds[number] ?? 0) & HAS_PROMPTS) === 0 ? [] : textRefsIn(this.#line(number))
  }

  /** Adds a line of another interner to this one, with its texts. */
  take(from: Interner, known: number): number {
    const place = from.#places[known] ?? 0
    const number = this.note(from.#arena.bytesAt(place), offsetOf(place))
    if (this.lacksTexts(number) && !from.lacksTexts(known)) {
      for (const ref of this.textsOf(number)) this.addText(ref, from.#text(ref))
      this.hasTexts(number)
    }
    return number
  }

  hasText(ref: Ref): boolean {
    return this.#texts.has(ref)
  }

  addText(ref: Ref, text: string): void {
    if (this.#texts.has(ref)) return
    this.#texts.set(ref, text)
    this.#textBytes += lengthOf(ref)
  }

  #text(ref: Ref): string {
    const text = this.#texts.get(ref)
    if (text === undefined) throw new Malformed('it lacks a text')
    return text
  }

  /** Returns the full line of an arbitrary account with this content. @throws {TypeError} when it is not UTF-8. */
  #line(number: number): string {
    const place = this.#places[number] ?? 0
    const bytes = this.#arena.bytesAt(place)
    const start = offsetOf(place)
    const rest = bytes.subarray(start, bytes.indexOf(NEWLINE, start))
    return `["x"${UTF_8.decode(rest)}`
  }

  #add(bytes: Buffer, start: number, end: number, hash: number, table: Uint32Array, slot: number): number {
    const line = bytes.toString('latin1', start + BEFORE_PLAN, end)
    const written = line.slice(0, Math.max(0, line.indexOf('"')))
    const plan = PLANS.findIndex((name) => name === written)
    if (plan < 0) throw new Malformed('an account line has no plan')
    const place = this.#arena.append(bytes, start, end + 1, 0, 0)
    const number = ++this.#count
    if (number === this.#places.length) {
      this.#places = longer(this.#places, new Uint32Array(2 * number))
      this.#kinds = longer(this.#kinds, new Uint8Array(2 * number))
    }
    this.#places[number] = place
    this.#kinds[number] = (plan + 1) | (line.includes(PROMPTS) ? HAS_PROMPTS : 0)
    table[slot] = number
    table[slot + 1] = hash
    const which = hash >>> TABLE_SHIFT
    const size = (this.#sizes[which] ?? 0) + 1
    this.#sizes[which] = size
    if (2 * size > table.length * MAX_LOAD) this.#tables[which] = twice(table)
    return number
  }
}

/** Finds a bucket, which is two words: a content id, 0 if the bucket is empty, and its line's hash. */
function slotIn(table: Uint32Array, hash: number): number {
  return (hash << 1) & (table.length - 1)
}

function nextSlot(table: Uint32Array, slot: number): number {
  return (slot + 2) & (table.length - 1)
}

function twice(before: Uint32Array): Uint32Array {
  const table = new Uint32Array(2 * before.length)
  for (let from = 0; from < before.length; from += 2) {
    const hash = before[from + 1] ?? 0
    if (before[from] === 0) continue
    let slot = slotIn(table, hash)
    while (table[slot] !== 0) slot = nextSlot(table, slot)
    table[slot] = before[from] ?? 0
    table[slot + 1] = hash
  }
  return table
}

function longer<T extends Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
