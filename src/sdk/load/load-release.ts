import { Malformed } from '../../store/format/decode-json.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { readRoot } from '../../store/format/content-root.ts'
import { type Region, readNode, refsOf } from '../../store/format/account-tree.ts'
import { asDamage } from '../tenfold-error.ts'
import { type Branch, FullAccounts } from '../memory/full-accounts.ts'
import { type LoadedGlobals, decode, loadGlobals } from './load-globals.ts'
import type { LoadedContent } from './loaded-content.ts'
import type { Hash } from '../memory/hash-ids.ts'
import { loadLazily } from '../lazy/lazy-accounts.ts'
import type { Interner } from '../memory/line-interner.ts'
import { Packs, type Warn } from './release-packs.ts'
import { type Pause, slices } from './time-slices.ts'
import { inParallel } from '../../base/in-parallel.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import { AccountTable } from '../memory/account-table.ts'

/** How many objects are read at a time. */
const READERS = 16
/** With more leaves missing than this, a later release's new packs are read, too. */
const MANY = 64

/** How accounts are read when they are not all in memory. */
export interface Lazy {
  /** Bytes that those in memory may take. */
  readonly maxBytes: number
}

/** What to load: a root, and the list of packs that are likely to hold what is under it. */
interface Loading {
  readonly root: Ref
  readonly packs: Ref | null
}

export interface LoadManner {
  readonly hash: Hash
  readonly lazy: Lazy | undefined
  readonly warn: Warn
}

/**
 * Loads everything under a root, except the accounts if they are lazy. All objects are immutable and content-addressed,
 * so this is one consistent release however many are published meanwhile.
 *
 * @throws {TenfoldError} when any object is missing, damaged or malformed.
 */
export async function load(
  store: StoreReader,
  { root, packs }: Loading,
  before: LoadedContent | undefined,
  { hash, lazy, warn }: LoadManner,
): Promise<LoadedContent> {
  if (before?.root === root) return before
  try {
    if (lazy !== undefined) return await loadLazily(store, root, before, lazy.maxBytes)
    return await new Loader(store, before, warn).load(root, packs, hash)
  } catch (error) {
    throw asDamage(error, `the store ${store.url}`)
  }
}

class Loader {
  readonly #store: StoreReader
  readonly #globals: LoadedGlobals | undefined
  readonly #before: FullAccounts | undefined
  readonly #pause: Pause = slices()
  readonly #branches = new Map<Ref, Branch>()
  readonly #seen = new Set<Ref>()
  readonly #warn: Warn
  readonly #known: readonly Ref[]
  #packs: Packs | undefined

  constructor(store: StoreReader, before: LoadedContent | undefined, warn: Warn) {
    this.#store = store
    this.#warn = warn
    this.#globals = before?.globals
    this.#known = before?.packs ?? []
    this.#before = before?.accounts instanceof FullAccounts ? before.accounts : undefined
  }

  async load(ref: Ref, list: Ref | null, hash: Hash): Promise<LoadedContent> {
    if (this.#before === undefined) await this.#openPacks(list)
    const root = readRoot(await this.#read(ref))
    const globals = await loadGlobals({ read: (object) => this.#read(object) }, root.globals, this.#globals)
    await this.#walk(ref, root.accounts, 0)
    const { gone, missing } = await this.#change()
    if (this.#before !== undefined && missing.length > MANY) await this.#openPacks(list)
    const table = await AccountTable.after(this.#before?.table, gone, root.count, hash, this.#pause)
    const lacking = new Set<number>()
    const add = async (leaf: Ref, bytes: Buffer): Promise<void> => {
      for (const number of table.add(leaf, bytes)) lacking.add(number)
      await this.#pause()
    }
    const rest = await this.#addPacked(missing, add)
    await inParallel(rest, READERS, async (leaf) => add(leaf, await this.#read(leaf)))
    if (table.count !== root.count) {
      throw new Malformed(`it holds ${table.count} accounts where its root says ${root.count}`)
    }
    await this.#addTexts(table.lines, lacking, globals)
    const packs = this.#packs?.listed ?? this.#known
    return { root: ref, globals, accounts: new FullAccounts(this.#store, ref, table, this.#branches), packs }
  }

  /** Opens the packs, and takes the first one, which holds the tree. */
  async #openPacks(list: Ref | null): Promise<void> {
    if (list === null) return
    this.#packs = await Packs.open(this.#store, list, this.#known, this.#warn)
    for await (const { ref, bytes } of this.#packs?.objects(this.#packs.refs.slice(0, 1)) ?? []) {
      this.#packs?.setAside(ref, bytes)
      await this.#pause()
    }
  }

  /** Adds the leaves that the other packs hold, and returns those that are missing still. */
  async #addPacked(missing: readonly Ref[], add: (leaf: Ref, bytes: Buffer) => Promise<void>): Promise<Set<Ref>> {
    const wanted = new Set(missing)
    for await (const { ref, bytes } of this.#packs?.objects(this.#packs.refs.slice(1)) ?? []) {
      if (wanted.delete(ref)) await add(ref, bytes)
      else this.#packs?.setAside(ref, bytes)
      await this.#pause()
    }
    return wanted
  }

  #read(ref: Ref): Promise<Buffer> {
    return (this.#packs ?? this.#store).read(ref)
  }

  /**
   * Notes what is under a region. A node that the previous release had is taken over with everything under it, so that
   * the work is proportional to the change. No honest tree holds an object twice; a dishonest one could grow for ever.
   * This does not use the general walk, which waits for one object at a time.
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
      await this.#walk(ref, readNode(await this.#read(ref), below), below)
    })
  }

  #takeOver(ref: Ref): boolean {
    const branch = this.#before?.branches.get(ref)
    if (branch === undefined) return false
    this.#branches.set(ref, branch)
    for (const node of branch.nodes) this.#takeOver(node)
    return true
  }

  /** Returns what was added and removed, from the branches that only one of the two releases has. */
  async #change(): Promise<{ gone: Set<Ref>; missing: Ref[] }> {
    const before = this.#before?.branches ?? new Map<Ref, Branch>()
    const gone = new Set<Ref>()
    for (const [ref, { leaves }] of before) {
      if (this.#branches.has(ref)) continue
      for (const leaf of leaves) gone.add(leaf)
      await this.#pause()
    }
    const missing: Ref[] = []
    for (const [ref, { leaves }] of this.#branches) {
      if (before.has(ref)) continue
      for (const leaf of leaves) if (!gone.delete(leaf)) missing.push(leaf)
      await this.#pause()
    }
    return { gone, missing }
  }

  /** Reads the texts that lines lack; a text that the globals also have is one string. */
  async #addTexts(lines: Interner, lacking: ReadonlySet<number>, globals: LoadedGlobals): Promise<void> {
    const missing = new Set<Ref>()
    for (const number of lacking) {
      for (const ref of lines.textsOf(number)) if (!lines.hasText(ref)) missing.add(ref)
      await this.#pause()
    }
    await inParallel(missing, READERS, async (ref) => {
      lines.addText(ref, globals.texts.get(ref) ?? decode(await this.#read(ref)))
      await this.#pause()
    })
    for (const number of lacking) lines.hasTexts(number)
  }
}
