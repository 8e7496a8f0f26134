import { Malformed, parseJson } from '../bundle/decode.ts'
import { readAccount, readLeaf, textRefs, withTexts } from '../bundle/leaf.ts'
import type { Ref } from '../bundle/object.ts'
import { parseProvenance, readGlobalProvenance, readProvenance } from '../bundle/provenance.ts'
import type { Release } from '../bundle/release.ts'
import { type Root, type StoredGlobals, readGlobals, readRoot } from '../bundle/root.ts'
import { type Region, readRegion, refsOf } from '../bundle/tree.ts'
import { Failure } from '../compile/failure.ts'
import type { AccountModel } from '../compile/model.ts'
import type { FileTarget } from '../publish/targets/file.ts'

/** The last store, which is the only cache there is: what it says of a file's content need not be found again. */
export interface Previous {
  readonly release: Release
  readonly root: Root
  readonly globals: StoredGlobals
  /** Global files by path, with the id of their content. */
  readonly globalFiles: ReadonlyMap<string, string>
  /** Account files by path. */
  readonly accounts: ReadonlyMap<string, PreviousAccount>
}

export interface PreviousAccount {
  readonly id: string
  readonly blob: string
  readonly line: string
}

/**
 * Reads all of a release that is believed. Undefined where another program wrote it, or where it is damaged: then
 * everything is compiled anew, and what is damaged is replaced on the way.
 */
export function readPrevious(target: FileTarget, release: Release, judge: string, note: (text: string) => void): Previous | undefined {
  try {
    const root = readRoot(target.readNow(release.root))
    // Who judged with rules of the repository's own beside ours judged by ours too.
    if (root.judge !== judge && !root.judge.startsWith(`${judge}.rules.`)) return undefined
    const globals = readGlobals(target.readNow(root.globals))
    const origins = readGlobalProvenance(target.readNow(globals.provenance))
    for (const { value } of Object.values(globals.prompts)) target.readNow(value)
    const accounts = new Map<string, PreviousAccount>()
    readAccounts(root.accounts, 0, target, accounts)
    return { release, root, globals, globalFiles: new Map(origins.map(({ file, blob }) => [file, blob])), accounts }
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof Failure)) throw error
    note(`the store cannot be used as a cache (${error.message}): compiling everything`)
    return undefined
  }
}

function readAccounts(region: Region, depth: number, target: FileTarget, accounts: Map<string, PreviousAccount>): void {
  for (const { kind, ref, depth: at } of refsOf(region, depth)) {
    const bytes = target.readNow(ref)
    if (kind === 'node') {
      readAccounts(readRegion(parseJson(bytes, 'a node'), at), at, target, accounts)
      continue
    }
    const { lines, provenance } = readLeaf(bytes)
    const origins = readProvenance(target.readNow(provenance))
    for (const [id, line] of lines) {
      const origin = origins.get(id)
      if (origin === undefined) throw new Malformed(`the provenance of "${id}" is missing`)
      for (const text of textRefs(readAccount(line))) target.readNow(text)
      const { file, blob } = parseProvenance(origin)
      accounts.set(file, { id, blob, line })
    }
  }
}

/** An account as the rules look at it, out of the store and without its file. */
export function modelFrom(path: string, { id, line }: PreviousAccount, text: (ref: Ref) => string): AccountModel {
  const { plan, ...body } = withTexts(readAccount(line), text)
  return { file: path, stem: id, id, plan, sections: Object.keys(body), body }
}
