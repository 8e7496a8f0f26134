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
import { AccountTable, type Hash } from './table.ts'

/** What a release says, loaded whole. Nothing of it changes, so that the next release shares what stayed the same. */
export interface Content {
  readonly root: Ref
  readonly globals: LoadedGlobals
  readonly nodes: ReadonlyMap<Ref, Region>
  readonly accounts: AccountTable
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
  readonly #nodes = new Map<Ref, Region>()

  constructor(store: Store, before: Content | undefined) {
    this.#store = store
    this.#before = before
  }

  async load(ref: Ref, hash: Hash): Promise<Content> {
    const root = readRoot(await this.#store.object(ref))
    const globals = await this.#globals(root.globals)
    const refs = new Set<Ref>()
    await this.#walk(root.accounts, 0, refs)
    const leaves = await this.#leaves(refs)
    let count = 0
    for (const leaf of leaves.values()) count += leaf.count
    if (count !== root.count) throw new Malformed(`it holds ${count} accounts where its root says ${root.count}`)
    const accounts = await AccountTable.build(leaves, this.#before?.accounts, hash, this.#pause)
    return { root: ref, globals, nodes: this.#nodes, accounts }
  }

  async #globals(ref: Ref): Promise<LoadedGlobals> {
    const before = this.#before?.globals
    this.#share(before?.texts)
    if (before?.ref === ref) return before
    const stored = readGlobals(await this.#store.object(ref))
    const texts = await this.#textsOf(Object.values(stored.prompts).map(({ value }) => value))
    return { ref, value: withGlobalTexts(stored, textIn(texts)), provenance: stored.provenance, texts }
  }

  /** Collects the leaves under a region. No honest tree holds an object twice; a dishonest one could grow for ever. */
  async #walk(region: Region, depth: number, leaves: Set<Ref>): Promise<void> {
    const nodes: { ref: Ref; depth: number }[] = []
    for (const { kind, ref, depth: at } of refsOf(region, depth)) {
      if (leaves.has(ref) || this.#nodes.has(ref)) throw new Malformed('its tree holds an object twice')
      if (kind === 'leaf') leaves.add(ref)
      else {
        this.#nodes.set(ref, null)
        nodes.push({ ref, depth: at })
      }
    }
    await this.#pause()
    await inParallel(nodes, READERS, async ({ ref, depth: at }) => {
      const known = this.#before?.nodes.get(ref)
      const node = known ?? readRegion(parseJson(await this.#store.object(ref), 'a node'), at)
      this.#nodes.set(ref, node)
      await this.#walk(node, at, leaves)
    })
  }

  async #leaves(refs: ReadonlySet<Ref>): Promise<Map<Ref, LoadedLeaf>> {
    const before = this.#before?.accounts
    for (const ref of before?.refs() ?? []) {
      // Most texts of a leaf that changed are in the new one as well.
      if (!refs.has(ref)) this.#share(before?.leaf(ref)?.texts)
    }
    const leaves = new Map<Ref, LoadedLeaf>()
    const missing: Ref[] = []
    for (const ref of refs) {
      const known = before?.leaf(ref)
      if (known === undefined) missing.push(ref)
      else leaves.set(ref, known)
    }
    await inParallel(missing, READERS, async (ref) => {
      leaves.set(ref, await this.#leaf(await this.#store.object(ref)))
      await this.#pause()
    })
    return leaves
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
