import type { Globals } from '../domain/settings-types.ts'
import { type Previous, usable } from '../check/previous/previous-release.ts'
import { storeGlobals } from '../check/to-store-form.ts'
import { writeGlobals, writeRoot } from '../store/format/content-root.ts'
import type { CheckedScope } from './check-scope.ts'
import { HEADER_BYTES, type Leaf, type StoredEntry, readLeaf, writeLeaf } from '../store/format/account-leaf.ts'
import { type Ref, type StoredObject, lengthOf, textObject, toObject } from '../store/format/object-ref.ts'
import { Malformed } from '../store/format/decode-json.ts'
import { readProvenance, writeProvenance } from '../store/format/provenance.ts'
import {
  LEAF_BYTES,
  MAX_BITS,
  type Region,
  bitAt,
  hashId,
  isBoundary,
  readRegion,
  writeRegion,
} from '../store/format/account-tree.ts'

/** The future content of a store, as objects. */
export interface ReleaseContent {
  /** By reference. What signs and seals a release adds its own. */
  readonly objects: Map<Ref, StoredObject>
  readonly root: Ref
  /** How many accounts there are. */
  readonly accounts: number
}

/**
 * Emits the objects of a checked configuration: those of what has changed, which refer to those that are there.
 *
 * @param fingerprint of the program and the rules that have checked it.
 */
export function emitContent(
  globals: Globals,
  checked: CheckedScope,
  previous: Previous | undefined,
  read: (ref: Ref) => Uint8Array,
  fingerprint: string,
): ReleaseContent {
  const { environment, provenance } = checked.globals
  const objects = new Map<Ref, StoredObject>()
  const write = (object: StoredObject): Ref => {
    objects.set(object.ref, object)
    return object.ref
  }
  const known = { read: (ref: Ref) => objects.get(ref)?.bytes ?? previous?.read(ref) ?? read(ref), write }
  const { stored, objects: texts } = storeGlobals(globals, environment, provenance)
  for (const text of [...texts, ...checked.texts]) write(text)
  const globalsRef = write(textObject(writeGlobals(stored)))
  const before = previous?.root
  const { region, count } = usable(() => emitAccounts(before?.accounts ?? null, checked.changes, known))
  const accounts = (before?.count ?? 0) + count
  const root = writeRoot({ fingerprint, globals: globalsRef, count: accounts, accounts: region })
  return { objects, root: write(toObject(root)), accounts }
}

/** Access to objects while emitting: the reader verifies what it reads, the writer keeps what it writes. */
export interface Objects {
  /** @throws when the object is absent or damaged. */
  read(ref: Ref): Uint8Array
  write(object: StoredObject): void
}

/**
 * Emits the account tree after some accounts changed (null: deleted). The shape follows from the content alone: a
 * region is one leaf if and only if its lines fit into `LEAF_BYTES` or it holds a single account. So emitting changes
 * gives the very objects that emitting everything would, and touches only the regions that hold a change.
 */
export function emitAccounts(
  before: Region,
  changes: ReadonlyMap<string, StoredEntry | null>,
  objects: Objects,
): { region: Region; count: number } {
  const items: Change[] = []
  for (const [id, entry] of changes) {
    const hash = entry?.hash === undefined ? hashId(id) : Buffer.from(entry.hash, 'latin1')
    items.push({ id, hash, entry, size: entry === null ? 0 : sizeOf(entry) })
  }
  const emitter = new Emitter(objects)
  const after = emitter.update(before, 0, items)
  return { region: emitter.write(after, 0, true), count: emitter.growth }
}

interface Change {
  readonly id: string
  readonly hash: Uint8Array
  readonly entry: StoredEntry | null
  /** The size of its line in a leaf, with its end; counted once, and needed at every level. */
  readonly size: number
}

interface Item extends Change {
  readonly entry: StoredEntry
}

/** A region under work: untouched and in the store, a leaf in memory, or two halves. */
type Work = null | string | Item[] | readonly [Work, Work]

class Emitter {
  /** How many more accounts there are than before. */
  growth = 0
  readonly #objects: Objects

  constructor(objects: Objects) {
    this.#objects = objects
  }

  update(region: Region, depth: number, changes: readonly Change[]): Work {
    if (changes.length === 0) return region
    if (region === null) return this.#build(this.#apply([], changes), depth)
    if (typeof region === 'string') {
      const bytes = this.#objects.read(region.slice(1))
      if (region[0] === 'L') return this.#build(this.#apply(this.#items(readLeaf(bytes)), changes), depth)
      return this.update(readRegion(bytes, depth), depth, changes)
    }
    const [zeros, ones] = split(changes, depth)
    return this.#join(this.update(region[0], depth + 1, zeros), this.update(region[1], depth + 1, ones))
  }

  write(work: Work, depth: number, begins: boolean): Region {
    if (work === null || typeof work === 'string') return work
    if (isItems(work)) return `L${this.#writeLeaf(work)}`
    const region: Region = [this.write(work[0], depth + 1, false), this.write(work[1], depth + 1, false)]
    if (begins || !isBoundary(depth)) return region
    const node = toObject(writeRegion(region))
    this.#objects.write(node)
    return `N${node.ref}`
  }

  #writeLeaf(items: readonly Item[]): Ref {
    const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
    const provenance = textObject(writeProvenance(new Map(sorted.map(({ id, entry }) => [id, entry.provenance]))))
    const lines = new Map(sorted.map(({ id, entry }) => [id, entry.line]))
    const leaf = textObject(writeLeaf({ provenance: provenance.ref, lines }))
    this.#objects.write(provenance)
    this.#objects.write(leaf)
    return leaf.ref
  }

  /** Builds one leaf, or as many as the bound requires. */
  #build(items: Item[], depth: number): Work {
    if (items.length === 0) return null
    if (items.length === 1 || depth >= MAX_BITS || totalOf(items) <= LEAF_BYTES) return items
    const [zeros, ones] = split(items, depth)
    return [this.#build(zeros, depth + 1), this.#build(ones, depth + 1)]
  }

  /** Joins two halves, which become one leaf again where deletions left little enough. */
  #join(zeros: Work, ones: Work): Work {
    const a = this.#leafSize(zeros)
    const b = this.#leafSize(ones)
    if (a === undefined || b === undefined) return [zeros, ones]
    if (zeros === null || ones === null) return zeros ?? ones
    return a + b <= LEAF_BYTES ? [...this.#itemsOf(zeros), ...this.#itemsOf(ones)] : [zeros, ones]
  }

  /**
   * Returns the bytes of a leaf's lines, known from a reference without reading it; undefined for what is not a leaf.
   */
  #leafSize(work: Work): number | undefined {
    if (work === null) return 0
    if (typeof work === 'string') return work[0] === 'L' ? lengthOf(work.slice(1)) - HEADER_BYTES : undefined
    return isItems(work) ? totalOf(work) : undefined
  }

  #itemsOf(work: Work): Item[] {
    if (typeof work === 'string') return this.#items(readLeaf(this.#objects.read(work.slice(1))))
    return work !== null && isItems(work) ? work : []
  }

  #items({ provenance, lines }: Leaf): Item[] {
    const origins = readProvenance(this.#objects.read(provenance))
    return [...lines].map(([id, line]) => {
      const origin = origins.get(id)
      if (origin === undefined) throw new Malformed(`the provenance of "${id}" is missing`)
      const entry = { line, provenance: origin }
      return { id, hash: hashId(id), entry, size: sizeOf(entry) }
    })
  }

  #apply(items: readonly Item[], changes: readonly Change[]): Item[] {
    const byId = new Map(items.map((item) => [item.id, item]))
    for (const { id, hash, entry, size } of changes) {
      if (entry === null) byId.delete(id)
      else byId.set(id, { id, hash, entry, size })
    }
    this.growth += byId.size - items.length
    return [...byId.values()]
  }
}

function isItems(work: Item[] | readonly [Work, Work]): work is Item[] {
  const [first] = work
  return typeof first === 'object' && first !== null && 'hash' in first
}

function split<T extends Change>(items: readonly T[], depth: number): [T[], T[]] {
  const halves: [T[], T[]] = [[], []]
  for (const item of items) halves[bitAt(item.hash, depth)].push(item)
  return halves
}

function sizeOf({ line }: StoredEntry): number {
  return Buffer.byteLength(line) + 1
}

function totalOf(items: readonly Item[]): number {
  return items.reduce((sum, { size }) => sum + size, 0)
}
