import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What the guard looks at of a request, before anything else does. */
export interface GuardedRequest {
  readonly method: string
  /** The path with its query, as it was asked for. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export type Verdict =
  | { readonly is: 'admitted' }
  /** The token of the printed address was good: the cookie takes its place. */
  | { readonly is: 'exchanged'; readonly cookie: string; readonly location: string }
  | { readonly is: 'refused'; readonly status: 401 | 403 | 405 | 421; readonly why: RefusedBy }

export type RefusedBy = 'host' | 'cookie' | 'token' | 'origin' | 'method' | 'type' | 'size'

/**
 * Decides who may come in, before any route is looked for. The console is on loopback, where any page of any browser of
 * this machine can send requests: a name that is rebound has another Host, and a form of another port another Origin.
 * SameSite alone does not help, since ports share a site.
 */
export class Guard {
  /** The address of the console: no other Host is served. */
  readonly host: string
  private readonly cookieName: string
  private readonly session = randomBytes(32).toString('base64url')
  /** Good once; undefined when it has been used. */
  private token: string | undefined = randomBytes(32).toString('base64url')
  readonly isReadOnly: boolean

  constructor({ port, readOnly }: { readonly port: number; readonly readOnly: boolean }) {
    this.host = `127.0.0.1:${port}`
    // Cookies know no ports: two consoles would sign each other out.
    this.cookieName = `tenfold-${port}`
    this.isReadOnly = readOnly
  }

  /** The address that is printed; good for one visit. */
  get address(): string {
    return `http://${this.host}/?token=${this.token ?? ''}`
  }

  admit({ method, url, headers }: GuardedRequest): Verdict {
    if (headers.host !== this.host) return refused(421, 'host')
    const isSafe = method === 'GET' || method === 'HEAD'
    if (!isSafe && (method !== 'POST' || this.isReadOnly)) return refused(405, 'method')
    // The cookie comes first: whoever opens the printed address again is let in by it.
    const isKnown = this.hasCookie(headers.cookie)
    const given = queryOf(url).get('token')
    if (isSafe && given !== null) {
      if (isKnown || this.isToken(given)) return this.exchange(isKnown)
      return refused(401, 'token')
    }
    if (!isKnown) return refused(401, 'cookie')
    if (isSafe) return { is: 'admitted' }
    const isOwn = headers.origin === `http://${this.host}`
    const isFromUs = headers['sec-fetch-site'] === undefined || headers['sec-fetch-site'] === 'same-origin'
    return isOwn && isFromUs ? { is: 'admitted' } : refused(403, 'origin')
  }

  private exchange(isKnown: boolean): Verdict {
    if (!isKnown) this.token = undefined
    const cookie = `${this.cookieName}=${this.session}; HttpOnly; SameSite=Strict; Path=/`
    return { is: 'exchanged', cookie, location: '/' }
  }

  private isToken(given: string): boolean {
    return this.token !== undefined && isSame(given, this.token)
  }

  private hasCookie(header: string | undefined): boolean {
    for (const pair of (header ?? '').split(';')) {
      const at = pair.indexOf('=')
      const name = pair.slice(0, Math.max(at, 0)).trim()
      if (name === this.cookieName && isSame(pair.slice(at + 1).trim(), this.session)) return true
    }
    return false
  }
}

function refused(status: 401 | 403 | 405 | 421, why: RefusedBy): Verdict {
  return { is: 'refused', status, why }
}

/** Of what was asked for, which need not be a path. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at))
}

/** Compares in a time that does not depend on where two texts begin to differ. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const POLICY = (style: string): string =>
  `default-src 'none'; script-src 'self'; style-src ${style}; img-src 'self'; connect-src 'self'; font-src 'self'; ` +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The policy of a page whose script may make style sheets with a number that nobody can guess. */
export function policyWith(nonce: string): { readonly 'content-security-policy': string } {
  return { 'content-security-policy': POLICY(`'self' 'nonce-${nonce}'`) }
}

/** The headers of every answer, those of refusals included: a page loads nothing from elsewhere, and nobody frames it. */
export const SECURITY_HEADERS = {
  'content-security-policy': POLICY("'self'"),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const
