import { Failure } from '../base/failure.ts'
import { inParallel } from '../base/in-parallel.ts'
import { type Backend, NOTHING_NEW } from '../store/backend-types.ts'
import type { Release } from '../store/format/release-manifest.ts'
import {
  type Descends,
  type Signer,
  countOf,
  draftOf,
  isOvertaken,
  isSame,
  isSameCore,
} from '../store/release-succession.ts'
import {
  type LackedObjects,
  type Offered,
  type ObjectSource,
  type PublishedRelease,
  type TargetState,
  look,
  oursIn,
  nearest,
  prepare,
  updateOf,
} from './publish-copy.ts'

/** A target of a release that goes to several. */
export interface ReleaseTarget {
  readonly target: Backend
  readonly publisher: Signer
}

/** What became of a release at one target. */
export type TargetOutcome =
  | ({ readonly target: Backend } & PublishedRelease)
  | { readonly target: Backend; readonly failure: Failure }

/**
 * Publishes one release to several targets: the same signed part, byte for byte, under one seq, which is the first after
 * those of all targets that can be read. The targets that compare and swap come first, in the order given, and the first
 * of them decides who wins a race; the copies follow. What a target fails at is its outcome, and the others go on: the
 * next call completes it with the same release. @throws {Failure} where the release is not allowed at all.
 */
export async function publishEverywhere(
  from: ObjectSource,
  offered: Offered,
  destinations: readonly ReleaseTarget[],
  descends?: Descends,
): Promise<readonly TargetOutcome[]> {
  const ordered = [...destinations].sort((a, b) => Number(a.target.isCopy === true) - Number(b.target.isCopy === true))
  let builtOn: number | undefined
  for (;;) {
    const failures = new Map<Backend, Failure>()
    const places = await lookAtAll(ordered, failures)
    const lead = leadOf(places)
    if (builtOn !== undefined && lead?.last !== undefined) {
      const { release } = lead.last
      if (await isOvertaken(lead.last, draftOf(offered), builtOn, descends)) {
        return outcomesOf(ordered, failures, () => ({ release, published: NOTHING_NEW }))
      }
    }
    builtOn = lead?.last?.release.seq ?? 0
    const kept = lead === undefined ? undefined : keptRelease(lead, places, offered)
    const lacking = await prepareAll(sourceOf(from, lead, kept), kept ?? offered, places, failures)
    const release = kept ?? (await nextRelease(lead ?? places[0], lacking, offered))
    if (release === undefined) return outcomesOf(ordered, failures, () => undefined)
    const done = await publishInTurn(places, lacking, release, failures)
    if (done !== undefined) return outcomesOf(ordered, failures, (target) => done.get(target))
  }
}

async function lookAtAll(
  destinations: readonly ReleaseTarget[],
  failures: Map<Backend, Failure>,
): Promise<readonly TargetState[]> {
  const places = await Promise.all(
    destinations.map(({ target, publisher }) => attempt(target, failures, () => look(target, publisher))),
  )
  return places.filter((place) => place !== undefined)
}

/** Returns the target with the latest release of ours, the first of several. */
function leadOf(places: readonly TargetState[]): TargetState | undefined {
  let lead: TargetState | undefined
  for (const place of places) {
    const seq = oursIn(place)?.seq
    if (seq !== undefined && seq > (lead?.last?.release.seq ?? 0)) lead = place
  }
  return lead ?? places.find(({ last }) => last !== undefined)
}

/**
 * Returns the last release, where it is this one: every target has it, or some lack it because the last run could not
 * reach them. What is only completed keeps its sealed keys, although they were sealed anew meanwhile.
 */
function keptRelease(lead: TargetState, places: readonly TargetState[], offered: Offered): Release | undefined {
  const { last, publisher } = lead
  if (last?.isGood !== true) return undefined
  const { release } = last
  const draft = draftOf(offered)
  const others = places.filter((place) => !isThere(place, release))
  // Where one holds another release under this seq, a reader there would refuse this one.
  if (others.some((place) => (oursIn(place)?.seq ?? 0) >= release.seq && !isRenewal(place, release))) return undefined
  if (isSame(release, draft, publisher)) return release
  const isIncomplete = others.length > 0
  return isIncomplete && isSame(release, { ...draft, secrets: release.secrets }, publisher) ? release : undefined
}

/** Returns where the objects of a release are: what was sealed for it, when it is only completed, is at the target. */
function sourceOf(from: ObjectSource, lead: TargetState | undefined, kept: Release | undefined): ObjectSource {
  if (lead === undefined || kept === undefined) return from
  const { url } = from
  return { url, read: (ref) => (ref === kept.secrets ? lead.target.read(ref) : from.read(ref)) }
}

/** Whether a target holds a release already, of which only the time is over. */
function isRenewal({ last }: TargetState, release: Release): boolean {
  return last !== undefined && isSameCore(last.release, release)
}

/** Whether a target holds a release already, and a reader would take it as it is. */
function isThere({ last }: TargetState, release: Release): boolean {
  return last?.isGood === true && isSameCore(last.release, release)
}

async function nextRelease(
  lead: TargetState | undefined,
  lacking: ReadonlyMap<Backend, LackedObjects>,
  offered: Offered,
): Promise<Release | undefined> {
  const [some] = lacking.values()
  if (lead === undefined || some === undefined) return undefined
  const { target, publisher, last } = lead
  const before = await countOf({ read: nearest(some.source, target) }, last?.release.root)
  const counts = { before, after: some.root.count }
  return publisher.next({ ...draftOf(offered), packs: null }, last, counts)
}

async function prepareAll(
  from: ObjectSource,
  offered: Offered,
  places: readonly TargetState[],
  failures: Map<Backend, Failure>,
): Promise<ReadonlyMap<Backend, LackedObjects>> {
  const lacking = new Map<Backend, LackedObjects>()
  for (const place of places) {
    const found = await attempt(place.target, failures, () => prepare(from, offered, place))
    if (found !== undefined) lacking.set(place.target, found)
  }
  return lacking
}

/** Publishes to one target after the other; undefined where another publisher was first. */
async function publishInTurn(
  places: readonly TargetState[],
  lacking: ReadonlyMap<Backend, LackedObjects>,
  release: Release,
  failures: Map<Backend, Failure>,
): Promise<ReadonlyMap<Backend, PublishedRelease> | undefined> {
  const done = new Map<Backend, PublishedRelease>()
  const open = places.filter(({ target }) => lacking.has(target))
  const isNeeded = (place: TargetState): boolean => !isThere(place, release)
  // The objects go everywhere before the first head does, so that the targets change together.
  const staged = new Set<Backend>()
  await inParallel(open.filter(isNeeded), open.length, async ({ target }) => {
    const objects = lacking.get(target)?.objects ?? []
    if (target.stage === undefined) return
    await attempt(target, failures, async () => {
      await target.stage?.(objects)
      staged.add(target)
    })
  })
  for (const place of open) {
    const { target } = place
    const lack = lacking.get(target)
    if (lack === undefined || failures.has(target)) continue
    if (!isNeeded(place)) {
      done.set(target, { release: place.last?.release ?? release, published: NOTHING_NEW })
      continue
    }
    const its = { ...release, packs: lack.packs }
    const update = updateOf(staged.has(target) ? { ...lack, objects: [] } : lack, place, its)
    const published = await attempt(target, failures, () => target.publish(update))
    if (published?.done === false) return undefined
    if (published === undefined) continue
    const { length } = lack.objects
    const bytes = lack.objects.reduce((sum, object) => sum + object.bytes.length, 0)
    done.set(target, {
      release: its,
      published: staged.has(target) ? { ...published, written: length, bytes } : published,
    })
  }
  return done
}

/** Does something at a target; an environment failure is kept as its outcome. */
async function attempt<T>(
  target: Backend,
  failures: Map<Backend, Failure>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'world') throw error
    failures.set(target, error)
    return undefined
  }
}

function outcomesOf(
  destinations: readonly ReleaseTarget[],
  failures: ReadonlyMap<Backend, Failure>,
  done: (target: Backend) => PublishedRelease | undefined,
): readonly TargetOutcome[] {
  return destinations.flatMap(({ target }): TargetOutcome[] => {
    const failure = failures.get(target)
    if (failure !== undefined) return [{ target, failure }]
    const result = done(target)
    return result === undefined ? [] : [{ target, ...result }]
  })
}
