import { StoreFailure } from '../../../base/failure.ts'
import { shown } from '../../parse-store-url.ts'
import { isLoopback } from '../http/base-url.ts'

/** A store's location in a bucket: `s3:BUCKET[/PREFIX][?endpoint=URL&region=REGION]`. */
export interface BucketPlace {
  readonly bucket: string
  /** Before every key: empty, or with a slash at its end. */
  readonly prefix: string
  /** A server that speaks S3; undefined for AWS itself. */
  readonly endpoint: URL | undefined
  readonly region: string | undefined
}

const FORM = 's3:BUCKET[/PREFIX][?endpoint=URL&region=REGION]'

/** @throws {StoreFailure} `unsupported`; no message shows what may be a credential. */
export function parseBucketUrl(url: string): BucketPlace {
  const [, place = '', query = ''] = /^s3:(?:\/\/)?([^?#]*)(?:\?([^#]*))?$/.exec(url) ?? []
  const [bucket = '', ...folders] = place.replace(/\/+$/, '').split('/')
  if (place.includes('@')) throw refused(url, `keep credentials out of the URL: ${CREDENTIALS}`)
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket)) {
    throw refused(url, `it names no bucket, of 3 to 63 letters, digits, ".", "_" and "-"; write ${FORM}`)
  }
  // Such a part would be taken for a path, and lead elsewhere.
  if (folders.some((part) => /^\.{0,2}$|[\0-\x1f\x7f\\]/.test(part))) {
    throw refused(url, 'a part of its prefix is empty, `.` or `..`')
  }
  const named = new URLSearchParams(query)
  for (const name of named.keys()) {
    if (NAMES.includes(name)) continue
    throw refused(url, `"${name}" is not for a bucket’s URL; write ${FORM}`)
  }
  const region = named.get('region') ?? undefined
  if (region !== undefined && !/^[a-z0-9-]{1,64}$/i.test(region))
    throw refused(url, 'its region is not the name of one')
  return {
    bucket,
    prefix: folders.length === 0 ? '' : `${folders.join('/')}/`,
    endpoint: endpointIn(url, named.get('endpoint')),
    region,
  }
}

const NAMES = ['endpoint', 'region']

/** Where credentials come from, for messages. */
export const CREDENTIALS =
  'set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a temporary key, AWS_SESSION_TOKEN in the environment'

function endpointIn(url: string, given: string | null): URL | undefined {
  if (given === null) return undefined
  const endpoint = URL.canParse(given) ? new URL(given) : undefined
  if (endpoint === undefined || !/^https?:$/.test(endpoint.protocol)) {
    throw refused(url, 'its endpoint is no URL such as https://s3.example.com')
  }
  if (endpoint.username !== '' || endpoint.password !== '') throw refused(url, 'keep credentials out of the endpoint')
  if (endpoint.search !== '' || endpoint.hash !== '') throw refused(url, 'its endpoint has a query or a fragment')
  // Anyone on the network path could read the prompts.
  if (endpoint.protocol === 'http:' && !isLoopback(endpoint)) throw refused(url, 'use https for its endpoint')
  return endpoint
}

/** Returns the URL below which a store's keys are. An endpoint is asked by path, which every server understands. */
export function baseOfBucket({ bucket, prefix, endpoint, region = DEFAULT_REGION }: BucketPlace): URL {
  const path = prefix.split('/').map(encodeURIComponent).join('/')
  if (endpoint !== undefined) return new URL(`${endpoint.href.replace(/\/+$/, '')}/${bucket}/${path}`)
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  // A certificate for all buckets does not cover a name with a dot in it.
  if (bucket.includes('.')) return new URL(`https://s3.${region}.${domain}/${bucket}/${path}`)
  return new URL(`https://${bucket}.s3.${region}.${domain}/${path}`)
}

/** What AWS itself takes where none is named. */
export const DEFAULT_REGION = 'us-east-1'

function refused(url: string, why: string): StoreFailure {
  return new StoreFailure('unsupported', `${shown(url)} cannot be a store: ${why}`)
}
