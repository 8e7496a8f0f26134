import { createHmac, timingSafeEqual } from 'node:crypto'
import { type PlanName, isPlan } from '../../domain/settings-types.ts'
import { isId } from '../../store/format/account-leaf.ts'

/** What a token lets its bearer ask. */
export interface Grant {
  /** The name of the key under which it is signed: without that key it is worth nothing. */
  readonly key: string
  /** Seconds since 1970. */
  readonly expires: number
  /** The only account that it is for; empty in a ticket of somebody who may ask for all. */
  readonly account: string
  /** The live plan by which the account is asked for; undefined where the bearer may name one. */
  readonly plan: PlanName | undefined
}

/** `token` asks for answers; `ticket` opens an event stream and nothing else, since it is part of a URL. */
export type TokenKind = 'token' | 'ticket'

/** Keys by name, 32 bytes each. */
export type TokenKeys = ReadonlyMap<string, Uint8Array>

/** The longest time for which a token is good. */
export const MAX_TTL_SECONDS = 86_400
/** Machines that make tokens and that check them have clocks of their own. */
const SKEW_SECONDS = 60

const KINDS = {
  token: { prefix: 't1', domain: 'tenfold-token-v1' },
  ticket: { prefix: 'e1', domain: 'tenfold-ticket-v1' },
} as const

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/

export function isKeyName(name: string): boolean {
  return NAME.test(name)
}

/** Writes `t1.KEY.EXP.ACCOUNT.PLAN.MAC`, or the same as a ticket. */
export function signToken(
  kind: TokenKind,
  { key, expires, account, plan = '' }: Omit<Grant, 'plan'> & { readonly plan?: string | undefined },
  secret: Uint8Array,
  environment: string,
): string {
  const said = [KINDS[kind].prefix, key, expires, account, plan].join('.')
  return `${said}.${macOf(kind, said, secret, environment).toString('base64url')}`
}

/** Returns what a token grants now; undefined for one that is forged, cut, expired, or of a key that is gone. */
export function verifyToken(
  kind: TokenKind,
  text: string,
  keys: TokenKeys,
  environment: string,
  nowSeconds: number,
): Grant | undefined {
  const parts = text.split('.')
  const [prefix, key = '', exp = '', account = '', plan = '', mac = ''] = parts
  const secret = keys.get(key)
  if (parts.length !== 6 || prefix !== KINDS[kind].prefix || secret === undefined) return undefined
  const given = Buffer.from(mac, 'base64url')
  const wanted = macOf(kind, text.slice(0, text.length - mac.length - 1), secret, environment)
  // Buffer is lenient about base64: a token has one spelling.
  if (given.length !== wanted.length || given.toString('base64url') !== mac) return undefined
  if (!timingSafeEqual(given, wanted)) return undefined
  const expires = /^[1-9][0-9]{0,11}$/.test(exp) ? Number(exp) : 0
  if (expires <= nowSeconds || expires > nowSeconds + MAX_TTL_SECONDS + SKEW_SECONDS) return undefined
  const isForAll = kind === 'ticket' && account === ''
  if (!isForAll && !isId(account)) return undefined
  if (plan === '') return { key, expires, account, plan: undefined }
  return isPlan(plan) ? { key, expires, account, plan } : undefined
}

function macOf(kind: TokenKind, said: string, secret: Uint8Array, environment: string): Buffer {
  return createHmac('sha256', secret).update(`${KINDS[kind].domain}\n${environment}\n${said}`, 'utf8').digest()
}
