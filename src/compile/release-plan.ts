import type { Release } from '../store/format/manifest.ts'
import type { Ref, StoredObject } from '../store/format/object.ts'
import { NOTHING_NEW, type Published } from '../store/backend.ts'
import type { FileBackend } from '../store/backends/file.ts'
import { type Draft, type Last, type Signer, countOf, isSame } from '../store/succession.ts'
import type { ReleaseContent } from './content.ts'

/** The ground of a release: a store, and the content of its release manifest. */
export interface Ground {
  readonly target: FileBackend
  readonly expected: Uint8Array | undefined
  readonly last: Last | undefined
}

/** A release as data: what has to be written, and over which release manifest. */
export interface ReleasePlan {
  readonly release: Release
  readonly objects: Iterable<StoredObject>
  /** Undefined where the store holds this very release already. */
  readonly head: string | undefined
  readonly reused: number
}

/** Numbers and signs what was emitted. @param secrets as `secretsOf` gives them. @throws {Failure} */
export async function planRelease(
  content: ReleaseContent,
  draft: Draft,
  { target, last }: Ground,
  publisher: Signer,
  isSameGround: boolean,
  before: number | undefined,
): Promise<ReleasePlan> {
  const { objects, accounts } = content
  if (isSameGround && last?.isGood === true && isSame(last.release, draft, publisher)) {
    return { release: last.release, objects: [], head: undefined, reused: objects.size }
  }
  const counts = { before: before ?? (await countOf(target, last?.release.root)), after: accounts }
  if (publisher.trust !== null) objects.write(publisher.trust)
  const { release, head } = publisher.next(draft, last, counts)
  return { release, objects: objects.all(), head, reused: 0 }
}

/** Carries out a plan: objects first, the release manifest last, and only over the one that the plan was made for. */
export async function applyPlan(plan: ReleasePlan, { target, expected }: Ground): Promise<Published> {
  if (plan.head === undefined) return { ...NOTHING_NEW, reused: plan.reused }
  return target.publish({ objects: plan.objects, expected, head: plan.head })
}

/** Returns the sealed keys of a release: those that were sealed for it, or else those that the last one had. */
export function secretsOf(
  sealed: StoredObject | null | undefined,
  { last }: Ground,
  { objects }: ReleaseContent,
): Ref | null {
  if (sealed === undefined) return (last?.isOurs === true ? last.release.secrets : null) ?? null
  return sealed === null ? null : objects.write(sealed).ref
}
