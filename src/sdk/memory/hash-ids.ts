/** A hash of an account id, from 0 to 2^31 - 1: a number that needs no allocation. */
export interface Hash {
  of(id: string): number
  /** Hashes an id within a leaf, without making a string of it. */
  ofBytes(bytes: Buffer, start: number, end: number): number
}

const SEED = 0x811c9dc5
const PRIME = 0x01000193

/** FNV-1a with a final mix, so that consecutive ids do not end up side by side. */
export const idHash: Hash = {
  of(id) {
    let hash = SEED
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), PRIME)
    return mixed(hash) >>> 1
  },
  ofBytes(bytes, start, end) {
    let hash = SEED
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME)
    return mixed(hash) >>> 1
  },
}

/** Hashes bytes to a number from 0 to 2^31 - 1, four bytes per step, which takes a third of the time. */
export function hashBytes(bytes: Buffer, start: number, end: number): number {
  let hash = SEED
  let i = start
  for (; i + 3 < end; i += 4) {
    const word =
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, PRIME)
    // A word's upper bits would never reach the lower ones.
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME)
  return mixed(hash) >>> 1
}

/** Finalizes a hash as MurmurHash3 does, so that each bit depends on all of the input. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  const full = Math.imul(half ^ (half >>> 15), 0x735a2d97)
  return full ^ (full >>> 15)
}
