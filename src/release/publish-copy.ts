import { Malformed } from '../store/format/decode-json.ts'
import { partsOfLeaf } from '../store/format/account-leaf.ts'
import { type Ref, type StoredObject } from '../store/format/object-ref.ts'
import { type ContentRoot, readGlobals, readRoot } from '../store/format/content-root.ts'
import { readPackList } from '../store/format/pack.ts'
import type { Release } from '../store/format/release-manifest.ts'
import { Failure } from '../base/failure.ts'
import {
  type Descends,
  type Draft,
  type Last,
  type Signer,
  countOf,
  draftOf,
  isOvertaken,
  isSame,
  lastIn,
  unsigned,
  wellFormed,
} from '../store/release-succession.ts'
import { planPacks } from '../store/packing/plan-packs.ts'
import type { PackPlan } from '../store/packing/repack.ts'
import { tolerant } from '../store/packing/tolerant.ts'
import { addAll, compareTrees } from '../store/packing/tree-difference.ts'
import {
  type Backend,
  NOTHING_NEW,
  type Published,
  type StoreReader,
  type Update,
  currentHead,
} from '../store/backend-types.ts'

export interface PublishedRelease {
  readonly release: Release
  readonly published: Extract<Published, { done: true }>
  /** Another publisher was first, with a release that contains this one: theirs stays. */
  readonly isOvertaken?: true
}

/** Where the objects of a release are. */
export type ObjectSource = Pick<StoreReader, 'url' | 'read'>

/** What a publisher knows who may lose a race. */
export interface RaceOptions {
  readonly descends?: Descends
  readonly note?: (text: string) => void
}

/** What a source offers: of its own release also the packs. */
export type Offered = Draft & Partial<Pick<Release, 'packs'>>

/**
 * Publishes the content of another store: the objects that the target lacks, then the head under the target's next seq.
 * Objects that the target's own release reaches are neither copied nor read. Where another publisher is first, it
 * builds on theirs, unless theirs contains this one. @throws {Failure}
 */
export async function publish(
  from: ObjectSource,
  content: Offered | ((last: Release | undefined) => Offered),
  to: Backend,
  publisher: Signer = unsigned,
  { descends, note = () => {} }: RaceOptions = {},
): Promise<PublishedRelease> {
  let builtOn: number | undefined
  for (;;) {
    const place = await look(to, publisher)
    const { last } = place
    const offered = typeof content === 'function' ? content(oursIn(place)) : content
    const draft = draftOf(offered)
    if (last?.isGood === true && isSame(last.release, draft, publisher)) {
      return { release: last.release, published: NOTHING_NEW }
    }
    if (builtOn !== undefined && last !== undefined && (await isOvertaken(last, draft, builtOn, descends))) {
      return { release: last.release, published: NOTHING_NEW, isOvertaken: true }
    }
    builtOn = last?.release.seq ?? 0
    const update = await prepare(from, offered, place)
    const before = await countOf({ read: nearest(from, to) }, last?.release.root)
    const counts = { before, after: update.root.count }
    const release = publisher.next({ ...draft, packs: update.packs }, last, counts)
    const published = await to.publish(updateOf(update, place, release))
    if (published.done) return { release, published }
    if (to.isCopy === true) note(`another publisher has written to ${to.url} as well: publishing on top of theirs`)
  }
}

/** A target as it is now, with who publishes to it. */
export interface TargetState {
  readonly target: Backend
  readonly publisher: Signer
  readonly expected: Uint8Array | undefined
  readonly last: Last | undefined
}

/** Reads and verifies a target's head. @throws {Failure} */
export async function look(target: Backend, publisher: Signer): Promise<TargetState> {
  const expected = await currentHead(target)
  return { target, publisher, expected, last: await lastIn(target, expected, publisher) }
}

/** Returns a target's own release, where it may be built upon. */
export function oursIn({ last }: TargetState): Release | undefined {
  return last?.isOurs === true ? last.release : undefined
}

/** What a target lacks of a release. */
export interface LackedObjects {
  readonly source: ObjectSource
  readonly root: ContentRoot
  readonly objects: readonly StoredObject[]
  readonly packs: Ref | null
}

/** Finds what a target lacks. @throws {Failure} */
export async function prepare(from: ObjectSource, offered: Offered, place: TargetState): Promise<LackedObjects> {
  const { target: to, publisher } = place
  const ours = oursIn(place)
  const bytes = await from.read(offered.root)
  const root = wellFormed(from, () => readRoot(bytes))
  const { packs, objects: packed } = to.takesPacks ? await packsFor(from, offered, to, ours?.packs ?? null) : NO_PACKS
  const objects = await missing(from, { ref: offered.root, bytes }, offered.secrets, to, ours?.root)
  objects.push(...packed)
  if (publisher.trust !== null && publisher.trust.ref !== ours?.trust) objects.push(publisher.trust)
  return { source: from, root, objects, packs }
}

/** Returns what is written to a target, to publish a release there. */
export function updateOf(
  { source, objects }: LackedObjects,
  { publisher, expected }: TargetState,
  release: Release,
): Update {
  const label = `${publisher.epoch}-${release.seq}`
  return { objects, expected, head: publisher.sign(release), label, content: (ref) => source.read(ref) }
}

const NO_PACKS: PackPlan = { packs: null, objects: [] }

/** Returns the packs that a release has in a target: those that follow from the target's own, or else the source's. */
async function packsFor(
  from: ObjectSource,
  { root, packs }: Offered,
  to: Backend,
  before: Ref | null,
): Promise<PackPlan> {
  const isFirst = before === null && packs !== undefined && packs !== null
  const copied = isFirst ? await tolerant(() => copyPacks(from, packs, to)) : undefined
  if (copied !== undefined) return copied
  return planPacks(before, root, { content: (ref) => from.read(ref), last: nearest(from, to) })
}

/**
 * Reads an object of the target's own release where it is nearer: in the source, which mostly has the release before the
 * one that it offers. An object is its digest, wherever it is read; each that is not asked of the target is a request
 * less.
 */
export function nearest(from: ObjectSource, to: Backend): (ref: Ref) => Promise<Buffer> {
  return async (ref) => (await tolerant(() => from.read(ref))) ?? to.read(ref)
}

/** @throws {Failure} @throws {Malformed} */
async function copyPacks(from: ObjectSource, packs: Ref, to: Backend): Promise<PackPlan> {
  const list = { ref: packs, bytes: await from.read(packs) }
  const objects: StoredObject[] = [list]
  for (const ref of readPackList(list.bytes)) {
    if (!(await to.has(ref))) objects.push({ ref, bytes: await from.read(ref) })
  }
  return { packs, objects }
}

/**
 * Finds the objects of a release that a target lacks. Having an object proves nothing about those below it, unless the
 * target's own release reaches it: a publisher that was killed may have left a root without its leaves.
 */
async function missing(
  from: ObjectSource,
  root: StoredObject,
  secrets: Ref | null,
  to: Backend,
  present: Ref | undefined,
): Promise<StoredObject[]> {
  const found = new Map<Ref, StoredObject>()
  const take = async (ref: Ref, read?: Uint8Array): Promise<void> => {
    if (!found.has(ref) && !(await to.has(ref))) found.set(ref, { ref, bytes: read ?? (await from.read(ref)) })
  }
  if (secrets !== null) await take(secrets)
  if (root.ref === present) return [...found.values()]
  await take(root.ref, root.bytes)
  const is = wellFormed(from, () => readRoot(root.bytes))
  const fresh = (present === undefined ? undefined : await differences(from, is, to, present)) ?? (await all(from, is))
  if (fresh.globals) {
    const bytes = await from.read(is.globals)
    await take(is.globals, bytes)
    const { provenance, prompts } = wellFormed(from, () => readGlobals(bytes))
    for (const part of [provenance, ...Object.values(prompts).map(({ value }) => value)]) await take(part)
  }
  for (const node of fresh.nodes) await take(node)
  for (const leaf of fresh.leaves) {
    const bytes = await from.read(leaf)
    await take(leaf, bytes)
    for (const part of wellFormed(from, () => partsOfLeaf(bytes))) if (!fresh.known.has(part)) await take(part)
  }
  return [...found.values()]
}

interface Fresh {
  readonly globals: boolean
  readonly nodes: readonly Ref[]
  readonly leaves: readonly Ref[]
  /** What the target's own release refers to in the places that differ. */
  readonly known: ReadonlySet<Ref>
}

/** Compares with a target's own release; undefined where that is damaged, so that nothing is known of it. */
function differences(from: ObjectSource, is: ContentRoot, to: Backend, present: Ref): Promise<Fresh | undefined> {
  return tolerant(async () => {
    const last = nearest(from, to)
    const was = readRoot(await last(present))
    const reads = { before: last, after: (ref: Ref) => from.read(ref) }
    const { gone, fresh } = await compareTrees(was.accounts, is.accounts, reads)
    const known = new Set([...gone.nodes, ...gone.leaves])
    for (const leaf of gone.leaves) for (const part of partsOfLeaf(await last(leaf))) known.add(part)
    const isNew = (ref: Ref): boolean => !known.has(ref)
    return {
      globals: was.globals !== is.globals,
      nodes: fresh.nodes.filter(isNew),
      leaves: fresh.leaves.filter(isNew),
      known,
    }
  })
}

async function all(from: ObjectSource, { accounts }: ContentRoot): Promise<Fresh> {
  const found = { nodes: [], leaves: [] }
  try {
    await addAll(accounts, 0, (ref) => from.read(ref), found)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Failure('world', `the store ${from.url} is damaged: ${error.message}`, 'compile it again')
  }
  return { globals: true, ...found, known: new Set() }
}
