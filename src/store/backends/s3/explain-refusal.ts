import { own } from '../../../domain/plain-data.ts'
import type { Answer } from '../http/http-client.ts'
import { CREDENTIALS } from './bucket-place.ts'

/** Why a server refused a request, and what to do. */
export interface BucketRefusal {
  readonly why: string
  readonly help: string
}

/**
 * Explains an answer by the code in it (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 *
 * @param now Milliseconds since 1970, by this machine's clock.
 */
export function explainRefusal({ status, headers, bytes }: Answer, now: number): BucketRefusal {
  const text = bytes === 'unfit' ? '' : bytes.toString('utf8')
  const code = memberOf(text, 'Code')
  const said = code === '' ? `the server answered ${status}` : `the server answered ${status} ${code}`
  if (status === 200 && bytes === 'unfit') {
    return { why: `${said} with more than belongs there`, help: 'check the bucket’s URL, and what else writes there' }
  }
  const known = own(KNOWN, code)
  if (known !== undefined) return { why: `${known.why} (${said})`, help: known.help }
  if (code === 'RequestTimeTooSkewed') return skewed(said, headers.date, now)
  const region = headers['x-amz-bucket-region'] ?? memberOf(text, 'Region')
  if ((status >= 300 && status < 400) || code === 'AuthorizationHeaderMalformed') {
    // The request was signed for its own server: nowhere else is told any part of it.
    const where = typeof region === 'string' && /^[a-z0-9-]{2,64}$/.test(region) ? region : ''
    return where === ''
      ? { why: `the server leads elsewhere, and is not followed (${said})`, help: 'name the bucket’s own endpoint' }
      : { why: `the bucket is in the region ${where} (${said})`, help: `add region=${where} to the URL` }
  }
  return BY_STATUS[status] === undefined
    ? { why: said, help: 'see the server’s own logs; nothing was published' }
    : { why: said, help: BY_STATUS[status] }
}

const KNOWN: Readonly<Record<string, BucketRefusal>> = {
  InvalidAccessKeyId: { why: 'nobody has the access key id that was sent', help: CREDENTIALS },
  SignatureDoesNotMatch: { why: 'the secret access key is not the one of the access key id', help: CREDENTIALS },
  ExpiredToken: {
    why: 'the session token has expired',
    help: 'get a new one and run it again: what was uploaded is used, and nothing was published',
  },
  InvalidToken: { why: 'the session token is not one of this server’s', help: CREDENTIALS },
  TokenRefreshRequired: { why: 'the session token has to be renewed', help: 'get a new one and run it again' },
  NoSuchBucket: { why: 'there is no such bucket', help: 'create it, or check its name, region and endpoint' },
  AccessDenied: {
    why: 'access is denied',
    help: 'let the key read, list and write below the prefix: docs/delivery.md has the policy',
  },
  AllAccessDisabled: { why: 'access is switched off', help: 'ask whoever owns the bucket' },
  SlowDown: { why: 'the server has too many requests', help: 'run it again in a minute: what was uploaded is used' },
  EntityTooLarge: { why: 'the server takes no object of this size', help: 'raise its limit to 16 MiB' },
  QuotaExceeded: { why: 'the bucket is full', help: 'raise its quota, or `tenfold sweep` it' },
  XMinioStorageFull: { why: 'the server’s disk is full', help: 'free some space: nothing was published' },
  NotImplemented: {
    why: 'the server does not know such a request',
    help: 'use a server that knows conditional writes',
  },
}

const BY_STATUS: Readonly<Record<number, string>> = {
  403: 'let the key read, list and write below the prefix: docs/delivery.md has the policy',
  429: 'run it again in a minute: what was uploaded is used',
  500: 'run it again: what was uploaded is used',
  502: 'run it again: what was uploaded is used',
  503: 'run it again in a minute: what was uploaded is used',
  504: 'run it again: what was uploaded is used',
  507: 'free some space there: nothing was published',
}

/** A signature names its time, and a server takes one of the last fifteen minutes. */
function skewed(said: string, date: string | undefined, now: number): BucketRefusal {
  const theirs = Date.parse(date ?? '')
  const minutes = Math.round(Math.abs(now - theirs) / 60_000)
  const by = Number.isNaN(theirs) ? 'wrong' : `${minutes} minutes ${now > theirs ? 'ahead of' : 'behind'} the server’s`
  return { why: `this machine’s clock is ${by} (${said})`, help: 'set the clock, by NTP, and run it again' }
}

/** Returns the text of an element; empty where there is none. Whatever it is, it is only compared or matched. */
function memberOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]{1,200})</${name}>`).exec(xml)?.[1] ?? ''
}
