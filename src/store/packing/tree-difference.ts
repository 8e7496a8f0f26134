import { type Region, readRegion, refsOf } from '../format/account-tree.ts'
import type { Ref } from '../format/object-ref.ts'

/** What one account tree has and the other has not. */
export interface TreeDifference {
  readonly nodes: Ref[]
  readonly leaves: Ref[]
}

type Read = (ref: Ref) => Promise<Uint8Array>

/**
 * Compares two account trees from the top down. A part that both have is not entered, so that the work is proportional
 * to the difference. @throws {Malformed} and whatever reading throws.
 */
export async function compareTrees(
  before: Region,
  after: Region,
  reads: { readonly before: Read; readonly after: Read },
): Promise<{ readonly gone: TreeDifference; readonly fresh: TreeDifference }> {
  const gone: TreeDifference = { nodes: [], leaves: [] }
  const fresh: TreeDifference = { nodes: [], leaves: [] }
  const compare = async (a: Region, b: Region, depth: number): Promise<void> => {
    if (a === b) return
    if (isHalves(a) && isHalves(b)) {
      await compare(a[0], b[0], depth + 1)
      await compare(a[1], b[1], depth + 1)
    } else if (isNode(a) && isNode(b)) {
      gone.nodes.push(a.slice(1))
      fresh.nodes.push(b.slice(1))
      const [x, y] = [await reads.before(a.slice(1)), await reads.after(b.slice(1))]
      await compare(readRegion(x, depth), readRegion(y, depth), depth)
    } else {
      await addAll(a, depth, reads.before, gone)
      await addAll(b, depth, reads.after, fresh)
    }
  }
  await compare(before, after, 0)
  return { gone, fresh }
}

/** Adds every node and leaf of a region. */
export async function addAll(region: Region, depth: number, read: Read, to: TreeDifference): Promise<void> {
  for (const { kind, ref, depth: below } of refsOf(region, depth)) {
    if (kind === 'leaf') to.leaves.push(ref)
    else {
      to.nodes.push(ref)
      await addAll(readRegion(await read(ref), below), below, read, to)
    }
  }
}

function isHalves(region: Region): region is readonly [Region, Region] {
  return region !== null && typeof region !== 'string'
}

function isNode(region: Region): region is string {
  return typeof region === 'string' && region.startsWith('N')
}
