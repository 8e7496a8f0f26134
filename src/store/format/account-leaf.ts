import { canonical } from './canonical-json.ts'
import { Malformed, boolean, dict, isObject, list, object, oneOf, parseJson, scalar, string } from './decode-json.ts'
import { type Account, type ContentRecord, PLANS, type PromptRecord } from '../../domain/settings-types.ts'
import { REF_LENGTH, isRef, type Ref } from './object-ref.ts'

/**
 * A leaf is lines of JSON: first `{"provenance":REF}`, then one line per account, sorted by id:
 * `["acme","growth",{"overrides":…}]`, the third item left out if the account inherits everything. A reader may keep
 * the bytes as they are and parse a line when its account is first needed.
 */
export interface Leaf {
  readonly provenance: Ref
  /** Account id to its line, in the order of the lines. */
  readonly lines: ReadonlyMap<string, string>
}

/** One account as the store holds it: its line, and its line of provenance. */
export interface StoredEntry {
  readonly line: string
  readonly provenance: string
  /** SHA-256 of its id, one byte per character, if it was computed along with the entry. */
  readonly hash?: string
}

/** An account as a line holds it: prompt texts by reference. */
export interface StoredAccount extends Omit<Account, 'prompts'> {
  readonly prompts?: Readonly<Record<string, StoredPrompt>>
}

export interface StoredPrompt {
  readonly customized: boolean
  readonly default: Ref
  readonly value?: Ref
}

/** The bytes of a leaf's first line, including its line end: the same for every leaf. */
export const HEADER_BYTES = '{"provenance":""}\n'.length + REF_LENGTH

export function writeLeaf(leaf: Leaf): string {
  const lines = [canonical({ provenance: leaf.provenance }), ...leaf.lines.values()]
  return lines.map((line) => `${line}\n`).join('')
}

/** @throws {Malformed} */
export function readLeaf(bytes: Uint8Array): Leaf {
  const [header, ...rows] = splitLines(bytes, 'a leaf')
  const { provenance } = object(parseJson(Buffer.from(header ?? ''), 'a leaf'), 'a leaf')
  if (!isRef(provenance)) throw new Malformed('a leaf has no provenance')
  return { provenance, lines: byId(rows, 'a leaf') }
}

/** Returns the line of one account, without reading the others. @throws {Malformed} */
export function lineIn(bytes: Buffer, id: string): string | undefined {
  // No line contains a line feed, and every account's line follows one. The whole id is compared.
  const start = bytes.indexOf(`\n["${id}",`, 0, 'latin1') + 1
  if (start === 0) return undefined
  const end = bytes.indexOf(0x0a, start)
  const [line] = splitLines(bytes.subarray(start, end < 0 ? bytes.length : end + 1), 'a leaf')
  return line
}

/** Splits a text, in which every line must end with a line feed, into its lines. @throws {Malformed} */
export function splitLines(bytes: Uint8Array, what: string): string[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Malformed(`${what} is not UTF-8`)
  }
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Malformed(`${what} does not end with its last line`)
  return lines
}

export function byId(rows: readonly string[], what: string): Map<string, string> {
  const lines = new Map<string, string>()
  let last = ''
  for (const row of rows) {
    const id = idOf(row)
    if (id === undefined || id <= last) throw new Malformed(`${what} is not sorted by account`)
    lines.set(id, row)
    last = id
  }
  return lines
}

/** Whether a text is a valid account id. */
export function isId(text: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text)
}

/** Returns the id with which a line begins. Ids need no escaping, so no JSON has to be parsed for it. */
function idOf(line: string): string | undefined {
  return /^\["([a-z0-9][a-z0-9_-]{0,62})"/.exec(line)?.[1]
}

export function writeAccount(id: string, account: StoredAccount): string {
  const { plan, ...rest } = account
  return canonical(Object.keys(rest).length === 0 ? [id, plan] : [id, plan, rest])
}

/** @throws {Malformed} */
export function readAccount(line: string): StoredAccount {
  const row = parseLine(line)
  if (!Array.isArray(row) || row.length < 2 || row.length > 3) throw new Malformed('an account line is malformed')
  const cells: readonly unknown[] = row
  const [, planName, extras = {}] = cells
  const plan = oneOf(PLANS)(planName, 'a plan')
  const { overrides, prompts, author_profiles, strategies, ...more } = object(extras, 'an account')
  if (Object.keys(more).length > 0) throw new Malformed('an account line has an unknown member')
  return {
    plan,
    ...(overrides !== undefined && { overrides: dict(overrides, 'overrides', (v, at) => dict(v, at, scalar)) }),
    ...(prompts !== undefined && { prompts: dict(prompts, 'prompts', storedPrompt) }),
    ...(author_profiles !== undefined && { author_profiles: records(author_profiles, 'author_profiles') }),
    ...(strategies !== undefined && { strategies: records(strategies, 'strategies') }),
  }
}

/** Whether empty sections and collections are left out, as the format requires. */
export function isSparse({ plan: _, ...rest }: StoredAccount): boolean {
  const collections: readonly object[] = [...Object.values(rest), ...Object.values(rest.overrides ?? {})]
  return collections.every((one) => Object.keys(one).length > 0)
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Malformed('an account line is not JSON')
  }
}

/** Returns the account of a line, with its texts in place of their references. @throws {Malformed} */
export function accountOf(line: string, text: (ref: Ref) => string): Account {
  const { prompts, ...rest } = readAccount(line)
  if (prompts === undefined) return rest
  const full: Record<string, PromptRecord> = {}
  for (const [type, record] of Object.entries(prompts)) {
    full[type] = {
      customized: record.customized,
      default: text(record.default),
      ...(record.value !== undefined && { value: text(record.value) }),
    }
  }
  return { ...rest, prompts: full }
}

export function textRefs(stored: StoredAccount): Ref[] {
  return Object.values(stored.prompts ?? {}).flatMap(({ value, default: snapshot }) =>
    value === undefined ? [snapshot] : [snapshot, value],
  )
}

/** A prompt's record in the one encoding of a line. No string of a line can contain its unescaped quotes. */
const PROMPT_RECORD =
  /"customized":(?:true|false),"default":"([\w-]{43}[0-9a-f]{6})"(?:,"value":"([\w-]{43}[0-9a-f]{6})")?\}/g

/**
 * Returns the references of a line's texts in a tenth of the time that parsing takes, which a look-up does in any case.
 * A line in another form is parsed. @throws {Malformed}
 */
export function textRefsIn(line: string): Ref[] {
  const found: Ref[] = []
  let records = 0
  for (const [, snapshot, value] of line.matchAll(PROMPT_RECORD)) {
    records++
    if (snapshot !== undefined) found.push(snapshot)
    if (value !== undefined) found.push(value)
  }
  const isEvery = records > 0 && records === line.split('"customized":').length - 1
  return isEvery && found.every(isRef) ? found : textRefs(readAccount(line))
}

export function records(value: unknown, what: string): Record<string, ContentRecord> {
  return dict(value, what, (record, at) => dict(record, at, content))
}

function content(value: unknown, what: string): string | boolean | readonly string[] {
  if (Array.isArray(value)) return list(value, what, string)
  return typeof value === 'boolean' ? value : string(value, what)
}

function storedPrompt(value: unknown, what: string): StoredPrompt {
  if (!isObject(value)) throw new Malformed(`${what} is not an object`)
  return {
    customized: boolean(value['customized'], what),
    default: ref(value['default'], what),
    ...(value['value'] !== undefined && { value: ref(value['value'], what) }),
  }
}

function ref(value: unknown, what: string): Ref {
  if (!isRef(value)) throw new Malformed(`${what} is not a reference`)
  return value
}

/** Returns what a leaf refers to: its provenance, and the texts of its accounts. @throws {Malformed} */
export function partsOfLeaf(bytes: Uint8Array): Ref[] {
  const { provenance, lines } = readLeaf(bytes)
  return [provenance, ...[...lines.values()].flatMap((line) => textRefs(readAccount(line)))]
}
