import { Malformed } from '../store/format/decode-json.ts'
import { partsOfLeaf } from '../store/format/account-leaf.ts'
import { type Ref, type StoredObject } from '../store/format/object-ref.ts'
import { readGlobals, readRoot } from '../store/format/content-root.ts'
import { readPackList } from '../store/format/pack.ts'
import type { Release } from '../store/format/release-manifest.ts'
import { readRegion } from '../store/format/account-tree.ts'
import { walk } from '../store/format/walk-tree.ts'
import { Failure } from '../base/failure.ts'
import {
  type Draft,
  type Signer,
  countOf,
  draftOf,
  isSame,
  lastIn,
  unsigned,
  wellFormed,
} from '../store/release-succession.ts'
import { planPacks } from '../store/packing/plan-packs.ts'
import type { PackPlan } from '../store/packing/repack.ts'
import { tolerant } from '../store/packing/tolerant.ts'
import { type Backend, NOTHING_NEW, type Published, currentHead } from '../store/backend-types.ts'

export interface PublishedRelease {
  readonly release: Release
  readonly published: Extract<Published, { done: true }>
}

/** What a source offers: of its own release also the packs. */
type Offered = Draft & Partial<Pick<Release, 'packs'>>

/**
 * Publishes the content of another store: the objects that the target lacks, then the head under the target's next seq.
 * Objects that the target's own release reaches are neither copied nor read. @throws {Failure}
 */
export async function publish(
  from: Backend,
  content: Offered | ((last: Release | undefined) => Offered),
  to: Backend,
  publisher: Signer = unsigned,
): Promise<PublishedRelease> {
  for (;;) {
    const expected = await currentHead(to)
    const last = await lastIn(to, expected, publisher)
    const ours = last?.isOurs === true ? last.release : undefined
    const offered = typeof content === 'function' ? content(ours) : content
    const draft = draftOf(offered)
    if (last?.isGood === true && isSame(last.release, draft, publisher)) {
      return { release: last.release, published: NOTHING_NEW }
    }
    const root = await from.read(draft.root)
    const { count } = wellFormed(from, () => readRoot(root))
    const counts = { before: await countOf(to, last?.release.root), after: count }
    const plan = to.takesPacks ? await packsFor(from, offered, to, ours?.packs ?? null) : NO_PACKS
    const { release, head } = publisher.next({ ...draft, packs: plan.packs }, last, counts)
    const objects = await missing(from, { ref: draft.root, bytes: root }, draft.secrets, to, ours?.root)
    objects.push(...plan.objects)
    if (publisher.trust !== null) objects.push(publisher.trust)
    const published = await to.publish({ objects, expected, head })
    if (published.done) return { release, published }
  }
}

const NO_PACKS: PackPlan = { packs: null, objects: [] }

/** Returns the packs that a release has in a target: those that follow from the target's own, or else the source's. */
async function packsFor(from: Backend, { root, packs }: Offered, to: Backend, before: Ref | null): Promise<PackPlan> {
  const isFirst = before === null && packs !== undefined && packs !== null
  const copied = isFirst ? await tolerant(() => copyPacks(from, packs, to)) : undefined
  if (copied !== undefined) return copied
  return planPacks(before, root, { content: (ref) => from.read(ref), last: (ref) => to.read(ref) })
}

/** @throws {Failure} @throws {Malformed} */
async function copyPacks(from: Backend, packs: Ref, to: Backend): Promise<PackPlan> {
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
  from: Backend,
  root: StoredObject,
  secrets: Ref | null,
  to: Backend,
  present: Ref | undefined,
): Promise<StoredObject[]> {
  const found = new Map<Ref, StoredObject>()
  const reached = present === undefined ? NOWHERE : await reachedBy(to, present)
  const visited = new Set<Ref>()
  /** Whether the object is new here, so that what is below it has to be visited. */
  const isNew = (ref: Ref): boolean => !reached.has(ref) && visited.size < visited.add(ref).size
  const open = async (ref: Ref): Promise<Uint8Array> => {
    const bytes = await from.read(ref)
    if (!(await to.has(ref))) found.set(ref, { ref, bytes })
    return bytes
  }
  const take = async (ref: Ref): Promise<void> => {
    if (isNew(ref) && !(await to.has(ref))) found.set(ref, { ref, bytes: await from.read(ref) })
  }
  if (secrets !== null) await take(secrets)
  if (!isNew(root.ref)) return [...found.values()]
  if (!(await to.has(root.ref))) found.set(root.ref, root)
  const { globals, accounts } = wellFormed(from, () => readRoot(root.bytes))
  if (isNew(globals)) {
    const globalBytes = await open(globals)
    const stored = wellFormed(from, () => readGlobals(globalBytes))
    for (const part of [stored.provenance, ...Object.values(stored.prompts).map(({ value }) => value)]) await take(part)
  }
  await walk(accounts, async ({ kind, ref, depth }) => {
    if (!isNew(ref)) return undefined
    const bytes = await open(ref)
    if (kind === 'node') return wellFormed(from, () => readRegion(bytes, depth))
    for (const part of wellFormed(from, () => partsOfLeaf(bytes))) await take(part)
    return undefined
  })
  return [...found.values()]
}

const NOWHERE: ReadonlySet<Ref> = new Set()

/** Collects the root, globals, nodes and leaves of a target's own release; for a damaged one, nothing is assumed. */
async function reachedBy(to: Backend, root: Ref): Promise<ReadonlySet<Ref>> {
  try {
    const { globals, accounts } = readRoot(await to.read(root))
    const reached = new Set([root, globals])
    await walk(accounts, async ({ kind, ref, depth }) => {
      reached.add(ref)
      return kind === 'node' ? readRegion(await to.read(ref), depth) : undefined
    })
    return reached
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof Failure)) throw error
    return NOWHERE
  }
}
