import type { Release } from '../store/format/release-manifest.ts'
import type { Ref, StoredObject } from '../store/format/object-ref.ts'
import type { FileBackend } from '../store/backends/file-backend.ts'
import {
  type Descends,
  type Draft,
  type Last,
  type Signer,
  countOf,
  isOvertaken,
  isSame,
} from '../store/release-succession.ts'
import { planPacks } from '../store/packing/plan-packs.ts'
import type { Previous } from '../check/previous/previous-release.ts'
import type { ReleaseContent } from './emit-content.ts'

/** The ground of a release: a store, and the content of its release manifest. */
export interface Ground {
  readonly target: FileBackend
  readonly expected: Uint8Array | undefined
  readonly last: Last | undefined
  /** The seq that this publisher built upon before another one was first; undefined at the first try. */
  readonly builtOn?: number | undefined
  readonly descends?: Descends | undefined
}

/** A release as data, to be written beside the objects of its content. */
export interface ReleasePlan {
  readonly release: Release
  /** The release manifest as bytes; undefined where the store holds this very release already. */
  readonly head: string | undefined
}

/** Numbers and signs what was emitted. @throws {Failure} */
export async function planRelease(
  content: ReleaseContent,
  draft: Draft,
  { target, last, builtOn, descends }: Ground,
  publisher: Signer,
  previous: Previous | undefined,
): Promise<ReleasePlan> {
  const { objects, accounts } = content
  if (builtOn !== undefined && last !== undefined && (await isOvertaken(last, draft, builtOn, descends))) {
    return { release: last.release, head: undefined }
  }
  if (previous !== undefined && last?.isGood === true && isSame(last.release, draft, publisher)) {
    return { release: last.release, head: undefined }
  }
  const { packs, objects: packed } = await planPacks(last?.isOurs === true ? last.release.packs : null, draft.root, {
    content: async (ref) => objects.get(ref)?.bytes ?? target.read(ref),
    last: (ref) => target.read(ref),
  })
  for (const object of packed) objects.set(object.ref, object)
  const counts = { before: previous?.root.count ?? (await countOf(target, last?.release.root)), after: accounts }
  if (publisher.trust !== null) objects.set(publisher.trust.ref, publisher.trust)
  const release = publisher.next({ ...draft, packs }, last, counts)
  return { release, head: publisher.sign(release) }
}

/** Returns the sealed keys of a release: those that were sealed for it, or else those that the last one had. */
export function secretsOf(
  sealed: StoredObject | null | undefined,
  { last }: Ground,
  { objects }: ReleaseContent,
): Ref | null {
  if (sealed === undefined) return last?.isOurs === true ? last.release.secrets : null
  if (sealed === null) return null
  objects.set(sealed.ref, sealed)
  return sealed.ref
}
