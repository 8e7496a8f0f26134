import { Malformed } from '../bundle/decode.ts'
import { HEADER_BYTES } from '../bundle/leaf.ts'
import type { Ref } from '../bundle/object.ts'

/** A leaf as a service keeps it: the very bytes of the store, and the prompt texts that its lines refer to. */
export interface LoadedLeaf {
  readonly bytes: Buffer
  /** How many accounts there are in it. */
  readonly count: number
  readonly texts: ReadonlyMap<Ref, string>
}

export const QUOTE = 0x22
const BRACKET = 0x5b
const NEWLINE = 0x0a
export const MAX_ID = 63

/**
 * Where each account's id begins and ends, without making a string of any. Ids need no escaping, so that the quote
 * after one is its end.
 *
 * @throws {Malformed}
 */
export function eachAccount(bytes: Buffer, visit: (start: number, end: number) => void): void {
  if (bytes[HEADER_BYTES - 1] !== NEWLINE) throw new Malformed('a leaf has no header')
  for (let at = HEADER_BYTES; at < bytes.length; at = lineEnd(bytes, at) + 1) {
    const start = at + 2
    let end = start
    while (isIdByte(bytes[end])) end++
    const isLine = bytes[at] === BRACKET && bytes[at + 1] === QUOTE && bytes[end] === QUOTE
    if (!isLine || end === start || end - start > MAX_ID) throw new Malformed('a leaf has a line without an account')
    visit(start, end)
  }
}

/** Where the line ends in which this byte stands. @throws {Malformed} */
export function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at)
  if (end < 0) throw new Malformed('a leaf does not end with its last line')
  return end
}

function isIdByte(byte = 0): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2d
}
