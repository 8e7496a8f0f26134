import { createHash } from 'node:crypto'
import { Malformed } from './decode.ts'
import { isRef, type Ref } from './object.ts'

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
