import { readAccount, readLeaf, textRefs } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { findWritten, readRegion } from '../../store/format/account-tree.ts'
import { steps } from '../../store/format/walk-tree.ts'
import type { Kept } from '../answers/accounts-interface.ts'
import { type Pause } from '../load/time-slices.ts'
import { inParallel } from '../../base/in-parallel.ts'

/** An account to find, and the objects on the path to where it was in the previous release. */
export interface Sought {
  readonly id: string
  readonly hash: Uint8Array
  readonly was: readonly Ref[]
}

/** The callbacks of a search; each is given the objects on the path. */
export interface Visit<T extends Sought> {
  /** Awaited after each account, of which there may be thousands. */
  readonly pause: Pause
  node(ref: Ref): Promise<Buffer>
  /** All of these accounts are in this leaf, if they exist. */
  leaf(ref: Ref, path: readonly Ref[], sought: readonly T[]): Promise<void>
  /** The rest of the path has not changed, so nothing was read. */
  unmoved(one: T, path: readonly Ref[]): Promise<void>
  /** This part of the tree holds no such account. */
  nobody(one: T, path: readonly Ref[]): Promise<void>
}

/** How many objects are read at a time on each level. */
const READERS = 4

/**
 * Searches for accounts downwards from an encoded region. Each object on the path is read once, however many of the
 * accounts are below it. This does not use the general walk, which makes strings of everything beside the path and
 * follows one path at a time.
 */
export async function search<T extends Sought>(
  visit: Visit<T>,
  region: Buffer,
  sought: readonly T[],
  depth = 0,
  path: readonly Ref[] = [],
): Promise<void> {
  await inParallel(await waysIn(visit.pause, region, depth, sought), READERS, async ([at, { end, those }]) => {
    if (at === null) {
      for (const one of those) await visit.nobody(one, path)
      return
    }
    const ref = at.slice(1)
    const moved: T[] = []
    for (const one of those) {
      const since = one.was.indexOf(ref)
      if (since < 0) moved.push(one)
      else await visit.unmoved(one, [...path, ...one.was.slice(since)])
    }
    const further = [...path, ref]
    if (moved.length === 0) return
    if (at[0] === 'L') return visit.leaf(ref, further, moved)
    await search(visit, await visit.node(ref), moved, end, further)
  })
}

/** Groups accounts by where their paths continue within one object of the tree. */
async function waysIn<T extends Sought>(
  pause: Pause,
  region: Buffer,
  depth: number,
  sought: readonly T[],
): Promise<Map<string | null, { readonly end: number; readonly those: T[] }>> {
  const ways = new Map<string | null, { readonly end: number; readonly those: T[] }>()
  for (const one of sought) {
    const { region: at, depth: end } = findWritten(region, one.hash, depth)
    const way = ways.get(at)
    if (way === undefined) ways.set(at, { end, those: [one] })
    else way.those.push(one)
    await pause()
  }
  return ways
}

/** Yields the kept objects of a region, and the texts that they refer to. */
export async function* keptBelow(kept: Kept, region: Buffer): AsyncGenerator<Ref> {
  const walking = steps(readRegion(region, 0))
  for (let at = walking.next(); at.done !== true; ) {
    const { kind, ref, depth } = at.value
    const bytes = await kept(ref)
    if (bytes !== undefined) yield ref
    if (kind === 'leaf' && bytes?.includes('"prompts":') === true) {
      for (const line of readLeaf(bytes).lines.values()) yield* textRefs(readAccount(line))
    }
    at = walking.next(kind === 'node' && bytes !== undefined ? readRegion(bytes, depth) : undefined)
  }
}
