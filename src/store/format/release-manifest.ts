import { canonical } from './canonical-json.ts'
import { EarlierFormat, Malformed, type Obj, integer, list, noMore, object, parseJson, string } from './decode-json.ts'
import { readTime } from './decode-time.ts'
import { FORMAT, checkFormat } from './format-version.ts'
import { type Ref, isRef } from './object-ref.ts'
import { type Candidate, type Rollout, readCandidate, readRollout } from './rollout.ts'

/** The content of the head: one release of one environment. */
export interface Release extends Core {
  /** RFC 3339 times in UTC; null if it was compiled and never released. */
  readonly issued: string | null
  readonly expires: string | null
  /** How far the candidate has come; null without one. */
  readonly rollout: Rollout | null
  /** The list of packs; null if there are none. Two stores may pack one content differently. */
  readonly packs: Ref | null
  /** As `ext`, for what the refresh keys may set. */
  readonly refresh_ext: Obj
}

/** The part of a release that the release keys sign, and that stays the same when it is renewed. */
interface Core {
  readonly environment: string
  /** Counts up by one with each release of a store; never a git hash. */
  readonly seq: number
  /** The full commit id; null for a dirty tree or without git. */
  readonly commit: string | null
  /**
   * git's id of the configuration's folder, if every account is exactly what git has under that id: the next compile
   * asks git what has changed since. Left out if that is unknown. Readers ignore it.
   */
  readonly tree?: string
  readonly root: Ref
  /** The sealed keys; null if nothing is sealed. */
  readonly secrets: Ref | null
  /** The root document whose keys sign this release; null if only a local key does. */
  readonly trust: Ref | null
  /** The last release that was meant to lose many accounts; null if none was. */
  readonly shrunk_at: number | null
  /** The past releases, latest first. */
  readonly history: readonly Former[]
  /** What answers for some accounts first; null outside of rollouts. `root` stays the stable one. */
  readonly candidate: Candidate | null
  /** Where later versions add members, which readers of this one ignore. */
  readonly ext: Obj
}

/** What most releases have of the members that few use. */
export const PLAIN = { candidate: null, ext: {}, rollout: null, packs: null, refresh_ext: {} } as const

/** The content of a past release: enough to go back to it, and to know which objects to keep. */
interface Former {
  readonly seq: number
  readonly commit: string | null
  readonly root: Ref
  readonly secrets: Ref | null
}

export interface Signature {
  /** SHA-256 of the public key's 32 bytes, in hexadecimal: a hint, which proves nothing. */
  readonly keyid: string
  /** 64 bytes in base64. */
  readonly sig: string
}

/** A head as read: well-formed and in its canonical encoding, with its signatures not verified yet. */
export interface Head {
  /** All of it, as it was read. */
  readonly bytes: Uint8Array
  readonly release: Release
  /** By the release keys, over the core. They stay when a release is signed anew. */
  readonly core: readonly Signature[]
  /** By the release or refresh keys, over the payload. */
  readonly signatures: readonly Signature[]
  readonly payload: Uint8Array
}

/** The head is a DSSE envelope (https://github.com/secure-systems-lab/dsse), the one file of a store that changes. */
export const PAYLOAD_TYPE = 'application/vnd.tenfold.release+json'
export const SIGNED_PART_TYPE = 'application/vnd.tenfold.release-core+json'
/** A head is small; a reader accepts no more than this. */
export const MAX_HEAD_BYTES = 65_536
/** How many past releases a head records. */
export const HISTORY = 10
/** A head with more signatures than this is an attempt to waste our time. */
export const MAX_SIGNATURES = 32

/** How many accounts a release has, and the previous one. */
export interface Counts {
  readonly before: number
  readonly after: number
}

/** Below this many accounts, a percentage means little. */
const SUSPECT_ACCOUNTS = 20
/** Losing a larger share of the accounts at once is more likely an accident than intended. */
export const SUSPECT_PERCENT = 50

/** Whether a reader requires a signed confirmation, `shrunk_at`, before it drops this many accounts. */
export function isSuspect({ before, after }: Counts): boolean {
  return before >= SUSPECT_ACCOUNTS && (before - after) * 100 > before * SUSPECT_PERCENT
}

/** Returns the bytes that the release keys sign. */
export function signedPartBytes(release: Release): Uint8Array {
  const { issued: _, expires: _expires, rollout: _rollout, packs: _packs, refresh_ext: _ext, ...core } = release
  return Buffer.from(canonical({ format: FORMAT, ...core }), 'utf8')
}

/** Returns the bytes over which a head is signed. */
export function payloadBytes(release: Release, core: readonly Signature[]): Uint8Array {
  return Buffer.from(canonical({ format: FORMAT, ...release, core }), 'utf8')
}

export function writeHead(
  release: Release,
  core: readonly Signature[] = [],
  signatures: readonly Signature[] = [],
): string {
  const payload = Buffer.from(payloadBytes(release, core)).toString('base64')
  return `${canonical({ payload, payloadType: PAYLOAD_TYPE, signatures })}\n`
}

/** @throws {Malformed} when the bytes are not a head in its canonical encoding. */
export function readHead(bytes: Uint8Array): Head {
  const envelope = object(parseJson(bytes, 'head.json'), 'head.json')
  if (string(envelope['payloadType'], 'head.json payloadType') !== PAYLOAD_TYPE) {
    throw new Malformed('head.json is not a tenfold release')
  }
  const text = string(envelope['payload'], 'head.json payload')
  const payload = Buffer.from(text, 'base64')
  // Buffer is lenient about base64; a payload has only one spelling.
  if (payload.toString('base64') !== text) throw new Malformed('head.json has a bad payload')
  const { format, core: signed, ...said } = object(parseJson(payload, 'the release'), 'the release')
  checkFormat(format, 'the release')
  const release = readRelease(said)
  const core = readSignatures(signed, 'the release’s core')
  const signatures = readSignatures(envelope['signatures'], 'head.json signatures')
  if (!Buffer.from(writeHead(release, core, signatures), 'utf8').equals(bytes)) {
    throw new Malformed('head.json is not in its one encoding')
  }
  return { bytes, release, core, signatures, payload }
}

function readRelease(said: Obj): Release {
  const { environment, seq, commit, root, secrets, ...others } = said
  const former = readFormer({ seq, commit, root, secrets }, 'the release')
  const { tree, trust, shrunk_at, history, candidate, ext, ...renewed } = others
  const { issued, expires, rollout, packs, refresh_ext, ...more } = renewed
  noMore(more, 'the release')
  const next = readCandidate(candidate, former.root)
  return {
    environment: string(environment, 'environment'),
    ...former,
    ...(tree !== undefined && { tree: string(tree, 'tree') }),
    trust: trust === null ? null : ref(trust, 'trust'),
    shrunk_at: shrunk_at === null ? null : integer(shrunk_at, 'shrunk_at'),
    history: readHistory(history, former.seq),
    candidate: next,
    ext: object(ext, 'ext'),
    issued: issued === null ? null : readTime(issued, 'issued'),
    expires: expires === null ? null : readTime(expires, 'expires'),
    rollout: readRollout(rollout, next),
    packs: packs === null ? null : ref(packs, 'packs'),
    refresh_ext: object(refresh_ext, 'refresh_ext'),
  }
}

/** Whether a head is of an earlier format: there is a file to replace, and nothing to read or to build upon. */
export function isOutdated(head: Uint8Array): boolean {
  try {
    readHead(head)
    return false
  } catch (error) {
    return error instanceof EarlierFormat
  }
}

/** Reads the past releases, latest first, all of which must precede the release that records them. */
function readHistory(value: unknown, seq: number): Former[] {
  const history = list(value, 'history', readFormer)
  if (history.length > HISTORY) throw new Malformed(`its history is of more than ${HISTORY} releases`)
  let next = seq
  for (const former of history) {
    if (former.seq >= next) throw new Malformed('its history is not in order')
    next = former.seq
  }
  return history
}

function readFormer(value: unknown, what: string): Former {
  const { seq, commit, root, secrets } = object(value, what)
  const number = integer(seq, `the seq of ${what}`)
  if (number < 1) throw new Malformed(`${what} has no seq`)
  return {
    seq: number,
    commit: commit === null ? null : string(commit, 'commit'),
    root: ref(root, 'root'),
    secrets: secrets === null ? null : ref(secrets, 'secrets'),
  }
}

function readSignatures(value: unknown, what: string): Signature[] {
  const signatures = list(value, what, (item, at) => {
    const { keyid, sig } = object(item, at)
    return { keyid: string(keyid, `${at}.keyid`), sig: string(sig, `${at}.sig`) }
  })
  if (signatures.length > MAX_SIGNATURES) throw new Malformed(`${what} are more than ${MAX_SIGNATURES}`)
  return signatures
}

function ref(value: unknown, what: string): Ref {
  if (!isRef(value)) throw new Malformed(`${what} is not a reference`)
  return value
}
