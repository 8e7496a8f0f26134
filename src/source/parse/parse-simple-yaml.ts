import { FORBIDDEN } from '../file-layout.ts'
import type { Entry, ListNode, MapNode, Node, ScalarNode } from '../source-nodes.ts'
import { INVISIBLE, LONE } from './text-problems.ts'

/**
 * Reads what account files are nearly always written in, twenty times as fast as `yaml` does, and gives up on all else:
 * the tree of a text, or undefined where `yaml` has to find what it means, and what may be wrong with it. A property
 * test compares the two on whatever this one accepts.
 *
 * | accepted | given up on |
 * |---|---|
 * | characters that can be seen, spaces, LF; a line end at the end | tabs, CR, controls, invisible characters |
 * | block mappings under one another; blank lines, comments | block lists, documents' marks, directives |
 * | keys of letters, digits, `_` and `-` that begin with none of the last two | other keys, forbidden ones, one twice |
 * | plain scalars on one line that begin with a letter or a digit | any other beginning, `: ` inside, no value at all |
 * | `true`, `false`, `null`, numbers as JSON writes them, without sign and exponent | all else that may be no string |
 * | quoted scalars on one line | escapes and doubled quotes |
 * | the literal blocks `\|` and `\|-` | other headers; lines of spaces alone; a beginning with blank lines |
 * | flow collections on one line of the above, their plain scalars of few signs | anchors, aliases, tags |
 */
export function readSimple(text: string): MapNode | undefined {
  if (text.length > MAX_LENGTH || !text.endsWith('\n') || !isUsual(text)) return undefined
  const reader = new Reader(text)
  const indent = reader.nextIndent()
  const root = indent < 0 ? undefined : reader.map(indent, 0)
  return reader.isAtEnd ? root : undefined
}

/** Far below what `parse` refuses as too many values or too deep. */
const MAX_LENGTH = 65_536
const MAX_DEPTH = 16
/** Bounds a mapping, so that searching for a key that is written twice is cheap. */
const MAX_ENTRIES = 64

function isUsual(text: string): boolean {
  return !/[^\n\x20-\x7e]/.test(text) || !(UNUSUAL.test(text) || INVISIBLE.test(text) || LONE.test(text))
}

const UNUSUAL = /[^\n\x20-\x7e\u00a0-\u2027\u202f-\ufefe\uff00-\uffef]/

/** The text between entries; the end of a line behind a value; a key. */
const BETWEEN = /(?: *(?:#[^\n]*)?\n)*/y
const END = /(?: +(?:#[^\n]*)?)?\n/y
const SPACES = / */y
const KEY = /[A-Za-z0-9][A-Za-z0-9_-]*(?=:[ \n])/y
const PLAIN = /[A-Za-z0-9\u00a1-\u1fff\u2c00-\ud7ff][^\n: ]*(?:(?::(?![ \n])| +(?![ #\n]))[^\n: ]*)*/y
const PLAIN_IN_FLOW = /[A-Za-z0-9](?:[A-Za-z0-9._/@-]|:(?=[A-Za-z0-9])| (?=[A-Za-z0-9]))*(?= *[,}\]])/y
const QUOTED = /"[^"\\\n]*"|'[^'\n]*'/y
const LITERAL = /\|(-?)\n( +)(?=[^ \n])/y

const NUMBER = /^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/
/** Whatever else the core schema may take for a number, and a little more; a size, `1024x1024`, is none. */
const LIKE_NUMBER = /^(?:0[ox])?[0-9a-fA-F.+-]*$/
const WORDS = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
/** No strings either: these are left to `yaml`, as is every other way of writing them. */
const LIKE_WORD = /^(?:true|false|null)$/i

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Returns how far the next line with content is indented; a negative number at the end. */
  nextIndent(): number {
    this.#take(BETWEEN)
    SPACES.lastIndex = this.#at
    SPACES.test(this.#text)
    return this.isAtEnd ? -1 : SPACES.lastIndex - this.#at
  }

  /** Reads every entry down to a line that is indented less. */
  map(indent: number, depth: number): MapNode | undefined {
    const entries: Entry[] = []
    if (depth > MAX_DEPTH) return undefined
    for (let next = indent; next >= indent; next = this.nextIndent()) {
      if (next > indent) return undefined
      this.#at += indent
      if (!this.#entry(entries, () => this.#value(indent, depth))) return undefined
    }
    const [start, end] = [entries[0]?.keySpan.start ?? 0, entries.at(-1)?.value.end ?? 0]
    return { is: 'map', entries, start, end }
  }

  #entry(entries: Entry[], read: () => Node | undefined): boolean {
    const start = this.#at
    const key = this.#take(KEY)
    if (key === undefined || FORBIDDEN.has(key) || entries.length === MAX_ENTRIES) return false
    const keySpan = { start, end: this.#at++ }
    const value = read()
    if (value === undefined || entries.some((entry) => entry.key === key)) return false
    entries.push({ key, keySpan, value })
    return true
  }

  /** Reads what follows a key's colon, with its line's end. */
  #value(indent: number, depth: number): Node | undefined {
    if (this.#take(END) !== undefined) {
      const inner = this.nextIndent()
      return inner > indent ? this.map(inner, depth + 1) : undefined
    }
    this.#take(SPACES)
    const first = this.#text[this.#at]
    if (first === '|') return this.#literal(indent)
    const value = first === '{' || first === '[' ? this.#flow(depth + 1) : this.#scalar(PLAIN)
    return this.#take(END) === undefined ? undefined : value
  }

  #flow(depth: number): Node | undefined {
    const first = this.#text[this.#at]
    if (first !== '{' && first !== '[') return this.#scalar(PLAIN_IN_FLOW)
    if (depth > MAX_DEPTH) return undefined
    const start = this.#at++
    const [entries, items]: [Entry[], Node[]] = [[], []]
    const close = first === '{' ? '}' : ']'
    this.#take(SPACES)
    while (this.#text[this.#at] !== close || entries.length + items.length > 0) {
      const read = first === '{' ? this.#entry(entries, () => this.#inFlow(depth)) : this.#item(items, depth)
      if (!read) return undefined
      this.#take(SPACES)
      if (this.#text[this.#at] === close) break
      if (this.#text[this.#at++] !== ',') return undefined
      this.#take(SPACES)
    }
    const end = ++this.#at
    return first === '{' ? { is: 'map', entries, start, end } : ({ is: 'list', items, start, end } satisfies ListNode)
  }

  #inFlow(depth: number): Node | undefined {
    this.#take(SPACES)
    return this.#flow(depth + 1)
  }

  #item(items: Node[], depth: number): boolean {
    const item = this.#flow(depth + 1)
    if (item !== undefined) items.push(item)
    return item !== undefined
  }

  #scalar(pattern: RegExp): ScalarNode | undefined {
    const start = this.#at
    const quoted = this.#take(QUOTED)
    if (quoted !== undefined) return { is: 'scalar', value: quoted.slice(1, -1), style: 'quoted', start, end: this.#at }
    const plain = this.#take(pattern)
    const value = plain === undefined ? undefined : valueOf(plain)
    return value === undefined ? undefined : { is: 'scalar', value, style: 'plain', start, end: this.#at }
  }

  /** Reads a block's lines, down to one that is indented as little as its key. */
  #literal(indent: number): ScalarNode | undefined {
    const text = this.#text
    const start = this.#at
    LITERAL.lastIndex = start
    const [, chomp, { length: inner } = ''] = LITERAL.exec(text) ?? []
    if (chomp === undefined || inner <= indent) return undefined
    const lines: string[] = []
    let [from, count, end] = [LITERAL.lastIndex - inner, 0, 0]
    for (;;) {
      const newline = text.indexOf('\n', from)
      SPACES.lastIndex = from
      SPACES.test(text)
      const at = SPACES.lastIndex - from
      if (at < inner && newline > from) {
        if (at > indent || newline === SPACES.lastIndex) return undefined
        break
      }
      if (newline < 0) break
      if (newline === SPACES.lastIndex && newline > from) return undefined
      lines.push(text.slice(from + inner, newline))
      if (newline > from) [count, end] = [lines.length, newline]
      from = newline + 1
    }
    this.#at = from
    const value = lines.slice(0, count).join('\n') + (chomp === '' ? '\n' : '')
    return { is: 'scalar', value, style: 'block', start, end }
  }

  /** Returns what is here, if it matches. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return undefined
    const taken = this.#text.slice(this.#at, pattern.lastIndex)
    this.#at = pattern.lastIndex
    return taken
  }
}

/** Returns undefined where it is not certain. */
function valueOf(plain: string): ScalarNode['value'] | undefined {
  const first = plain.charCodeAt(0)
  if (first < 48 || first > 57) return LIKE_WORD.test(plain) ? WORDS.get(plain) : plain
  if (NUMBER.test(plain)) return Number(plain)
  return LIKE_NUMBER.test(plain) ? undefined : plain
}
