import { createHash } from 'node:crypto'
import { Malformed } from './decode-json.ts'
import { type Ref, hexOf, lengthOf } from './object-ref.ts'

/**
 * The account tree: a binary trie over SHA-256 of the account id, cut into objects.
 *
 * A region is `null` (no accounts), `"L" + ref` (a leaf), `"N" + ref` (the trie continues in a node object) or `[zeros,
 * ones]`, the two halves by the next bit of the hash. The root object holds the first `ROOT_BITS` levels and every node
 * object the next `NODE_BITS`, so that a million accounts are three objects deep.
 */
export type Region = null | string | readonly [Region, Region]

export const ROOT_BITS = 7
export const NODE_BITS = 8
/** A region whose account lines are at most this long in total is one leaf; a longer one is split. */
export const LEAF_BYTES = 8192
/** Nothing is split below this many levels: only a broken hash could get here. */
export const MAX_BITS = ROOT_BITS + 30 * NODE_BITS

export function hashId(id: string): Uint8Array {
  return createHash('sha256').update(id, 'utf8').digest()
}

export function bitAt(hash: Uint8Array, index: number): 0 | 1 {
  return (((hash[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1 ? 1 : 0
}

/** Returns how many levels the object that begins at `depth` holds. */
function bitsAt(depth: number): number {
  return depth === 0 ? ROOT_BITS : NODE_BITS
}

// The encoding of a region: one byte gives its kind. A reference follows as the 32 bytes of its digest and three bytes
// of length, a third shorter than as text: a service fetches the root and a node whenever an account changes.
const NOBODY = 0x00
const BRANCH = 0x01
const LEAF = 0x4c
const NODE = 0x4e
const DIGEST_BYTES = 32
const REF_BYTES = DIGEST_BYTES + 3

export function writeRegion(region: Region): Buffer {
  const parts: Buffer[] = []
  const write = (value: Region): void => {
    if (value === null) parts.push(Buffer.of(NOBODY))
    else if (typeof value === 'string') {
      const ref = value.slice(1)
      const length = lengthOf(ref)
      parts.push(Buffer.of(value[0] === 'L' ? LEAF : NODE), Buffer.from(hexOf(ref), 'hex'))
      parts.push(Buffer.of(length >> 16, (length >> 8) & 0xff, length & 0xff))
    } else {
      parts.push(Buffer.of(BRANCH))
      for (const half of value) write(half)
    }
  }
  write(region)
  return Buffer.concat(parts)
}

/** Reads the whole of a node that begins at `depth`, or of the root's part from `start` on. @throws {Malformed} */
export function readRegion(given: Uint8Array, depth: number, start = 0): Region {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  let at = start
  const read = (levels: number): Region => {
    const kind = bytes[at++]
    if (kind === NOBODY) return null
    if (kind === BRANCH && levels > 0) return [read(levels - 1), read(levels - 1)]
    if (kind !== LEAF && kind !== NODE) throw new Malformed('a tree has a bad region')
    if (kind === NODE && levels !== 0) throw new Malformed('a tree goes on before its object is full')
    if (at + REF_BYTES > bytes.length) throw new Malformed('a tree has a bad reference')
    at += REF_BYTES
    return refAt(bytes, at - REF_BYTES - 1)
  }
  const region = read(bitsAt(depth))
  if (at !== bytes.length) throw new Malformed('a tree has more than one region in an object')
  return region
}

/** Returns the reference after a byte that gives its kind. */
function refAt(bytes: Buffer, at: number): string {
  const end = at + 1 + DIGEST_BYTES
  const kind = bytes[at] === LEAF ? 'L' : 'N'
  return kind + bytes.toString('base64url', at + 1, end) + bytes.toString('hex', end, end + REF_BYTES - DIGEST_BYTES)
}

/** Finds where the search for a hash ends within one object. */
export function findIn(region: Region, hash: Uint8Array, depth: number): { region: string | null; depth: number } {
  let at = region
  let bit = depth
  while (at !== null && typeof at !== 'string') at = at[bitAt(hash, bit++)]
  return { region: at, depth: bit }
}

/** Reads a node object, which is there because its accounts are too many for a leaf. @throws {Malformed} */
export function readNode(bytes: Uint8Array, depth: number): Region {
  if (bytes[0] !== BRANCH) throw new Malformed('a node does not begin with two halves')
  return readRegion(bytes, depth)
}

/** Checks an encoded node once, so that `findWritten` may rely on its form. @throws {Malformed} */
export function checkNode(bytes: Buffer): Buffer {
  readNode(bytes, ROOT_BITS)
  return bytes
}

/**
 * As `findIn`, in an encoded region: nothing beside the path is decoded. A search for one account among a million would
 * otherwise leave a hundred strings behind.
 */
export function findWritten(bytes: Buffer, hash: Uint8Array, depth: number): { region: string | null; depth: number } {
  let at = 0
  let bit = depth
  while (bytes[at] === BRANCH) {
    at++
    if (bitAt(hash, bit++) === 1) at = endOf(bytes, at)
  }
  return { region: bytes[at] === NOBODY ? null : refAt(bytes, at), depth: bit }
}

/** Returns where the region that begins here ends. */
function endOf(bytes: Buffer, start: number): number {
  let at = start
  for (let open = 1; open > 0; ) {
    const kind = bytes[at]
    at += kind === LEAF || kind === NODE ? 1 + REF_BYTES : 1
    open += kind === BRANCH ? 1 : -1
  }
  return at
}

/** A reference in the tree, with the depth of what is below it. */
export interface TreeRef {
  readonly kind: 'leaf' | 'node'
  readonly ref: Ref
  readonly depth: number
}

/** Yields every reference of a region, in the order of the hash. */
export function* refsOf(region: Region, depth: number): Generator<TreeRef> {
  if (region === null) return
  if (typeof region === 'string') {
    yield { kind: region[0] === 'L' ? 'leaf' : 'node', ref: region.slice(1), depth }
    return
  }
  yield* refsOf(region[0], depth + 1)
  yield* refsOf(region[1], depth + 1)
}

/** Whether an object begins at a depth: where the one above it is full. */
export function isBoundary(depth: number): boolean {
  return depth >= ROOT_BITS && (depth - ROOT_BITS) % NODE_BITS === 0
}
