import { createHash } from 'node:crypto'
import { canonical } from './canonical.ts'
import { Malformed, parseJson } from './decode.ts'
import { REF_LENGTH, isRef, type Ref } from './object.ts'

/**
 * The account tree: a binary trie over SHA-256 of the account id, cut into objects.
 *
 * A region is `null` (no accounts), `"L" + ref` (a leaf), `"N" + ref` (the trie goes on in a node object) or
 * `[zeros, ones]`, the two halves by the next bit of the hash. The root object holds the first `ROOT_BITS` levels
 * and every node object the next `NODE_BITS`, so that a million accounts are three objects deep.
 */
export type Region = null | string | readonly [Region, Region]

export const ROOT_BITS = 7
export const NODE_BITS = 8
/** A region whose account lines together are at most this long is one leaf; a longer one is split. */
export const LEAF_BYTES = 8192
/** Below this many levels nothing is split any more: only a broken hash could get here. */
export const MAX_BITS = ROOT_BITS + 30 * NODE_BITS

export function hashId(id: string): Uint8Array {
  return createHash('sha256').update(id, 'utf8').digest()
}

export function bitAt(hash: Uint8Array, index: number): 0 | 1 {
  return (((hash[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1 ? 1 : 0
}

/** How many levels the object that begins at `depth` holds. */
export function bitsAt(depth: number): number {
  return depth === 0 ? ROOT_BITS : NODE_BITS
}

/** @throws {Malformed} when the value is not a region of the object that begins at `depth`. */
export function readRegion(value: unknown, depth: number, levels = bitsAt(depth)): Region {
  if (value === null) return null
  if (typeof value === 'string') {
    const kind = value[0]
    if ((kind !== 'L' && kind !== 'N') || !isRef(value.slice(1))) throw new Malformed('a tree has a bad reference')
    if (kind === 'N' && levels !== 0) throw new Malformed('a tree goes on before its object is full')
    return value
  }
  if (!Array.isArray(value) || value.length !== 2 || levels === 0) throw new Malformed('a tree has a bad region')
  const [zeros, ones]: unknown[] = value
  return [readRegion(zeros, depth + 1, levels - 1), readRegion(ones, depth + 1, levels - 1)]
}

/** Where the search for a hash ends within one object. */
export function findIn(region: Region, hash: Uint8Array, depth: number): { region: string | null; depth: number } {
  let at = region
  let bit = depth
  while (at !== null && typeof at !== 'string') at = at[bitAt(hash, bit++)]
  return { region: at, depth: bit }
}

/** A node as it is written, looked through once, so that `findWritten` may take its form for granted. @throws {Malformed} */
export function checkNode(bytes: Buffer): Buffer {
  const region = readRegion(parseJson(bytes, 'a node'), ROOT_BITS)
  if (bytes.equals(writeRegion(region))) return bytes
  throw new Malformed('a node is not in its one encoding')
}

export function writeRegion(region: Region): Buffer {
  return Buffer.from(canonical(region), 'latin1')
}

/**
 * As `findIn`, in a region as it is written: nothing is made of what lies beside the way. Who looks for one account
 * among a million would otherwise leave a hundred strings behind for each.
 */
export function findWritten(bytes: Buffer, hash: Uint8Array, depth: number): { region: string | null; depth: number } {
  let at = 0
  let bit = depth
  while (bytes[at] === OPEN) {
    at++
    if (bitAt(hash, bit++) === 1) at = endOf(bytes, at) + 1
  }
  const region = bytes[at] === QUOTE ? bytes.toString('latin1', at + 1, at + 2 + REF_LENGTH) : null
  return { region, depth: bit }
}

const [OPEN, CLOSE, COMMA, QUOTE] = [0x5b, 0x5d, 0x2c, 0x22]

/** Where the region that begins here ends. References hold no brackets, and are of one length. */
function endOf(bytes: Buffer, start: number): number {
  let at = start
  let open = 0
  do {
    const byte = bytes[at]
    if (byte === OPEN) open++
    else if (byte === CLOSE) open--
    at += byte === QUOTE ? '"L"'.length + REF_LENGTH : byte === OPEN || byte === CLOSE || byte === COMMA ? 1 : 'null'.length
  } while (open > 0)
  return at
}

/** Every reference of a region, in the order of the hash, with the depth at which it stands. */
export function* refsOf(region: Region, depth: number): Generator<{ kind: 'leaf' | 'node'; ref: Ref; depth: number }> {
  if (region === null) return
  if (typeof region === 'string') {
    yield { kind: region[0] === 'L' ? 'leaf' : 'node', ref: region.slice(1), depth }
    return
  }
  yield* refsOf(region[0], depth + 1)
  yield* refsOf(region[1], depth + 1)
}
