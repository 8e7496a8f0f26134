import { type Ref, type StoredObject, lengthOf } from '../format/object-ref.ts'
import { MAX_PACKS, indexPack, isPackable, writePackList, writePacks } from '../format/pack.ts'
import { type NeededObjects, neededBy } from './needed-objects.ts'
import { tolerant } from './tolerant.ts'

/** What a release names in `packs`, and the objects of it that are new. */
export interface PackPlan {
  readonly packs: Ref | null
  readonly objects: readonly StoredObject[]
}

/** How the objects of the content are read, and those of the last release; each is verified by its digest. */
export interface PackReads {
  readonly content: (ref: Ref) => Promise<Uint8Array>
  readonly last: (ref: Ref) => Promise<Uint8Array>
}

/** With more objects than this in no pack, they are packed: so many may be read one by one. */
export const MAX_LOOSE = 64
/** The part of a pack, of five, that has to be in use. */
const USED_FIFTHS = 4
/** A shorter pack is merged with what is new. */
const SMALL = 4 << 20
/** Where more than this follows the tree, the tree is a pack of its own: each publisher reads it again. */
const MUCH = 1 << 20

/** Whether a pack of this length may stay although so many bytes of it are not needed. */
export function isWellUsed(bytes: number, unused: number): boolean {
  return 5 * (bytes - unused) >= USED_FIFTHS * bytes
}

/**
 * Packs what a release needs, keeping the large packs of the last one that are well used; or keeps all of them where
 * that suffices. The first pack begins with the whole tree. @throws {Failure} @throws {Malformed}
 */
export async function repack(list: Ref | null, packs: readonly Ref[], root: Ref, reads: PackReads): Promise<PackPlan> {
  const held = new Map<Ref, Uint8Array>()
  const present: Pack[] = []
  for (const ref of packs) {
    const objects = await tolerant(async () => indexPack(await reads.last(ref)))
    if (objects === undefined) continue
    present.push({ ref, names: [...objects.keys()] })
    for (const [name, bytes] of objects) held.set(name, bytes)
  }
  const read = async (ref: Ref): Promise<Uint8Array> => held.get(ref) ?? reads.content(ref)
  const needed = await neededBy(root, read)
  const all = new Set([...needed.tree, ...needed.leaves, ...needed.texts].filter(fits))
  if (all.size <= MAX_LOOSE) return { packs: null, objects: [] }
  const loose = [...all].filter((ref) => !held.has(ref))
  const isWhole = present.length === packs.length && loose.length <= MAX_LOOSE
  if (isWhole && present.every((pack, i) => isWellUsed(lengthOf(pack.ref), unusedIn(pack, all, i === 0)))) {
    return { packs: list, objects: [] }
  }
  const kept = await withKept(present, needed, read)
  const names = [...kept.packs.map(({ ref }) => ref), ...kept.others]
  const made = names.length <= MAX_PACKS ? kept : await withKept([], needed, read)
  const written = writePackList([...made.packs.map(({ ref }) => ref), ...made.others].slice(0, MAX_PACKS))
  return { packs: written.ref, objects: [...made.packs, written] }
}

interface Pack {
  readonly ref: Ref
  readonly names: readonly Ref[]
}

/** Returns the bytes that nothing needs; in the first pack the root and the globals, which begin it, do not count. */
function unusedIn({ names }: Pack, needed: ReadonlySet<Ref>, isFirst: boolean): number {
  return bytesOf(names.slice(isFirst ? 2 : 0).filter((name) => !needed.has(name)))
}

async function withKept(
  present: readonly Pack[],
  { tree, leaves, texts }: NeededObjects,
  read: (ref: Ref) => Promise<Uint8Array>,
): Promise<{ readonly packs: readonly StoredObject[]; readonly others: readonly Ref[] }> {
  const rest = new Set([...leaves, ...texts].filter(fits))
  const others: Ref[] = []
  for (const pack of present) {
    const length = lengthOf(pack.ref)
    if (length < SMALL || !isWellUsed(length, unusedIn(pack, rest, false))) continue
    others.push(pack.ref)
    for (const name of pack.names) rest.delete(name)
  }
  const open = async (refs: Iterable<Ref>): Promise<StoredObject[]> => {
    const objects: StoredObject[] = []
    for (const ref of refs) objects.push({ ref, bytes: await read(ref) })
    return objects
  }
  const [first, second] = [await open(tree), await open(rest)]
  const isSplit = bytesOf([...rest]) > MUCH
  return { packs: isSplit ? [...writePacks(first), ...writePacks(second)] : writePacks([...first, ...second]), others }
}

export function bytesOf(refs: readonly Ref[]): number {
  return refs.reduce((sum, ref) => sum + lengthOf(ref), 0)
}

function fits(ref: Ref): boolean {
  return isPackable(lengthOf(ref))
}
