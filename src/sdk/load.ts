import { Malformed, OtherFormat, parseJson } from '../bundle/decode.ts'
import { readAccount, textRefs } from '../bundle/leaf.ts'
import type { Ref } from '../bundle/object.ts'
import { readRoot } from '../bundle/root.ts'
import { type Region, readRegion, refsOf } from '../bundle/tree.ts'
import type { Accounts } from './accounts.ts'
import { TenfoldError, asDamage } from './errors.ts'
import { type Branch, FullAccounts } from './full.ts'
import { type LoadedGlobals, decode, loadGlobals } from './globals.ts'
import { loadLazily } from './lazy.ts'
import { type LoadedLeaf, eachAccount, lineEnd } from './leaf.ts'
import { type Pause, inParallel, slices } from './slices.ts'
import type { Store } from './store.ts'
import { AccountTable, type Hash, type LeafChange } from './table.ts'

/** What a release says. Nothing of it changes, so that the next release shares what stayed the same. */
export interface Content {
  readonly root: Ref
  readonly globals: LoadedGlobals
  readonly accounts: Accounts
}

/** Objects read at a time. */
const READERS = 16

/** How accounts are read that are not all in memory. */
export interface Lazy {
  /** Bytes that those in memory may take. */
  readonly maxBytes: number
}

/**
 * Loads everything under a root, but the accounts where they are lazy. All objects are immutable and named by their
 * content, so this is one whole release however many are published meanwhile.
 *
 * @throws {TenfoldError} when any object is missing, damaged or malformed.
 */
export async function load(
  store: Store,
  root: Ref,
  before: Content | undefined,
  hash: Hash,
  lazy?: Lazy,
): Promise<Content> {
  if (before?.root === root) return before
  try {
    if (lazy !== undefined) return await loadLazily(store, root, before, lazy.maxBytes)
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
  readonly #globals: LoadedGlobals | undefined
  readonly #before: FullAccounts | undefined
  readonly #pause: Pause = slices()
  /** Texts read so far: one that several accounts refer to is one string. */
  readonly #texts = new Map<Ref, Promise<string>>()
  readonly #branches = new Map<Ref, Branch>()
  readonly #seen = new Set<Ref>()

  constructor(store: Store, before: Content | undefined) {
    this.#store = store
    this.#globals = before?.globals
    this.#before = before?.accounts instanceof FullAccounts ? before.accounts : undefined
  }

  async load(ref: Ref, hash: Hash): Promise<Content> {
    const root = readRoot(await this.#store.object(ref))
    const globals = await loadGlobals(this.#store, root.globals, this.#globals)
    for (const texts of [this.#globals?.texts, globals.texts]) this.#share(texts)
    await this.#walk(ref, root.accounts, 0)
    const table = await AccountTable.build(await this.#change(), this.#before?.table, hash, this.#pause)
    if (table.count !== root.count) {
      throw new Malformed(`it holds ${table.count} accounts where its root says ${root.count}`)
    }
    return { root: ref, globals, accounts: new FullAccounts(table, this.#branches) }
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
    for (const ref of gone) this.#share(this.#before?.table.leaf(ref)?.texts)
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
