import { Malformed, OtherFormat, parseJson } from '../bundle/decode.ts'
import { readAccount, textRefs } from '../bundle/leaf.ts'
import type { Globals } from '../bundle/model.ts'
import type { Ref } from '../bundle/object.ts'
import { readGlobals, readRoot, withGlobalTexts } from '../bundle/root.ts'
import { type Region, readRegion, refsOf } from '../bundle/tree.ts'
import { TenfoldError, asDamage } from './errors.ts'
import { type LoadedLeaf, eachAccount, lineEnd } from './leaf.ts'
import { type Pause, inParallel, slices } from './slices.ts'
import type { Store } from './store.ts'
import { AccountTable, type Hash, type LeafChange } from './table.ts'

/** What a release says, loaded whole. Nothing of it changes, so that the next release shares what stayed the same. */
export interface Content {
  readonly root: Ref
  readonly globals: LoadedGlobals
  /** The root's part of the account tree and each node's. */
  readonly branches: ReadonlyMap<Ref, Branch>
  readonly accounts: AccountTable
}

/** What one object of the account tree refers to. */
interface Branch {
  readonly leaves: readonly Ref[]
  readonly nodes: readonly Ref[]
}

export interface LoadedGlobals {
  readonly ref: Ref
  readonly value: Globals
  readonly provenance: Ref
  readonly texts: ReadonlyMap<Ref, string>
}

/** Objects read at a time. */
const READERS = 16

/**
 * Loads everything under a root. All objects are immutable and named by their content, so this is one whole release
 * however many are published meanwhile.
 *
 * @throws {TenfoldError} when any object is missing, damaged or malformed.
 */
export async function load(store: Store, root: Ref, before: Content | undefined, hash: Hash): Promise<Content> {
  if (before?.root === root) return before
  try {
    return await new Loader(store, before).load(root, hash)
  } catch (error) {
    if (error instanceof OtherFormat) throw unsupported(store, error)
    throw asDamage(error, `the store ${store.url}`)
  }
}

export function unsupported(store: Store, error: OtherFormat): TenfoldError {
  const message = `the store ${store.url} needs a newer version of this library: ${error.message}`
  return new TenfoldError('unsupported_format', message, { cause: error })
}

class Loader {
  readonly #store: Store
  readonly #before: Content | undefined
  readonly #pause: Pause = slices()
  /** Texts read so far: one that several accounts refer to is one string. */
  readonly #texts = new Map<Ref, Promise<string>>()
  readonly #branches = new Map<Ref, Branch>()
  readonly #seen = new Set<Ref>()

  constructor(store: Store, before: Content | undefined) {
    this.#store = store
    this.#before = before
  }

  async load(ref: Ref, hash: Hash): Promise<Content> {
    const root = readRoot(await this.#store.object(ref))
    const globals = await this.#globals(root.globals)
    await this.#walk(ref, root.accounts, 0)
    const accounts = await AccountTable.build(await this.#change(), this.#before?.accounts, hash, this.#pause)
    if (accounts.count !== root.count) {
      throw new Malformed(`it holds ${accounts.count} accounts where its root says ${root.count}`)
    }
    return { root: ref, globals, branches: this.#branches, accounts }
  }

  async #globals(ref: Ref): Promise<LoadedGlobals> {
    const before = this.#before?.globals
    this.#share(before?.texts)
    if (before?.ref === ref) return before
    const stored = readGlobals(await this.#store.object(ref))
    const texts = await this.#textsOf(Object.values(stored.prompts).map(({ value }) => value))
    return { ref, value: withGlobalTexts(stored, textIn(texts)), provenance: stored.provenance, texts }
  }

  /**
   * Notes what is under a region. A node that the last release had is taken over with all that is under it, so that
   * the work follows the change. No honest tree holds an object twice; a dishonest one could grow for ever.
   */
  async #walk(at: Ref, region: Region, depth: number): Promise<void> {
    const branch: { leaves: Ref[]; nodes: Ref[] } = { leaves: [], nodes: [] }
    const fresh: { ref: Ref; depth: number }[] = []
    this.#branches.set(at, branch)
    for (const { kind, ref, depth: below } of refsOf(region, depth)) {
      if (this.#seen.has(ref)) throw new Malformed('its tree holds an object twice')
      this.#seen.add(ref)
      if (kind === 'leaf') branch.leaves.push(ref)
      else {
        branch.nodes.push(ref)
        if (!this.#takeOver(ref)) fresh.push({ ref, depth: below })
      }
    }
    await this.#pause()
    await inParallel(fresh, READERS, async ({ ref, depth: below }) => {
      await this.#walk(ref, readRegion(parseJson(await this.#store.object(ref), 'a node'), below), below)
    })
  }

  #takeOver(ref: Ref): boolean {
    const branch = this.#before?.branches.get(ref)
    if (branch === undefined) return false
    this.#branches.set(ref, branch)
    for (const node of branch.nodes) this.#takeOver(node)
    return true
  }

  /** What came and what went, from the branches that only one of the two releases has. */
  async #change(): Promise<LeafChange> {
    const before = this.#before?.branches ?? new Map<Ref, Branch>()
    const gone = new Set<Ref>()
    for (const [ref, { leaves }] of before) if (!this.#branches.has(ref)) for (const leaf of leaves) gone.add(leaf)
    const missing: Ref[] = []
    for (const [ref, { leaves }] of this.#branches) {
      if (!before.has(ref)) for (const leaf of leaves) if (!gone.delete(leaf)) missing.push(leaf)
    }
    // Most texts of a leaf that changed are in the new one as well.
    for (const ref of gone) this.#share(this.#before?.accounts.leaf(ref)?.texts)
    const added = new Map<Ref, LoadedLeaf>()
    await inParallel(missing, READERS, async (ref) => {
      added.set(ref, await this.#leaf(await this.#store.object(ref)))
      await this.#pause()
    })
    return { gone, added }
  }

  async #leaf(bytes: Buffer): Promise<LoadedLeaf> {
    let count = 0
    const refs = new Set<Ref>()
    const hasPrompts = bytes.includes('"prompts":')
    eachAccount(bytes, (start) => {
      count++
      if (!hasPrompts) return
      const line = bytes.toString('utf8', start - 2, lineEnd(bytes, start))
      if (line.includes('"prompts":')) for (const ref of textRefs(readAccount(line))) refs.add(ref)
    })
    return { bytes, count, texts: refs.size === 0 ? NO_TEXTS : await this.#textsOf([...refs]) }
  }

  #share(texts: ReadonlyMap<Ref, string> | undefined): void {
    for (const [ref, text] of texts ?? []) this.#texts.set(ref, Promise.resolve(text))
  }

  async #textsOf(refs: readonly Ref[]): Promise<Map<Ref, string>> {
    const texts = new Map<Ref, string>()
    for (const ref of refs) {
      let reading = this.#texts.get(ref)
      if (reading === undefined) this.#texts.set(ref, (reading = this.#store.object(ref).then(decode)))
      texts.set(ref, await reading)
    }
    return texts
  }
}

const NO_TEXTS: ReadonlyMap<Ref, string> = new Map()

export function textIn(texts: ReadonlyMap<Ref, string>): (ref: Ref) => string {
  return (ref) => {
    const text = texts.get(ref)
    if (text === undefined) throw new Malformed('it lacks a text')
    return text
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
