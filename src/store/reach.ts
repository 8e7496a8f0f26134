import { type Ref } from './format/object.ts'
import type { Release } from './format/manifest.ts'
import { readGlobals, readRoot } from './format/content-root.ts'
import { type Region, readRegion, refsOf } from './format/tree.ts'
import { partsOfLeaf } from './format/leaf.ts'

/**
 * Adds everything that a release needs to what others need already; what is among that is not gone into again, so
 * that many releases cost little more than one. @throws {Malformed} and whatever reading throws.
 */
export async function reach(
  { root, secrets }: Pick<Release, 'root' | 'secrets'>,
  read: (ref: Ref) => Promise<Uint8Array>,
  reached: Set<Ref>,
): Promise<void> {
  const isNew = (ref: Ref): boolean => reached.size < reached.add(ref).size
  const region = async (value: Region, depth: number): Promise<void> => {
    for (const { kind, ref, depth: at } of refsOf(value, depth)) {
      if (!isNew(ref)) continue
      const bytes = await read(ref)
      if (kind === 'node') await region(readRegion(bytes, at), at)
      else for (const part of partsOfLeaf(bytes)) reached.add(part)
    }
  }
  if (secrets !== null) reached.add(secrets)
  if (!isNew(root)) return
  const { globals, accounts } = readRoot(await read(root))
  if (isNew(globals)) {
    const { provenance, prompts } = readGlobals(await read(globals))
    for (const part of [provenance, ...Object.values(prompts).map(({ value }) => value)]) reached.add(part)
  }
  await region(accounts, 0)
}
