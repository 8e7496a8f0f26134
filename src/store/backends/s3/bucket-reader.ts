import type { StoreReader } from '../../backend-types.ts'
import { type Ref, lengthOf, pathOf } from '../../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../../format/release-manifest.ts'
import { type Found, headIn, objectIn } from '../check-found-object.ts'
import { Bucket, type BucketOptions } from './bucket.ts'
import { parseBucketUrl } from './bucket-place.ts'

/** Reads a store in a private bucket, with a key of AWS. A public one is read by `https:`. */
export class BucketReader implements StoreReader {
  readonly url: string
  protected readonly bucket: Bucket
  /** The last head that was read, with the server's name for this version of it. */
  #last: VersionedHead | undefined

  /** @throws {StoreFailure} `unsupported` */
  constructor(url: string, options: BucketOptions) {
    this.url = url
    this.bucket = new Bucket(url, parseBucketUrl(url), options)
  }

  async head(): Promise<Buffer> {
    return headIn((await this.versionedHead())?.bytes ?? 'absent', this.url, 'it has no head.json')
  }

  async read(ref: Ref): Promise<Buffer> {
    return objectIn(await this.#get(pathOf(ref), lengthOf(ref)), this.url, ref)
  }

  interrupt(): void {
    this.bucket.interrupt()
  }

  protected get lastHead(): VersionedHead | undefined {
    return this.#last
  }

  /** Returns the current head; undefined where there is none. */
  protected async versionedHead(): Promise<VersionedHead | undefined> {
    this.bucket.renewCredentials()
    const last = this.#last
    const request = {
      method: 'GET',
      key: HEAD,
      most: MAX_HEAD_BYTES,
      headers: { 'cache-control': 'no-cache', ...(last !== undefined && { 'if-none-match': last.etag }) },
    } as const
    const answer = await this.bucket.send(request)
    if (answer.status === 304 && last !== undefined) return last
    if (answer.status === 404 && !isOfBucket(answer.bytes)) return (this.#last = undefined)
    if (answer.status !== 200) throw this.bucket.refused(request, answer)
    const bytes = headIn(answer.bytes, this.url, '')
    const head = { bytes, etag: answer.etag }
    this.#last = answer.etag === '' ? undefined : head
    return head
  }

  async #get(key: string, most: number): Promise<Found> {
    const request = { method: 'GET', key, most } as const
    const answer = await this.bucket.send(request)
    if (answer.status === 200) return answer.bytes
    if (answer.status === 404 && !isOfBucket(answer.bytes)) return 'absent'
    throw this.bucket.refused(request, answer)
  }
}

export interface VersionedHead {
  readonly bytes: Buffer
  readonly etag: string
}

export const HEAD = 'head.json'

/** Whether it is the bucket that there is not. */
function isOfBucket(bytes: Found): boolean {
  return typeof bytes !== 'string' && bytes.includes('<Code>NoSuchBucket</Code>')
}
