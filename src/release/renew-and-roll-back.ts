import { type Release, readHead } from '../store/format/release-manifest.ts'
import { Failure } from '../base/failure.ts'
import { publish } from './publish-copy.ts'
import type { Signer } from '../store/release-succession.ts'
import { type Backend, readableHead } from '../store/backend-types.ts'
import { verify } from './verify-store.ts'
import type { RootDocument } from '../trust/root-document.ts'
import { type PrivateKey, resignHead } from '../trust/sign-head.ts'
import { Untrusted } from '../trust/public-key.ts'
import { verifyHead } from '../trust/verify-release.ts'
import {
  DAY_MS,
  DEFAULT_DAYS,
  type Timing,
  localSigner,
  objectionTo,
  refusedRoot,
  rootedSigner,
  timeOf,
} from './release-signers.ts'
import { type Signing, keysFor, needRoot, pinnedIn, rootedBy } from './keys-at-hand.ts'
import { type Trusted, verifyHeadOf, documentOf, noStore, readTrusted } from './verify-release.ts'

/**
 * A target that already holds a release, with the keys that sign there, and those that its releases have to be signed
 * by.
 */
export interface Opened {
  readonly url: string
  readonly target: Backend
  readonly trusted: Trusted
  readonly publisher: Signer
}

/** @throws {Failure} where there is no root for a target that needs one, or no key. */
export function openForSigning(
  url: string,
  target: Backend,
  document: RootDocument | undefined,
  signing: Signing,
  days = DEFAULT_DAYS,
): Opened {
  const timing: Timing = { now: signing.now(), days }
  // Naming a past release to return to, or what to publish, is permission enough.
  const shrinking = { percent: undefined, isAllowed: true }
  if (signing.isLocalStore(target)) {
    const more = document === undefined ? undefined : rootedBy(document, signing, false)
    return {
      url,
      target,
      trusted: { is: 'local', key: signing.local.public },
      publisher: localSigner(signing.local, more, timing, shrinking),
    }
  }
  if (document === undefined) throw needRoot('publishing to', url)
  const rooted = {
    document,
    keys: keysFor('release', document, signing, true),
    pinned: pinnedIn(document, signing.env),
  }
  return { url, target, trusted: { is: 'root', document }, publisher: rootedSigner(rooted, timing, shrinking) }
}

/**
 * Renews a target's release: the same release, by the refresh keys or the release keys. Its content was signed before,
 * so a refresh key can renew and nothing else. @throws {Failure}
 */
export async function refresh(
  url: string,
  target: Backend,
  document: RootDocument | undefined,
  signing: Signing,
  days = DEFAULT_DAYS,
): Promise<Release> {
  const { trusted, keys } = refreshers(url, target, document, signing)
  for (;;) {
    const expected = await readableHead(target)
    if (expected === undefined) throw noStore(target)
    const {
      head: { core },
      release: before,
    } = await verifyHeadOf(target, expected, trusted)
    const now = signing.now()
    if (before.expires !== null && Date.parse(before.expires) <= now) {
      // A writer of the store may have put an old release back: an expired one is not to come to life by itself.
      throw new Failure(
        'world',
        `release ${before.seq} of ${url} expired at ${before.expires}`,
        'release again, with the release key: `tenfold release --to …`',
      )
    }
    const release = { ...before, issued: timeOf(now), expires: timeOf(now + days * DAY_MS) }
    const head = resignHead(release, core, keys)
    if (trusted.is === 'root') await refuseUnreadable(url, target, head, trusted.document, signing)
    // Where another publisher has published since, theirs is the release to renew.
    const { done } = await target.publish({ objects: [], expected, head })
    if (done) return release
  }
}

/** @throws {Failure} when a service that knows no root but the store's own would not take the release manifest. */
async function refuseUnreadable(
  url: string,
  target: Backend,
  text: string,
  document: RootDocument,
  signing: Signing,
): Promise<void> {
  const head = readHead(Buffer.from(text))
  const theirs = await documentOf(target, head.release)
  const objection = objectionTo(document, theirs, pinnedIn(document, signing.env), target)
  if (objection !== undefined) throw refusedRoot(objection)
  try {
    verifyHead(head, theirs.signed)
  } catch (error) {
    if (!(error instanceof Untrusted)) throw error
    throw new Failure(
      'world',
      `the refresh key here is not one of root ${theirs.signed.version}, under which ${url} was released`,
      `release once with the release key, so that the store carries root ${document.signed.version}`,
    )
  }
}

function refreshers(
  url: string,
  target: Backend,
  document: RootDocument | undefined,
  signing: Signing,
): { readonly trusted: Trusted; readonly keys: readonly PrivateKey[] } {
  if (signing.isLocalStore(target)) {
    const key = signing.local.private()
    return {
      trusted: { is: 'local', key: key.public },
      keys: [key, ...(document === undefined ? [] : keysFor('release', document, signing, false))],
    }
  }
  if (document === undefined) throw needRoot('publishing to', url)
  const refreshing = keysFor('refresh', document, signing, false)
  const keys = refreshing.length > 0 ? refreshing : keysFor('release', document, signing, false)
  return {
    trusted: { is: 'root', document },
    keys: keys.length > 0 ? keys : keysFor('refresh', document, signing, true),
  }
}

/**
 * Publishes the content of a past release as a new one: running services take it, because its seq is the highest. The
 * sealed keys stay those of the last release, since an old set may hold a key that was revoked. @throws {Failure}
 */
export async function rollback({ url, target, trusted, publisher }: Opened, seq: number): Promise<Release> {
  const { release: last } = await readTrusted(target, trusted)
  const former = [last, ...last.history].find((one) => one.seq === seq)
  if (former === undefined) {
    const known = last.history.map((one) => one.seq)
    throw new Failure(
      'usage',
      `${url} has no release ${seq} to go back to`,
      known.length === 0
        ? `release ${last.seq} is its first`
        : `it keeps ${known.join(', ')}; for an older one, revert the commit and release`,
    )
  }
  const { problems } = await verify(target, { ...last, root: former.root })
  if (problems.length > 0) {
    throw new Failure(
      'world',
      `release ${seq} of ${url} is not whole any more: ${problems[0] ?? ''}`,
      'revert the commit and release instead',
    )
  }
  const draft = { environment: last.environment, commit: former.commit, root: former.root, secrets: last.secrets }
  // Requested by its number, it is published anew even where the last release holds the very same.
  const anew: Signer = {
    ...publisher,
    last: async (to, bytes) => ({ ...(await publisher.last(to, bytes)), isGood: false }),
  }
  return (await publish(target, draft, target, anew)).release
}
