import { sameBytes } from '../../../base/durable-files.ts'
import { inParallel } from '../../../base/in-parallel.ts'
import { type Backend, type Published, type Update, currentHead } from '../../backend-types.ts'
import { type Ref, type StoredObject, hexOf } from '../../format/object-ref.ts'
import { type Release, readHead } from '../../format/release-manifest.ts'
import { tolerant } from '../../packing/tolerant.ts'
import { reachRelease } from '../../reachable-objects.ts'
import { KeptObjects } from '../kept-objects.ts'
import { parseRegistryUrl } from './registry-place.ts'
import { RegistryWriter } from './registry-writer.ts'
import { RegistryReader, type RegistryStoreOptions } from './registry-reader.ts'
import {
  type Descriptor,
  EMPTY_CONFIG,
  keepingIn,
  keepingManifests,
  releaseIndex,
  releaseManifest,
} from './make-images.ts'

/**
 * A store in a container registry, which has no compare-and-swap: the tag of an environment goes to whoever writes last.
 * So it is a copy of another target; alone, it reads its tag again after writing it, and says where it was overwritten.
 * Under the tag of each release, an index refers to everything that it needs, so that none of it is garbage.
 */
export class RegistryBackend extends RegistryReader implements Backend {
  readonly takesPacks = true
  readonly isCopy = true
  protected override readonly registry: RegistryWriter
  readonly #kept = new KeptObjects()

  /** @throws {StoreFailure} `unsupported` */
  constructor(url: string, options: Partial<RegistryStoreOptions> = {}) {
    const all = { ...FOR_COMMANDS, ...options }
    const registry = new RegistryWriter(url, parseRegistryUrl(url), all)
    super(url, all, registry)
    this.registry = registry
  }

  override read(ref: Ref): Promise<Buffer> {
    return this.#kept.read(ref, () => super.read(ref))
  }

  /** To know would be a request for each. */
  async has(): Promise<boolean> {
    return false
  }

  async stage(objects: Iterable<StoredObject>): Promise<void> {
    const all = [...new Map([...objects].map((object) => [object.ref, object])).values()]
    // After a run that was killed, much of it is there; after any other, nothing is.
    let isThere = false
    const upload = async ({ ref, bytes }: StoredObject, isSample: boolean): Promise<void> => {
      const digest = `sha256:${hexOf(ref)}`
      if ((isSample || isThere) && (await this.registry.hasBlob(digest))) isThere = true
      else await this.registry.putBlob(bytes, digest)
    }
    await inParallel(all.slice(0, SAMPLE), AT_ONCE, (object) => upload(object, true))
    await inParallel(all.slice(SAMPLE), AT_ONCE, (object) => upload(object, false))
  }

  async publish({ objects, expected, head, content }: Update): Promise<Published> {
    const current = await currentHead(this)
    if (!sameBytes(current, expected)) return { done: false }
    const given = [...objects]
    await this.stage(given)
    const bytes = Buffer.from(head)
    const { release } = readHead(bytes)
    const former = current === undefined ? undefined : await this.#keepingOf(current)
    const isRenewed = content === undefined
    await Promise.all([this.registry.putBlob(EMPTY_CONFIG), this.registry.putBlob(bytes)])
    const image = releaseManifest(bytes)
    const keeping = isRenewed && former !== undefined ? former : await this.#keep(release, given, content, former ?? [])
    await this.registry.putManifest(image.descriptor.digest, image)
    await this.registry.putManifest(`${this.environment}.${release.seq}`, releaseIndex(image, keeping))
    await this.registry.putManifest(this.environment, image)
    // Another publisher may have written at the same time.
    if (!sameBytes(await this.head(), bytes)) return { done: false }
    const refs = new Map(given.map(({ ref, bytes: { length } }) => [ref, length]))
    return {
      done: true,
      written: refs.size,
      reused: 0,
      bytes: [...refs.values()].reduce((sum, length) => sum + length, 0),
    }
  }

  /** Uploads the manifests that refer to all that a release needs, as far as they are not those of the one before. */
  async #keep(
    release: Release,
    objects: readonly StoredObject[],
    content: Update['content'],
    former: readonly Descriptor[],
  ): Promise<readonly Descriptor[]> {
    const given = new Map(objects.map(({ ref, bytes }) => [ref, bytes]))
    const read = async (ref: Ref): Promise<Uint8Array> => {
      return given.get(ref) ?? (content && (await tolerant(() => content(ref)))) ?? this.read(ref)
    }
    const needed = await tolerant(() => reachRelease(release, read))
    const there = new Set(former.map(({ digest }) => digest))
    const manifests = keepingManifests(needed ?? given.keys())
    const fresh = manifests.filter(({ descriptor: { digest } }) => !there.has(digest))
    await inParallel(fresh, AT_ONCE, (one) => this.registry.putManifest(one.descriptor.digest, one))
    const own = manifests.map(({ descriptor }) => descriptor)
    // Where that cannot be determined, everything stays.
    return needed === undefined ? [...former, ...fresh.map(({ descriptor }) => descriptor)] : own
  }

  /** Returns what keeps the objects of the release before; undefined where that cannot be determined. */
  async #keepingOf(head: Buffer): Promise<readonly Descriptor[] | undefined> {
    return tolerant(async () => {
      const answer = await this.registry.manifest(`${this.environment}.${readHead(head).release.seq}`, MAX_INDEX_BYTES)
      return answer.status === 200 && typeof answer.bytes !== 'string' ? keepingIn(answer.bytes) : undefined
    })
  }
}

/** A command waits for a registry that is busy, or has gone for a moment. */
const FOR_COMMANDS = { tries: 6, longestPauseMs: 30_000 } as const
/** Uploads that are under way at once. */
const AT_ONCE = 16
/** So many of the first objects tell whether an earlier run has uploaded some. */
const SAMPLE = 16
/** What clients should stay below for a manifest, by the specification. */
const MAX_INDEX_BYTES = 4 << 20
