import { parseJson } from '../bundle/decode.ts'
import { readAccount, readLeaf, textRefs } from '../bundle/leaf.ts'
import { type Ref, type StoredObject } from '../bundle/object.ts'
import { readGlobals, readRoot } from '../bundle/root.ts'
import { type Release, readEnvelope, readRelease, writeHead } from '../bundle/release.ts'
import { readRegion, refsOf } from '../bundle/tree.ts'
import type { Published, Target } from './target.ts'

/** A release before it has a place in a target's order. */
export type Unnumbered = Omit<Release, 'seq'>

export interface PublishedRelease {
  readonly release: Release
  readonly published: Extract<Published, { done: true }>
}

/**
 * Publishes what another store holds: the objects that the target lacks, then the head under the target's next seq.
 * What the target has is not copied, nor looked into: whoever has a node has all that is under it.
 */
export async function publish(from: Target, release: Unnumbered, to: Target): Promise<PublishedRelease> {
  for (;;) {
    const expected = await to.head()
    const before = expected === undefined ? undefined : readRelease(readEnvelope(expected))
    if (before !== undefined && isSame(before, release)) return { release: before, published: NOTHING }
    const next: Release = { ...release, seq: (before?.seq ?? 0) + 1 }
    const objects = await missing(from, release.root, to)
    const published = await to.publish({ objects, expected, head: writeHead(next) })
    if (published.done) return { release: next, published }
  }
}

/** The same content of the same environment and commit is published once, however often it is asked for. */
export function isSame(a: Unnumbered, b: Unnumbered): boolean {
  return a.root === b.root && a.environment === b.environment && a.commit === b.commit && a.secrets === b.secrets
}

export const NOTHING = { done: true, written: 0, reused: 0, bytes: 0 } as const

async function missing(from: Target, root: Ref, to: Target): Promise<StoredObject[]> {
  const found = new Map<Ref, StoredObject>()
  const take = async (ref: Ref): Promise<Uint8Array | undefined> => {
    if (found.has(ref) || (await to.has(ref))) return undefined
    const bytes = await from.read(ref)
    found.set(ref, { ref, bytes })
    return bytes
  }
  const region = async (value: unknown, depth: number): Promise<void> => {
    for (const { kind, ref, depth: at } of refsOf(readRegion(value, depth), depth)) {
      const bytes = await take(ref)
      if (bytes === undefined) continue
      if (kind === 'node') await region(parseJson(bytes, 'a node'), at)
      else {
        const leaf = readLeaf(bytes)
        await take(leaf.provenance)
        for (const line of leaf.lines.values()) for (const text of textRefs(readAccount(line))) await take(text)
      }
    }
  }
  const bytes = await take(root)
  if (bytes === undefined) return []
  const { globals, accounts } = readRoot(bytes)
  const globalBytes = await take(globals)
  if (globalBytes !== undefined) {
    const stored = readGlobals(globalBytes)
    await take(stored.provenance)
    for (const { value } of Object.values(stored.prompts)) await take(value)
  }
  await region(accounts, 0)
  return [...found.values()]
}
