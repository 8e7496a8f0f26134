import { readAccount, readLeaf, textRefs } from '../format/account-leaf.ts'
import { type StoredGlobals, readGlobals, readRoot } from '../format/content-root.ts'
import type { Ref } from '../format/object-ref.ts'
import { type TreeDifference, addAll } from './tree-difference.ts'

/** The objects that a full load of a release reads, in the order of the tree. */
export interface NeededObjects {
  /** The root, the globals and the nodes. */
  readonly tree: readonly Ref[]
  readonly leaves: readonly Ref[]
  readonly texts: ReadonlySet<Ref>
}

/** @throws {Malformed} and whatever reading throws. */
export async function neededBy(root: Ref, read: (ref: Ref) => Promise<Uint8Array>): Promise<NeededObjects> {
  const { globals, accounts } = readRoot(await read(root))
  const { nodes, leaves }: TreeDifference = { nodes: [], leaves: [] }
  await addAll(accounts, 0, read, { nodes, leaves })
  const texts = new Set(textsOfGlobals(readGlobals(await read(globals))))
  await addTexts(leaves, read, texts)
  return { tree: [root, globals, ...nodes], leaves, texts }
}

export function textsOfGlobals({ prompts }: StoredGlobals): Ref[] {
  return Object.values(prompts).map(({ value }) => value)
}

/** Adds the texts that the accounts of leaves refer to. @throws {Malformed} and whatever reading throws. */
export async function addTexts(
  leaves: readonly Ref[],
  read: (ref: Ref) => Promise<Uint8Array>,
  to: Set<Ref>,
): Promise<void> {
  for (const leaf of leaves) {
    const bytes = await read(leaf)
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(PROMPTS)) {
      for (const line of readLeaf(bytes).lines.values()) {
        if (line.includes(PROMPTS)) for (const text of textRefs(readAccount(line))) to.add(text)
      }
    }
  }
}

const PROMPTS = '"prompts":'
