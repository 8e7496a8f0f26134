import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, StoreFailure } from '../../../base/failure.ts'
import { sameBytes } from '../../../base/durable-files.ts'
import { inParallel } from '../../../base/in-parallel.ts'
import type { Backend, Published, StoredFile, Update } from '../../backend-types.ts'
import { type Ref, type StoredObject, pathOf } from '../../format/object-ref.ts'
import { MAX_HEAD_BYTES, readHead } from '../../format/release-manifest.ts'
import { KeptObjects } from '../kept-objects.ts'
import type { BucketOptions, BucketRequest } from './bucket.ts'
import { firstFailure, readListing, writeDeletion } from './bucket-listing.ts'
import { BucketReader, HEAD, type VersionedHead } from './bucket-reader.ts'

/**
 * A store in a bucket. Objects are written without a condition: the same name has the same bytes, so that writing one
 * again repairs it and renews its date. The head is only ever replaced where it is still the version that was read:
 * a server that ignores such a condition is found out at each publish, and refused.
 */
export class BucketBackend extends BucketReader implements Backend {
  readonly takesPacks = true
  readonly #kept = new KeptObjects()

  /** @throws {StoreFailure} `unsupported` */
  constructor(url: string, options: BucketOptions = FOR_COMMANDS) {
    super(url, options)
  }

  override read(ref: Ref): Promise<Buffer> {
    return this.#kept.read(ref, () => super.read(ref))
  }

  /** To know would be a request for each: what the head's release does not reach is written again. */
  async has(): Promise<boolean> {
    return false
  }

  async publish({ objects, expected, head, label }: Update): Promise<Published> {
    // What was read a moment ago need not be read again: the server compares.
    const isKnown = expected !== undefined && sameBytes(this.lastHead?.bytes, expected)
    const current = isKnown ? this.lastHead : await this.versionedHead()
    if (!sameBytes(current?.bytes, expected)) return { done: false }
    const wanted = new Map<Ref, StoredObject>()
    for (const object of objects) wanted.set(object.ref, object)
    const staged = await this.stage(wanted.values())
    await this.#probe(staged.at(-1) ?? (await this.#toProbe(head)), current === undefined)
    const written = Buffer.from(head)
    if (!(await this.#replaceHead(current, written))) return { done: false }
    // For those who tidy up: which releases there were, and when. The release is published without it, too.
    if (label !== undefined) await this.#put(`heads/${label}.json`, written, HEAD_HEADERS).catch(() => {})
    let bytes = 0
    for (const object of wanted.values()) bytes += object.bytes.length
    return { done: true, written: wanted.size, reused: 0, bytes }
  }

  async stage(objects: Iterable<StoredObject>): Promise<readonly StoredObject[]> {
    const staged = [...objects]
    await inParallel(staged, AT_ONCE, ({ ref, bytes }) => this.#put(pathOf(ref), bytes, OBJECT_HEADERS))
    return staged
  }

  async *listFiles(): AsyncGenerator<StoredFile> {
    const { prefix } = this.bucket
    for (const folder of ['objects/', 'heads/']) {
      let token: string | undefined
      do {
        const page = {
          'list-type': '2',
          prefix: prefix + folder,
          ...(token !== undefined && { 'continuation-token': token }),
        }
        const request: BucketRequest = { method: 'GET', key: '', most: MAX_LIST_BYTES, query: page }
        const answer = await this.bucket.send(request)
        if (answer.status !== 200 || answer.bytes === 'unfit') throw this.bucket.refused(request, answer)
        const { keys, next } = readListing(answer.bytes.toString('utf8'))
        for (const { key, bytes, date } of keys) {
          if (key.startsWith(prefix)) yield { path: key.slice(prefix.length), bytes, date }
        }
        token = next
      } while (token !== undefined)
    }
  }

  async readFile(path: string): Promise<Buffer | undefined> {
    const request: BucketRequest = { method: 'GET', key: path, most: MAX_HEAD_BYTES }
    const answer = await this.bucket.send(request)
    if (answer.status === 404) return undefined
    if (answer.status !== 200 || answer.bytes === 'unfit') throw this.bucket.refused(request, answer)
    return answer.bytes
  }

  async deleteFiles(paths: readonly string[], head: Uint8Array): Promise<boolean> {
    if (!sameBytes((await this.versionedHead())?.bytes, head)) return false
    const body = Buffer.from(writeDeletion(paths.map((path) => this.bucket.prefix + path)))
    const md5 = createHash('md5').update(body).digest('base64')
    const headers = { 'content-type': 'application/xml', 'content-md5': md5 }
    const request: BucketRequest = {
      method: 'POST',
      key: '',
      body,
      headers,
      query: { delete: '' },
      most: MAX_LIST_BYTES,
    }
    const answer = await this.bucket.send(request)
    if (answer.status !== 200 || answer.bytes === 'unfit') throw this.bucket.refused(request, answer)
    const failed = firstFailure(answer.bytes.toString('utf8'))
    if (failed === undefined) return true
    throw new StoreFailure('unreadable', `cannot delete ${failed.key} of ${this.url}: ${failed.code}`, {
      help: 'let the key delete below the prefix; nothing that is in use was deleted',
    })
  }

  async #put(key: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void> {
    const request: BucketRequest = { method: 'PUT', key, body, headers }
    for (let tried = 1; ; tried++) {
      const answer = await this.bucket.send(request)
      if (answer.status === 200 || answer.status === 201 || answer.status === 204) return
      // Two writers of one object, which write the same.
      if (answer.status !== 409 || tried === TRIES) throw this.bucket.refused(request, answer)
      await sleep(100 * tried)
    }
  }

  /**
   * Replaces the head, unless it is no longer the version that was read; false where another publisher was first. What
   * an answer does not tell (it was lost, or another write is under way), the head does.
   */
  async #replaceHead(current: VersionedHead | undefined, head: Buffer): Promise<boolean> {
    let version = current
    for (let tried = 1; ; tried++) {
      const condition = version === undefined ? { 'if-none-match': '*' } : { 'if-match': version.etag }
      const headers = { ...HEAD_HEADERS, ...condition }
      const request: BucketRequest = { method: 'PUT', key: HEAD, body: head, headers, isOnce: true }
      const answer = await this.bucket.send(request).catch((error: unknown) => {
        if (error instanceof StoreFailure && error.problem === 'unreadable') return error
        throw error
      })
      const status = answer instanceof StoreFailure ? 0 : answer.status
      if (status >= 200 && status < 300) return true
      const failure = answer instanceof StoreFailure ? answer : this.bucket.refused(request, answer)
      if (status !== 0 && status < 500 && !UNDECIDED.has(status)) throw failure
      const now = await this.versionedHead()
      if (sameBytes(now?.bytes, head)) return true
      if (!sameBytes(now?.bytes, current?.bytes)) return false
      if (tried === TRIES) throw failure
      version = now
      await sleep(100 * 2 ** tried * (0.5 + Math.random()))
    }
  }

  /** Returns an object that is there, where none was uploaded now: the one that the head was signed under. */
  async #toProbe(head: string): Promise<StoredObject> {
    const { trust, root } = readHead(Buffer.from(head)).release
    const ref = trust ?? root
    return { ref, bytes: await this.read(ref) }
  }

  /**
   * Makes sure that the server refuses what must be refused: it is asked to write an object over itself, under a
   * condition that does not hold. Most servers that do not know one ignore it, and every race would be won twice. The
   * first release asks for both that there are, so that no later one is refused for the other.
   */
  async #probe({ ref, bytes }: StoredObject, isFirst: boolean): Promise<void> {
    const conditions = [
      { 'if-match': '"0123456789abcdef0123456789abcdef"' },
      ...(isFirst ? [{ 'if-none-match': '*' }] : []),
    ]
    await Promise.all(
      conditions.map(async (condition) => {
        const headers = { ...OBJECT_HEADERS, ...condition }
        const request: BucketRequest = { method: 'PUT', key: pathOf(ref), body: bytes, headers }
        const answer = await this.bucket.send(request)
        if (answer.status === 412 || answer.status === 409) return
        if (answer.status >= 300 && answer.status !== 501) throw this.bucket.refused(request, answer)
        throw new Failure(
          'world',
          `the server of ${this.url} ignores the conditions of a write (${Object.keys(condition).join()}), so that two publishers could each overwrite the other’s release; nothing was published`,
          'use a server that knows conditional writes (AWS S3, R2, MinIO, versitygw; not GCS’s S3 dialect), or publish to git: or a folder',
        )
      }),
    )
  }
}

/** A command waits for a server that is busy, or has gone for a moment. */
const FOR_COMMANDS = { tries: 6, longestPauseMs: 30_000 } as const
const TRIES = 6
/** Writes that are under way at once. */
const AT_ONCE = 24
/** A thousand keys with what is said of each. */
const MAX_LIST_BYTES = 4 << 20
/** Answers after which only the head says who was first: a condition that failed, or a write at the same time. */
const UNDECIDED: ReadonlySet<number> = new Set([404, 409, 412, 429])
/** A cache on the way asks for the head each time, and for an object never again. */
const HEAD_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-cache' } as const
const OBJECT_HEADERS = {
  'content-type': 'application/octet-stream',
  'cache-control': 'public, max-age=31536000, immutable',
} as const
