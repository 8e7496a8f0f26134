import { StoreFailure } from '../../../base/failure.ts'
import { quote } from '../../../base/quote-name.ts'
import { isObject } from '../../format/decode-json.ts'
import { isLoopback } from '../http/base-url.ts'
import type { Answer, HttpRequest } from '../http/http-client.ts'
import { Requests } from '../http/requests.ts'
import { type RegistryUser, userFor } from './docker-login.ts'
import { readChallenge } from './registry-challenge.ts'
import type { RegistryPlace } from './registry-place.ts'
import { INDEX, MANIFEST } from './release-image.ts'

export interface RegistryOptions {
  /** Milliseconds for one request with its whole answer. */
  readonly timeoutMs?: number | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** How often a request is made that fails on the way. */
  readonly tries: number
  /** The longest pause that the server may ask for between two tries, in milliseconds. */
  readonly longestPauseMs: number
}

type Action = 'pull' | 'pull,push'

interface RegistryRequest extends Omit<HttpRequest, 'signal' | 'most' | 'headers'> {
  /** For messages. */
  readonly what: string
  readonly action: Action
  readonly url: URL
  readonly most?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Reads one repository of a container registry (https://github.com/opencontainers/distribution-spec, version 1.1). */
export class Registry {
  readonly url: string
  protected readonly place: RegistryPlace
  readonly #options: RegistryOptions
  readonly #env: Readonly<Record<string, string | undefined>>
  /** By the origin that is asked: the registry, and where its blobs and tokens are. */
  readonly #servers = new Map<string, Requests>()
  /** What is sent with a request for each action, as the registry has asked for it. */
  readonly #authorizations = new Map<Action, string>()

  constructor(url: string, place: RegistryPlace, options: RegistryOptions) {
    this.url = url
    this.place = place
    this.#options = options
    this.#env = options.env ?? process.env
  }

  /** Returns the answer to a request for a manifest; the caller knows which are expected. */
  manifest(reference: string, most: number, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask({
      what: `read ${reference} of ${this.url}`,
      action: 'pull',
      url: this.at(`manifests/${reference}`),
      most,
      headers: { ...headers, accept: `${MANIFEST}, ${INDEX}` },
    })
  }

  /** Returns a blob: its bytes, `absent`, or `unfit` where there are more than so many. */
  async blob(digest: string, most: number): Promise<Buffer | 'absent' | 'unfit'> {
    const request = {
      what: `read ${digest} of ${this.url}`,
      action: 'pull',
      url: this.at(`blobs/${digest}`),
      most,
    } as const
    let answer = await this.ask(request)
    let at = request.url
    for (let followed = 0; isRedirect(answer); followed++) {
      if (followed === REDIRECTS) throw this.refused(request.what, 'it leads in a circle')
      at = this.#elsewhere(answer, at, request.what)
      // A bucket refuses a request with the registry's own authorization, and is not to have it.
      const next = at
      answer = await this.#server(next).send({
        what: request.what,
        length: most,
        ask: (client, signal) => client.ask(next, { headers: {}, signal, most, followsNone: true }),
      })
    }
    if (answer.status === 404 || answer.status === 410) return 'absent'
    if (answer.status !== 200) throw this.unexpected(request.what, answer)
    return answer.bytes
  }

  /** Describes an answer that is none of those that the caller knows. */
  unexpected(what: string, { status, bytes }: Answer): StoreFailure {
    const code =
      typeof bytes === 'string' ? '' : (/"code"\s*:\s*"([A-Z_]{3,40})"/.exec(bytes.toString('utf8'))?.[1] ?? '')
    const said = `the registry answered ${status}${code === '' ? '' : ` ${code}`}`
    const isDenied = status === 401 || status === 403
    const why = isDenied ? `access is denied (${said})` : said
    const help = isDenied
      ? 'set TENFOLD_OCI_USERNAME and TENFOLD_OCI_PASSWORD, or `docker login`, as somebody who may do that'
      : status === 429 || status >= 500
        ? 'run it again in a minute: what was uploaded is used'
        : 'see the registry’s own logs; the release before is still there'
    return new StoreFailure('unreadable', `cannot ${what}: ${why}`, { help })
  }

  interrupt(): void {
    for (const server of this.#servers.values()) server.interrupt()
  }

  protected at(path: string): URL {
    return new URL(`/v2/${this.place.name}/${path}`, this.place.server)
  }

  protected async ask(request: RegistryRequest): Promise<Answer> {
    const sent = this.#authorizations.get(request.action)
    const answer = await this.#send(request, sent)
    if (answer.status !== 401) return answer
    // The token has expired, or none was asked for yet.
    const known = this.#authorizations.get(request.action)
    const authorization =
      known !== undefined && known !== sent ? known : await this.#authorize(answer, request.action, request.what)
    if (authorization === undefined) return answer
    this.#authorizations.set(request.action, authorization)
    return this.#send(request, authorization)
  }

  #send(
    { what, url, method, body, most = 0, headers }: RegistryRequest,
    authorization: string | undefined,
  ): Promise<Answer> {
    return this.#server(url).send({
      what,
      length: Math.max(most, body?.length ?? 0),
      ask: (client, signal) => {
        return client.ask(url, {
          signal,
          most,
          mostOfRefusal: MOST_OF_REFUSAL,
          // Another server must not get what was meant for this one.
          followsNone: true,
          headers: { ...headers, ...(authorization !== undefined && { authorization }) },
          ...(method !== undefined && { method }),
          ...(body !== undefined && { body }),
        })
      },
    })
  }

  /** Returns what has to be sent along; undefined where the registry wants none, or there is no user for it. */
  async #authorize({ headers }: Answer, action: Action, what: string): Promise<string | undefined> {
    const header = headers['www-authenticate']
    if (header === undefined) return undefined
    const user = userFor(this.place.host, this.#env)
    const challenge = readChallenge(header, this.place.server, this.#env)
    if (challenge.is === 'basic') return user === undefined ? undefined : basic(user)
    const { realm, service } = challenge
    const asked = new URL(realm)
    if (service !== undefined) asked.searchParams.set('service', service)
    asked.searchParams.set('scope', `repository:${this.place.name}:${action}`)
    const answer = await this.#server(asked).send({
      what,
      length: MOST_OF_TOKEN,
      ask: (client, signal) => {
        const own = user === undefined ? {} : { authorization: basic(user) }
        return client.ask(asked, { headers: own, signal, most: MOST_OF_TOKEN, followsNone: true })
      },
    })
    if (answer.status === 401 || answer.status === 403) return undefined
    const token = answer.status === 200 && typeof answer.bytes !== 'string' ? tokenIn(answer.bytes) : undefined
    if (token === undefined) throw this.refused(what, `${realm.host} gives no token (it answered ${answer.status})`)
    return `Bearer ${token}`
  }

  #elsewhere({ headers: { location = '' } }: Answer, from: URL, what: string): URL {
    const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined
    const isSafe =
      next?.protocol === 'https:' || (next !== undefined && isLoopback(next) && isLoopback(this.place.server))
    if (next !== undefined && isSafe && next.username === '' && next.password === '') return next
    throw this.refused(what, next === undefined ? 'it leads to what is no URL' : `it leads to ${quote(next.origin)}`)
  }

  #server(url: URL): Requests {
    const { origin } = url
    const known = this.#servers.get(origin)
    if (known !== undefined) return known
    const { timeoutMs = TIMEOUT_MS, tries, longestPauseMs } = this.#options
    const requests = new Requests(new URL(origin), {
      timeoutMs,
      tries,
      longestPauseMs,
      env: this.#env,
      failed: (what, why, cause) => this.refused(what, why, cause),
    })
    this.#servers.set(origin, requests)
    return requests
  }

  protected refused(what: string, why: string, cause?: unknown): StoreFailure {
    const help = 'check the registry’s URL and the network, and run it again: the release before is still there'
    return new StoreFailure('unreadable', `cannot ${what}: ${why}`, { help, cause })
  }
}

const TIMEOUT_MS = 10_000
const REDIRECTS = 3
const MOST_OF_REFUSAL = 16_384
const MOST_OF_TOKEN = 65_536

export function isRedirect({ status, headers }: Answer): boolean {
  return status >= 300 && status < 400 && status !== 304 && headers.location !== undefined
}

function basic({ username, password }: RegistryUser): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Returns the token in an answer; what goes into a header must not end it. */
function tokenIn(bytes: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    const token = isObject(value) ? (value['token'] ?? value['access_token']) : undefined
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined
  } catch {
    return undefined
  }
}
