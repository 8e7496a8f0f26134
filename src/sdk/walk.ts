import { parseJson } from '../bundle/decode.ts'
import type { Ref } from '../bundle/object.ts'
import { readRoot } from '../bundle/root.ts'
import { findIn, hashId, readRegion } from '../bundle/tree.ts'
import type { Store } from './store.ts'

/** The leaf in which an account stands if it is in the release; undefined where there is no such leaf. */
export async function findLeaf(store: Store, root: Ref, id: string): Promise<Buffer | undefined> {
  const hash = hashId(id)
  let at = findIn(readRoot(await store.object(root)).accounts, hash, 0)
  while (at.region !== null) {
    const object = await store.object(at.region.slice(1))
    if (at.region.startsWith('L')) return object
    at = findIn(readRegion(parseJson(object, 'a node'), at.depth), hash, at.depth)
  }
  return undefined
}
