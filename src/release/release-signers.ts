import { textObject } from '../store/format/object-ref.ts'
import {
  type Counts,
  type Head,
  PLAIN,
  type Release,
  SUSPECT_PERCENT,
  isSuspect,
  readHead,
} from '../store/format/release-manifest.ts'
import { Failure } from '../base/failure.ts'
import { type Last, type Signer, follow, wellFormed } from '../store/release-succession.ts'
import type { Backend } from '../store/backend-types.ts'
import type { LocalKey } from '../trust/private-keys.ts'
import { descendsFrom, epochAt, epochOf } from '../trust/root-descent.ts'
import { type RootDocument, writeRootDocument } from '../trust/root-document.ts'
import { type PrivateKey, signHead } from '../trust/sign-head.ts'
import { type Authority, soleAuthority, verifyHead } from '../trust/verify-release.ts'
import { Untrusted } from '../trust/public-key.ts'
import { verifyHeadOf, documentOf } from './verify-release.ts'

export interface Timing {
  /** Milliseconds since 1970; undefined where nothing is released. */
  readonly now: number | undefined
  /** How long a release is good for. */
  readonly days: number
}

export interface Shrinking {
  /** The share of the accounts, in percent, that one release may remove; undefined where none is set. */
  readonly percent: number | undefined
  /** Whether more may go, by explicit permission. */
  readonly isAllowed: boolean
}

/** A root, and enough of its release keys to sign under it. */
export interface SigningRoot {
  readonly document: RootDocument
  readonly keys: readonly PrivateKey[]
  /** The version of it that CI pins; undefined where none is pinned. */
  readonly pinned: RootDocument | undefined
}

/**
 * Returns the signer of the local store: it signs with the machine's own key, and with the root's where they are at
 * hand.
 */
export function localSigner(
  local: Pick<LocalKey, 'public' | 'private'>,
  more: SigningRoot | undefined,
  timing: Timing,
  shrinking: Shrinking,
): Signer {
  const trust = more === undefined ? null : textObject(writeRootDocument(more.document))
  return {
    trust,
    epoch: more === undefined ? 0 : epochOf(more.document),
    async last(target, bytes) {
      const head = wellFormed(target, () => readHead(bytes))
      // Whatever was here before, this machine is its only writer: what it did not sign is signed now.
      const isOurs = local.public !== undefined && isSound(head, soleAuthority(local.public))
      return { release: head.release, isGood: isOurs && !isOver(head.release, timing), isOurs }
    },
    next(draft, last, counts) {
      const place = placeAfter(last)
      // A store written by others may have any number; this machine's readers hold on to none of those.
      const isForeign = last?.isOurs === false && Number.isSafeInteger(last.release.seq + 1)
      const seq = isForeign ? last.release.seq + 1 : place.seq
      return {
        ...PLAIN,
        ...draft,
        trust: trust?.ref ?? null,
        ...place,
        seq,
        shrunk_at: shrunkAt(seq, last, counts, shrinking),
        ...timesOf(timing, more !== undefined),
      }
    },
    sign: (release) => signHead(release, [local.private(), ...(more?.keys ?? [])]),
  }
}

/** Returns the signer of any other store: it signs with the release keys of the root, and builds on nothing less. */
export function rootedSigner({ document, keys, pinned }: SigningRoot, timing: Timing, shrinking: Shrinking): Signer {
  const trust = textObject(writeRootDocument(document))
  return {
    trust,
    epoch: epochOf(document),
    async last(target, bytes) {
      const theirs = await formerDocument(target, bytes, document)
      // Checked again with every release manifest, since others may have published under a newer root meanwhile.
      const objection = objectionTo(document, theirs, pinned, target)
      if (objection !== undefined) throw refusedRoot(objection)
      if (!descendsFrom(document, theirs)) {
        const { release } = wellFormed(target, () => readHead(bytes))
        return { release, isGood: false, isOurs: false }
      }
      const { release } = await verifyHeadOf(target, bytes, { is: 'root', document: theirs }, theirs)
      // Theirs is a version of ours; the signatures of its own earlier versions have not been verified.
      const isOurs = epochAt(document, theirs.signed.version) === epochOf(document)
      return { release, isGood: isOurs && !isOver(release, timing), isOurs }
    },
    next(draft, last, counts) {
      const place = placeAfter(last)
      return {
        ...PLAIN,
        ...draft,
        trust: trust.ref,
        ...place,
        shrunk_at: shrunkAt(place.seq, last, counts, shrinking),
        ...timesOf(timing, true),
      }
    },
    sign: (release) => signHead(release, keys),
  }
}

/**
 * Returns where a release comes after the last one. A new release key counts from the start: whatever the old one
 * signed is over, however high its seq, and its past releases are not repeated under the new one. @throws {Failure}
 */
function placeAfter(last: Last | undefined): Pick<Release, 'seq' | 'history'> {
  const place = follow(last?.isOurs === true ? last.release : undefined)
  if (Number.isSafeInteger(place.seq)) return place
  throw new Failure(
    'world',
    'the store has reached the highest seq there is',
    'rotate the release key: `tenfold keys rotate release` begins a new count',
  )
}

/** Returns the root under which a target's release manifest was signed. @throws {Failure} */
export async function formerDocument(target: Backend, bytes: Uint8Array, known: RootDocument): Promise<RootDocument> {
  const { release } = wellFormed(target, () => readHead(bytes))
  try {
    return await documentOf(target, release, known)
  } catch (error) {
    if (!(error instanceof Untrusted)) throw error
    throw new Failure(
      'world',
      `the store ${target.url} was not released under a root: ${error.message}`,
      'publish into an empty folder, or delete its head.json once you know who wrote it',
    )
  }
}

/**
 * Returns why a root may not be used for a target; undefined where it may. It has to follow from the digest that CI
 * pins, and from the root of the target's last release: of two of different descent, the pinned one wins.
 */
export function objectionTo(
  document: RootDocument,
  theirs: RootDocument,
  pinned: RootDocument | undefined,
  target: Backend,
): string | undefined {
  if (descendsFrom(document, theirs)) return undefined
  if (pinned !== undefined && !descendsFrom(theirs, pinned)) return undefined
  const { version } = theirs.signed
  return (
    `root ${document.signed.version} does not follow from root ${version}, ` +
    `under which ${target.url} was last released`
  )
}

export function refusedRoot(objection: string): Failure {
  return new Failure(
    'refused',
    objection,
    'restore config/trust/root.json from the default branch; ' +
      'only `tenfold keys`, with the root keys, makes the next one',
  )
}

function shrunkAt(
  seq: number,
  last: Last | undefined,
  counts: Counts,
  { percent, isAllowed }: Shrinking,
): number | null {
  if (last === undefined) return null
  const gone = counts.before - counts.after
  const isTooMuch = percent === undefined ? isSuspect(counts) : gone * 100 > counts.before * percent
  if (!isAllowed && isTooMuch) {
    throw new Failure(
      'refused',
      `this release would take away ${gone} of ${counts.before} accounts, more than ${percent ?? SUSPECT_PERCENT} %`,
      'if that is meant, say so with --allow-shrink; the limit is guards.max_accounts_removed_percent in tenfold.yaml',
    )
  }
  if (isSuspect(counts)) return seq
  // In a new count, a permission given in the old one was given before its first release.
  return last.isOurs || last.release.shrunk_at === null ? last.release.shrunk_at : 1
}

function timesOf({ now, days }: Timing, expires: boolean): Pick<Release, 'issued' | 'expires'> {
  if (now === undefined) return { issued: null, expires: null }
  return { issued: timeOf(now), expires: expires ? timeOf(now + days * DAY_MS) : null }
}

export const DAY_MS = 86_400_000
/** How long a release is good for where tenfold.yaml does not set it. */
export const DEFAULT_DAYS = 30

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * Whether a release is signed anew even where nothing changed: half of its time is gone, or it was compiled and never
 * released.
 */
function isOver({ issued, expires }: Release, { now }: Timing): boolean {
  if (now === undefined) return false
  if (issued === null) return true
  if (expires === null) return false
  return now > (Date.parse(issued) + Date.parse(expires)) / 2
}

function isSound(head: Head, authority: Authority): boolean {
  try {
    verifyHead(head, authority)
    return true
  } catch (error) {
    if (error instanceof Untrusted) return false
    throw error
  }
}
