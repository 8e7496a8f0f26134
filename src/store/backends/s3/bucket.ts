import { createHash } from 'node:crypto'
import { StoreFailure } from '../../../base/failure.ts'
import type { Answer, HttpRequest } from '../http/http-client.ts'
import { Requests } from '../http/requests.ts'
import { type AwsCredentials, type CredentialSource, credentialsFrom, credentialsIn } from './aws-credentials.ts'
import { type BucketPlace, DEFAULT_REGION, baseOfBucket } from './bucket-place.ts'
import { explainRefusal } from './explain-refusal.ts'

/** How a bucket is asked. */
export interface BucketOptions {
  /** Milliseconds for one request with its whole answer. */
  readonly timeoutMs?: number | undefined
  /** Where keys come from; by default the environment. Asked for each poll, since a temporary key expires. */
  readonly credentials?: CredentialSource | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** How often a request is made that fails on the way. */
  readonly tries: number
  /** The longest pause that the server may ask for between two tries, in milliseconds. */
  readonly longestPauseMs: number
}

/** One request about a key. */
export interface BucketRequest {
  readonly method: 'GET' | 'PUT' | 'POST'
  /** Below the prefix; empty for the bucket itself. */
  readonly key: string
  /** The most bytes of the answer's body. */
  readonly most?: number
  readonly body?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Whether it must not be sent again after a failure on the way. */
  readonly isOnce?: boolean
}

/** A refusal is a few hundred bytes of XML. */
const MOST_OF_REFUSAL = 16_384

/** A place in a bucket, asked with signed requests. */
export class Bucket {
  readonly url: string
  readonly #place: BucketPlace
  readonly #base: URL
  readonly #region: string
  readonly #options: BucketOptions
  readonly #requests: Requests
  /** Keys for signing, made from a secret key once a day. */
  readonly #derived = new Map<string, ArrayBuffer>()
  #credentials: Promise<AwsCredentials> | undefined

  constructor(url: string, place: BucketPlace, options: BucketOptions) {
    const env = options.env ?? process.env
    this.url = url
    this.#place = place
    this.#region = place.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || DEFAULT_REGION)
    this.#base = baseOfBucket({ ...place, region: this.#region })
    this.#options = options
    this.#requests = new Requests(this.#base, {
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      tries: options.tries,
      longestPauseMs: options.longestPauseMs,
      env,
      failed: (what, why, cause) => {
        const help = 'check the bucket’s URL and the network, and run it again: nothing was published'
        return new StoreFailure('unreadable', `cannot ${what}: ${why}`, { help, cause })
      },
    })
  }

  /** Asks for credentials anew with the next request: a temporary key lasts for a limited time. */
  renewCredentials(): void {
    this.#credentials = undefined
  }

  interrupt(): void {
    this.#requests.interrupt()
  }

  /** Returns the server's answer, whatever it is. @throws {StoreFailure} where there is none. */
  send(request: BucketRequest): Promise<Answer> {
    const { key, method, most = 0, body, isOnce } = request
    return this.#requests.send({
      what: `${method === 'GET' ? 'read' : 'write'} ${key || 'the keys'} of ${this.url}`,
      length: Math.max(most, body?.length ?? 0),
      ask: async (client, signal) => client.ask(...(await this.#signed(request, signal))),
      ...(isOnce !== undefined && { isOnce }),
    })
  }

  /** Describes an answer that is none of those that the caller knows. */
  refused({ method, key }: BucketRequest, answer: Answer): StoreFailure {
    const { why, help } = explainRefusal(answer, Date.now())
    const doing = method === 'GET' ? 'read' : 'write'
    return new StoreFailure('unreadable', `cannot ${doing} ${key || 'the keys'} of ${this.url}: ${why}`, { help })
  }

  /** Returns the place of keys in the bucket, for requests about the bucket itself. */
  get prefix(): string {
    return this.#place.prefix
  }

  async #signed(
    { method, key: path, most = 0, body, headers, query }: BucketRequest,
    signal: AbortSignal,
  ): Promise<[URL, HttpRequest]> {
    const { credentials = (): AwsCredentials => credentialsIn(this.#options.env ?? process.env) } = this.#options
    const asked = (this.#credentials ??= credentialsFrom(credentials))
    asked.catch(() => this.renewCredentials())
    // What signs is loaded where a bucket is used, and nowhere else.
    const { AwsV4Signer } = await import('aws4fetch')
    const at = path === '' ? this.#bucketItself() : new URL(path, this.#base)
    for (const [name, value] of Object.entries(query ?? {})) at.searchParams.set(name, value)
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    const { sessionToken, ...key } = await asked
    const signer = new AwsV4Signer({
      ...key,
      ...(sessionToken !== undefined && { sessionToken }),
      service: 's3',
      region: this.#region,
      method,
      url: at.href,
      headers: { ...headers, 'x-amz-content-sha256': digest },
      cache: this.#derived,
    })
    const signed = await signer.sign()
    return [
      signed.url,
      {
        method,
        headers: Object.fromEntries(signed.headers),
        signal,
        most,
        mostOfRefusal: MOST_OF_REFUSAL,
        // Another server must not get a request that is signed for this one.
        followsNone: true,
        ...(body !== undefined && { body }),
      },
    ]
  }

  #bucketItself(): URL {
    return baseOfBucket({ ...this.#place, region: this.#region, prefix: '' })
  }
}

const TIMEOUT_MS = 10_000
