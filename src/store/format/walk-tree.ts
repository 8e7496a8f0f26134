import type { Ref } from './object-ref.ts'
import { type Region, type TreeRef, findIn, hashId, readNode, refsOf } from './account-tree.ts'

/**
 * Walks the account tree below a region: every node and every leaf, in the order of the hash. The caller answers each
 * node with its decoded region, which is then entered at once, or with undefined, which skips it. Nothing is read here,
 * so that one walk serves both callers that wait for objects and those that have them at hand.
 */
export function* steps(region: Region, depth = 0): Generator<TreeRef, void, Region | undefined> {
  for (const at of refsOf(region, depth)) {
    const below = yield at
    if (below !== undefined) yield* steps(below, at.depth)
  }
}

/** Walks the tree, waiting for each object. @throws whatever the visit throws. */
export async function walk(region: Region, visit: (at: TreeRef) => Promise<Region | undefined>): Promise<void> {
  const walking = steps(region)
  for (let at = walking.next(); at.done !== true; ) at = walking.next(await visit(at.value))
}

/** Yields every leaf, for callers that have the nodes at hand. @throws whatever opening a node throws. */
export function* leavesOf(region: Region, open: (ref: Ref, depth: number) => Region): Generator<Ref> {
  const walking = steps(region)
  for (let at = walking.next(); at.done !== true; ) {
    const { kind, ref, depth } = at.value
    if (kind === 'leaf') yield ref
    at = walking.next(kind === 'node' ? open(ref, depth) : undefined)
  }
}

/** Finds the leaf that would hold an account; undefined if there is none. @throws {Malformed} */
export async function leafFor(
  accounts: Region,
  id: string,
  read: (ref: Ref) => Promise<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const way = wayTo(accounts, id)
  let at = way.next()
  while (at.done !== true) at = way.next(readNode(await read(at.value.ref), at.value.depth))
  return at.value === undefined ? undefined : read(at.value)
}

/** Does the same by reference, for callers that have the nodes at hand. */
export function leafRefFor(accounts: Region, id: string, open: (ref: Ref, depth: number) => Region): Ref | undefined {
  const way = wayTo(accounts, id)
  let at = way.next()
  while (at.done !== true) at = way.next(open(at.value.ref, at.value.depth))
  return at.value
}

/** Yields the nodes on the path to an account, each to be answered with its region; returns the leaf. */
function* wayTo(accounts: Region, id: string): Generator<Omit<TreeRef, 'kind'>, Ref | undefined, Region> {
  const hash = hashId(id)
  let { region, depth } = findIn(accounts, hash, 0)
  while (region?.startsWith('N') === true) {
    ;({ region, depth } = findIn(yield { ref: region.slice(1), depth }, hash, depth))
  }
  return region?.slice(1)
}
