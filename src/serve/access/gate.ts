import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { PlanName } from '../../domain/settings-types.ts'
import { type TokenKeys, MAX_TTL_SECONDS, signToken, verifyToken } from './account-tokens.ts'
import { type BackendTokens, digestOf } from './token-files.ts'

/** Who asks. */
export type Caller =
  /** A service of ours, which may ask for every account; or, on loopback without tokens, a program of this machine. */
  | { readonly is: 'backend'; readonly name: string }
  | { readonly is: 'account'; readonly account: string; readonly plan: PlanName | undefined; readonly expires: number }

export interface NotAdmitted {
  /** 503 where nobody can say yet: a token is for an environment, which the first release names. */
  readonly status: 401 | 403 | 421 | 503
  readonly why: string
}

/** What the gate looks at of a request, before a byte of its body is read. */
export interface Knock {
  readonly headers: IncomingHttpHeaders
  /** How many Host headers it has: of several, whoever is in front of us may have taken another. */
  readonly hosts: number
}

export interface GateOptions {
  /** Undefined where there is no file for them. */
  readonly backends: (() => BackendTokens) | undefined
  readonly keys: (() => TokenKeys) | undefined
  /** The names and ports by which a server without tokens may be asked for. */
  readonly hosts: () => ReadonlySet<string>
  /** Origins whose pages may ask. */
  readonly origins: ReadonlySet<string>
  /** Undefined before the first release. */
  readonly environment: () => string | undefined
  readonly nowSeconds: () => number
}

/** Decides who may ask, and for which account. */
export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Whether nobody may ask without a token. */
  get needsToken(): boolean {
    return this.#options.backends !== undefined || this.#options.keys !== undefined
  }

  /** Refuses a request for another server, or of a page that is not ours, whatever it asks for. */
  refuse({ headers, hosts }: Knock): NotAdmitted | undefined {
    // A page of any browser here may send requests to loopback, under a name that it lets point there.
    if (!this.needsToken && (hosts !== 1 || !this.#options.hosts().has((headers.host ?? '').toLowerCase()))) {
      const hosts = [...this.#options.hosts()].join(' or ')
      return { status: 421, why: `without tokens this server is asked for as ${hosts}, and not by another Host` }
    }
    if (headers.origin !== undefined && !this.#options.origins.has(headers.origin)) {
      return { status: 403, why: 'pages of this origin may not ask: name it with --origin' }
    }
    return undefined
  }

  /** Returns who asks; or why nobody may. */
  admit({ headers }: Knock): Caller | NotAdmitted {
    if (!this.needsToken) return { is: 'backend', name: 'loopback' }
    const token = tokenIn(headers)
    if (token === undefined) return { status: 401, why: 'a token is needed: Authorization: Bearer, or X-API-Key' }
    const digest = digestOf(token)
    let isBackend = false
    // All are compared, so that the time says nothing of which one it nearly was.
    for (const known of this.#options.backends?.() ?? []) isBackend = timingSafeEqual(known, digest) || isBackend
    if (isBackend) return { is: 'backend', name: digest.toString('hex', 0, 4) }
    if (this.#options.environment() === undefined) return { status: 503, why: 'there is no release to answer from yet' }
    const grant = this.#verify('token', token)
    if (grant === undefined) return { status: 401, why: 'the token is not valid here, or no longer' }
    return { is: 'account', ...grant }
  }

  /** Returns who opens an event stream: with a token as anywhere, or with a ticket, which a browser can send. */
  admitToStream(knock: Knock, ticket: string | undefined): Caller | NotAdmitted {
    const caller = this.admit(knock)
    if (ticket === undefined || !('status' in caller)) return caller
    const grant = this.#verify('ticket', ticket)
    if (grant === undefined) return { status: 401, why: 'the ticket is not valid, or no longer' }
    return grant.account === '' ? { is: 'backend', name: 'ticket' } : { is: 'account', ...grant }
  }

  /**
   * Returns whether a stream may still be open, to be asked again while it is: what it was opened with ends, and a key
   * may be removed. Signatures are verified again where a file has changed, and not for each of thousands of comments.
   */
  streamPass(knock: Knock, ticket: string | undefined): () => boolean {
    const { backends, keys, nowSeconds } = this.#options
    let [by, under, until] = [backends?.(), keys?.(), 0]
    return () => {
      if (nowSeconds() < until && by === backends?.() && under === keys?.()) return true
      const caller = this.admitToStream(knock, ticket)
      if ('status' in caller) return false
      ;[by, under] = [backends?.(), keys?.()]
      until = caller.is === 'account' ? caller.expires : Number.POSITIVE_INFINITY
      return true
    }
  }

  /** Returns a ticket for a caller's event stream, for a URL; undefined where none is needed. */
  ticketFor(caller: Caller, account: string): string | undefined {
    if (!this.needsToken) return undefined
    const { environment, nowSeconds } = this.#options
    const ticketKey = this.#ticketKey()
    if (ticketKey === undefined) return undefined
    const [key, secret] = ticketKey
    // By the hour, so that what is asked for again within it has the same address.
    const hour = 3_600
    const latest = (Math.floor(nowSeconds() / hour) + 1) * hour + MAX_TTL_SECONDS - hour
    const expires = caller.is === 'account' ? Math.min(caller.expires, latest) : latest
    const of = caller.is === 'account' ? caller.account : account
    return signToken('ticket', { key, expires, account: of }, secret, environment() ?? '')
  }

  #verify(kind: 'token' | 'ticket', text: string): ReturnType<typeof verifyToken> {
    const { keys, environment, nowSeconds } = this.#options
    const known = keys?.() ?? new Map<string, Uint8Array>()
    const own = kind === 'token' ? undefined : this.#ownKey()
    const accepted = own === undefined ? known : new Map([...known, own])
    return verifyToken(kind, text, accepted, environment() ?? '', nowSeconds())
  }

  #ticketKey(): readonly [name: string, key: Uint8Array] | undefined {
    return this.#options.keys?.().entries().next().value ?? this.#ownKey()
  }

  /** Where there are backends' tokens alone, all servers that have them make a key of the first; of nothing, none. */
  #ownKey(): readonly [name: string, key: Uint8Array] | undefined {
    const [first] = this.#options.backends?.() ?? []
    if (first === undefined) return undefined
    return [OWN, createHash('sha256').update('tenfold-ticket-key-v1\n').update(first).digest()]
  }
}

/** No key of a file has this name. */
const OWN = '_'

function tokenIn(headers: IncomingHttpHeaders): string | undefined {
  const [, bearer] = /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  const key = headers['x-api-key']
  return typeof key === 'string' && key !== '' ? key : undefined
}
