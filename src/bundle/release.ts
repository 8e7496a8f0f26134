import { canonical } from './canonical.ts'
import { Malformed, OtherFormat, integer, list, object, parseJson, string } from './decode.ts'
import { type Ref, isRef } from './object.ts'

/** What the head says: one release of one environment. */
export interface Release {
  readonly environment: string
  /** Counts up by one with each release of a store; never a git hash. */
  readonly seq: number
  /** The commit in full; null for a dirty tree or without git. */
  readonly commit: string | null
  readonly root: Ref
  /** The sealed keys; null where nothing is sealed. */
  readonly secrets: Ref | null
  /** RFC 3339 times in UTC; null for what was compiled and never released. */
  readonly issued: string | null
  readonly expires: string | null
}

/** A DSSE envelope (https://github.com/secure-systems-lab/dsse), the one file of a store that changes. */
export interface Envelope {
  readonly payloadType: string
  /** Base64 of the payload's bytes. */
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

export const PAYLOAD_TYPE = 'application/vnd.tenfold.release+json'
/** A head is small; a reader takes no more than this. */
export const MAX_HEAD_BYTES = 65_536

export function writeHead(release: Release, signatures: Envelope['signatures'] = []): string {
  const payload = Buffer.from(canonical({ format: 1, ...release }), 'utf8').toString('base64')
  const envelope = { payload, payloadType: PAYLOAD_TYPE, signatures: signatures.map((s) => ({ ...s })) }
  return `${canonical(envelope)}\n`
}

/** @throws {Malformed} */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const head = object(parseJson(bytes, 'head.json'), 'head.json')
  const signatures = list(head['signatures'], 'head.json signatures', (value, what) => {
    const { keyid, sig } = object(value, what)
    return { keyid: string(keyid, `${what}.keyid`), sig: string(sig, `${what}.sig`) }
  })
  const payloadType = string(head['payloadType'], 'head.json payloadType')
  return { payloadType, payload: string(head['payload'], 'head.json payload'), signatures }
}

/** @throws {Malformed} */
export function readRelease(envelope: Envelope): Release {
  if (envelope.payloadType !== PAYLOAD_TYPE) throw new Malformed('head.json is not a tenfold release')
  const bytes = Buffer.from(envelope.payload, 'base64')
  // Buffer is lenient about base64; a payload has one encoding.
  if (bytes.toString('base64') !== envelope.payload) throw new Malformed('head.json has a bad payload')
  const payload = object(parseJson(bytes, 'the release'), 'the release')
  if (payload['format'] !== 1) throw new OtherFormat('the release is of another format than 1')
  const release: Release = {
    environment: string(payload['environment'], 'environment'),
    seq: integer(payload['seq'], 'seq'),
    commit: nullable(payload['commit'], 'commit'),
    root: ref(payload['root'], 'root'),
    secrets: payload['secrets'] === null ? null : ref(payload['secrets'], 'secrets'),
    issued: nullable(payload['issued'], 'issued'),
    expires: nullable(payload['expires'], 'expires'),
  }
  if (release.seq < 1) throw new Malformed('the release has no seq')
  return release
}

function nullable(value: unknown, what: string): string | null {
  return value === null ? null : string(value, what)
}

function ref(value: unknown, what: string): Ref {
  if (!isRef(value)) throw new Malformed(`${what} is not a reference`)
  return value
}
