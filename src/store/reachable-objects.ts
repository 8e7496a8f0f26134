import { type Ref } from './format/object-ref.ts'
import type { Release } from './format/release-manifest.ts'
import { readGlobals, readRoot } from './format/content-root.ts'
import { readRegion } from './format/account-tree.ts'
import { readPackList } from './format/pack.ts'
import { walk } from './format/walk-tree.ts'
import { partsOfLeaf } from './format/account-leaf.ts'

/** What a release needs: its content, that of its candidate, and the keys of both. */
interface Needs extends Pick<Release, 'root' | 'secrets'> {
  readonly candidate: Ref | null
}

/**
 * Adds everything that a release needs to what others already need; objects already in the set are not entered again,
 * so that many releases cost little more than one. @throws {Malformed} and whatever reading throws.
 */
export async function reach(
  { root, secrets, candidate }: Needs,
  read: (ref: Ref) => Promise<Uint8Array>,
  reached: Set<Ref>,
): Promise<void> {
  if (secrets !== null) reached.add(secrets)
  for (const one of candidate === null ? [root] : [root, candidate]) await reachRoot(one, read, reached)
}

/**
 * Collects everything that a release has in a store: what `reach` finds, its root document and its packs. @throws
 * {Malformed} and whatever reading throws.
 */
export async function reachRelease(
  release: Release,
  read: (ref: Ref) => Promise<Uint8Array>,
  reached = new Set<Ref>(),
): Promise<ReadonlySet<Ref>> {
  if (release.trust !== null) reached.add(release.trust)
  if (release.packs !== null) {
    reached.add(release.packs)
    for (const pack of readPackList(await read(release.packs))) reached.add(pack)
  }
  await reach({ ...release, candidate: release.candidate?.root ?? null }, read, reached)
  return reached
}

async function reachRoot(root: Ref, read: (ref: Ref) => Promise<Uint8Array>, reached: Set<Ref>): Promise<void> {
  const isNew = (ref: Ref): boolean => reached.size < reached.add(ref).size
  if (!isNew(root)) return
  const { globals, accounts } = readRoot(await read(root))
  if (isNew(globals)) {
    const { provenance, prompts } = readGlobals(await read(globals))
    for (const part of [provenance, ...Object.values(prompts).map(({ value }) => value)]) reached.add(part)
  }
  await walk(accounts, async ({ kind, ref, depth }) => {
    if (!isNew(ref)) return undefined
    const bytes = await read(ref)
    if (kind === 'node') return readRegion(bytes, depth)
    for (const part of partsOfLeaf(bytes)) reached.add(part)
    return undefined
  })
}
