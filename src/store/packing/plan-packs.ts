import { readGlobals, readRoot } from '../format/content-root.ts'
import type { Ref } from '../format/object-ref.ts'
import { indexPack, readPackList } from '../format/pack.ts'
import { addTexts, textsOfGlobals } from './needed-objects.ts'
import { MAX_LOOSE, type PackPlan, type PackReads, bytesOf, isWellUsed, repack } from './repack.ts'
import { tolerant } from './tolerant.ts'
import { compareTrees } from './tree-difference.ts'

/**
 * Decides which packs a release has after another one. It keeps the list, at a cost that follows the change, until more
 * than 64 objects that a full load needs are in no pack, or more than a fifth of a pack is no longer needed. Packs only
 * save requests: where they cannot be read they are made anew, and where the content cannot, they stay as they are.
 */
export async function planPacks(before: Ref | null, root: Ref, reads: PackReads): Promise<PackPlan> {
  const last = before === null ? undefined : await tolerant(() => readList(before, reads))
  const plan = await tolerant(async () => {
    const isGood = last !== undefined && (await stillServes(last, root, reads))
    return isGood ? undefined : repack(before, last?.packs ?? [], root, reads)
  })
  return plan ?? { packs: before, objects: [] }
}

interface PackList {
  readonly packs: readonly Ref[]
  /** The first pack: it holds the whole tree as it was when the list was written. */
  readonly tree: ReadonlyMap<Ref, Uint8Array>
  readonly root: Ref
}

async function readList(list: Ref, { last }: PackReads): Promise<PackList | undefined> {
  const packs = readPackList(await last(list))
  const tree = indexPack(await last(packs[0] ?? list))
  const [root] = tree.keys()
  return root === undefined ? undefined : { packs, tree, root }
}

/** Whether the list needs no change, as far as its tree and the present one differ. */
async function stillServes({ packs, tree, root: former }: PackList, root: Ref, reads: PackReads): Promise<boolean> {
  const { content, last } = reads
  const packed = async (ref: Ref): Promise<Uint8Array> => tree.get(ref) ?? last(ref)
  const [was, is] = [readRoot(await packed(former)), readRoot(await content(root))]
  const { gone, fresh } = await compareTrees(was.accounts, is.accounts, { before: packed, after: content })
  const old = new Set([...gone.nodes, ...gone.leaves, former, was.globals])
  const present = new Set([...fresh.nodes, ...fresh.leaves, root, is.globals])
  if (was.globals !== is.globals) {
    for (const text of textsOfGlobals(readGlobals(await packed(was.globals)))) old.add(text)
    for (const text of textsOfGlobals(readGlobals(await content(is.globals)))) present.add(text)
  }
  if (without(present, old).length > MAX_LOOSE) return false
  await addTexts(fresh.leaves, content, present)
  // What was swept away since is of no use: its texts count as new.
  for (const leaf of gone.leaves) await tolerant(() => addTexts([leaf], last, old))
  return (
    without(present, old).length <= MAX_LOOSE &&
    isWellUsed(bytesOf(packs.slice(0, 1)), bytesOf(gone.nodes)) &&
    isWellUsed(bytesOf(packs), bytesOf(without(old, present)))
  )
}

function without(refs: ReadonlySet<Ref>, others: ReadonlySet<Ref>): Ref[] {
  return [...refs].filter((ref) => !others.has(ref))
}
