import { type StoreReader, damaged } from '../../backend-types.ts'
import { Malformed } from '../../format/decode-json.ts'
import { type Ref, hexOf, lengthOf } from '../../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../../format/release-manifest.ts'
import { headIn, objectIn } from '../check-found-object.ts'
import { Registry, type RegistryOptions } from './registry.ts'
import { DEFAULT_ENVIRONMENT, parseRegistryUrl } from './registry-place.ts'
import { headOfManifest } from './release-image.ts'

export interface RegistryStoreOptions extends RegistryOptions {
  /** The tag, where the URL has none. */
  readonly environment?: string | undefined
}

/**
 * Reads a store in a container registry. The tag of its environment names a small manifest that holds the head; an
 * object is a blob, whose digest is the one in its reference.
 */
export class RegistryReader implements StoreReader {
  readonly url: string
  readonly environment: string
  protected readonly registry: Registry
  /** The last manifest that was read, as the registry names it. */
  #last: { readonly etag: string; readonly head: Buffer } | undefined

  /** @throws {StoreFailure} `unsupported` */
  constructor(url: string, options: RegistryStoreOptions, registry?: Registry) {
    const place = parseRegistryUrl(url)
    this.url = url
    this.environment = place.environment ?? options.environment ?? DEFAULT_ENVIRONMENT
    this.registry = registry ?? new Registry(url, place, options)
  }

  async head(): Promise<Buffer> {
    const last = this.#last
    const condition = last === undefined ? {} : { 'if-none-match': last.etag }
    const answer = await this.registry.manifest(this.environment, MAX_MANIFEST_BYTES, condition)
    if (answer.status === 304 && last !== undefined) return last.head
    if (answer.status === 404) return headIn('absent', this.url, `it has no tag ${this.environment}`)
    if (answer.status !== 200) throw this.registry.unexpected(`read ${this.environment} of ${this.url}`, answer)
    const head = headIn(answer.bytes === 'unfit' ? 'unfit' : this.#headIn(answer.bytes), this.url, '')
    this.#last = answer.etag === '' ? undefined : { etag: answer.etag, head }
    return head
  }

  async read(ref: Ref): Promise<Buffer> {
    return objectIn(await this.registry.blob(`sha256:${hexOf(ref)}`, lengthOf(ref)), this.url, ref)
  }

  interrupt(): void {
    this.registry.interrupt()
  }

  #headIn(manifest: Buffer): Buffer | 'unfit' {
    try {
      const head = headOfManifest(manifest)
      return head.length > MAX_HEAD_BYTES ? 'unfit' : head
    } catch (error) {
      if (error instanceof Malformed) throw damaged(this.url, error.message)
      throw error
    }
  }
}

/** A head in base64, and little else. */
const MAX_MANIFEST_BYTES = 128 * 1024
