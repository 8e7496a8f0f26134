import { Malformed } from './format/decode-json.ts'
import { accountOf, readAccount, readLeaf, textRefs } from './format/account-leaf.ts'
import type { Account, Globals } from '../domain/settings-types.ts'
import type { Ref } from './format/object-ref.ts'
import type { Release } from './format/release-manifest.ts'
import { readGlobals, readRoot, withGlobalTexts } from './format/content-root.ts'
import { leafFor } from './format/walk-tree.ts'
import { type StoreReader, damaged } from './backend-types.ts'

export interface LookedUp {
  readonly globals: Globals
  readonly account: Account | undefined
}

type Source = Pick<StoreReader, 'read' | 'url'>

/** Reads the globals and one account of a release, and nothing else of it. @throws {Failure} */
export async function lookUp(target: Source, release: Pick<Release, 'root'>, id: string): Promise<LookedUp> {
  try {
    const root = readRoot(await target.read(release.root))
    const stored = readGlobals(await target.read(root.globals))
    const globalTexts = await textsOf(
      target,
      Object.values(stored.prompts).map(({ value }) => value),
    )
    const globals = withGlobalTexts(stored, (ref) => globalTexts.get(ref) ?? '')
    const leaf = await leafFor(root.accounts, id, (ref) => target.read(ref))
    const line = leaf === undefined ? undefined : readLeaf(leaf).lines.get(id)
    if (line === undefined) return { globals, account: undefined }
    const texts = await textsOf(target, textRefs(readAccount(line)))
    return { globals, account: accountOf(line, (ref) => texts.get(ref) ?? '') }
  } catch (error) {
    if (error instanceof Malformed) throw damaged(target.url, error.message)
    throw error
  }
}

async function textsOf(target: Source, refs: readonly Ref[]): Promise<Map<Ref, string>> {
  const texts = new Map<Ref, string>()
  for (const ref of refs) texts.set(ref, Buffer.from(await target.read(ref)).toString('utf8'))
  return texts
}
