import { canonical } from './canonical-json.ts'
import { Malformed, list, parseJson } from './decode-json.ts'
import { MAX_OBJECT_BYTES, type Ref, type StoredObject, isRef, textObject, toObject } from './object-ref.ts'

/**
 * A pack: many objects in one, so that a service reads a million accounts in a dozen requests. For each object it has
 * three bytes of length, highest first, and then the object's bytes, whose digest is its name. It holds no empty object.
 */
const LENGTH_BYTES = 3

/** The most packs that a list names. */
export const MAX_PACKS = 64
/** The most objects in a pack, so that a pack of nothing costs a reader little. */
export const MAX_PACKED = 65_536

/** Encodes objects as packs, in their order; a new pack begins where the next object does not fit. */
export function writePacks(objects: Iterable<StoredObject>): StoredObject[] {
  const packs: StoredObject[] = []
  let parts: Uint8Array[] = []
  let size = 0
  const end = (): void => {
    if (parts.length > 0) packs.push(toObject(Buffer.concat(parts, size)))
    parts = []
    size = 0
  }
  for (const { bytes } of objects) {
    if (!isPackable(bytes.length)) continue
    const length = LENGTH_BYTES + bytes.length
    if (size + length > MAX_OBJECT_BYTES || parts.length === 2 * MAX_PACKED) end()
    parts.push(lengthBytes(bytes.length), bytes)
    size += length
  }
  end()
  return packs
}

/** Whether a pack has room for an object of this length; the longest objects, and empty ones, are read singly. */
export function isPackable(length: number): boolean {
  return length > 0 && length <= MAX_OBJECT_BYTES - LENGTH_BYTES
}

/** Yields the objects of a pack, without copying their bytes. @throws {Malformed} where it is cut, or is not a pack. */
export function* objectsOfPack(bytes: Uint8Array): Generator<Buffer> {
  const pack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let at = 0; at < pack.length; ) {
    const start = at + LENGTH_BYTES
    if (start > pack.length) throw new Malformed('a pack ends within a length')
    at = start + pack.readUIntBE(at, LENGTH_BYTES)
    if (at === start) throw new Malformed('a pack holds an empty object')
    if (at > pack.length) throw new Malformed('a pack ends within an object')
    if (++count > MAX_PACKED) throw new Malformed(`a pack holds more than ${MAX_PACKED} objects`)
    yield pack.subarray(start, at)
  }
}

/** Returns the objects of a pack by their names. @throws {Malformed} */
export function indexPack(pack: Uint8Array): Map<Ref, Buffer> {
  const objects = new Map<Ref, Buffer>()
  for (const bytes of objectsOfPack(pack)) objects.set(toObject(bytes).ref, bytes)
  return objects
}

/** Encodes the list object that a release names in `packs`. */
export function writePackList(packs: readonly Ref[]): StoredObject {
  return textObject(canonical(packs))
}

/** @throws {Malformed} when it is not the list of 1 to 64 packs in its one encoding. */
export function readPackList(bytes: Uint8Array): Ref[] {
  const packs = list(parseJson(bytes, 'the list of packs'), 'the list of packs', (value, what) => {
    if (!isRef(value)) throw new Malformed(`${what} is not a reference`)
    return value
  })
  if (packs.length === 0 || packs.length > MAX_PACKS) {
    throw new Malformed(`the list of packs names ${packs.length}, and not 1 to ${MAX_PACKS}`)
  }
  if (new Set(packs).size < packs.length) throw new Malformed('the list of packs names one twice')
  if (!Buffer.from(canonical(packs)).equals(bytes)) throw new Malformed('the list of packs is not in its one encoding')
  return packs
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES)
  bytes.writeUIntBE(length, 0, LENGTH_BYTES)
  return bytes
}
