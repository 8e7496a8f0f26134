import { isSuspect } from '../store/format/release-manifest.ts'
import { own } from '../domain/plain-data.ts'
import type { RootDocument } from '../trust/root-document.ts'
import { type Floor, verifiedHead, follows, isExpired, isLaterWord } from './load/verified-head.ts'
import type { VerifiedRelease } from '../trust/verify-release.ts'
import { quote } from '../base/quote-name.ts'
import { TenfoldError } from './tenfold-error.ts'
import type { Keys } from './key-sources.ts'
import type { LoadedContent } from './load/loaded-content.ts'
import { type LoadManner, load } from './load/load-release.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { Reader } from './snapshot-reader.ts'
import type { StoreReader } from '../store/backend-types.ts'

/** The release that answers now: built completely before it is put in place, and replaced as a whole. */
export interface CurrentRelease extends VerifiedRelease {
  readonly content: LoadedContent
  readonly keys: Keys
  readonly reader: Reader
}

/** How accounts are found, and who is told of what keeps no release from answering. */
export type AdvanceManner = Omit<LoadManner, 'lazy'>

/**
 * Loads the store's current release: the same object if nothing is new, otherwise the next release, which shares
 * whatever did not change. In this order: bound, verify, check environment, seq and expiry, fetch by digest, check,
 * apply the policy, unseal, build. Nothing takes effect until all of it is done.
 *
 * @param floor the release that the next one has to follow, if it is not the current one.
 * @throws {TenfoldError} when the release must not be used.
 */
export async function advance(
  present: CurrentRelease | undefined,
  decided: ResolvedOptions,
  manner: AdvanceManner,
  store: StoreReader = decided.store,
  floor: Floor | undefined = present,
): Promise<CurrentRelease> {
  const bytes = await store.head()
  if (present !== undefined && bytes.equals(present.head.bytes)) return present
  const next = await verifiedHead(bytes, store, decided.trust, floor)
  if (decided.environment !== undefined && next.release.environment !== decided.environment) {
    throw new TenfoldError(
      'environment_changed',
      `the store offers a release for ${quote(next.release.environment)}, and ${quote(decided.environment)} is wanted`,
    )
  }
  const isLater = floor === undefined || follows(next, floor)
  if (!isLater && present !== undefined) {
    // A store with an older signed head, which expires sooner, brings nothing new.
    if (!isLaterWord(next, present)) return present
    return { ...present, ...next }
  }
  if (decided.trust.is === 'root' && isExpired(next.release, decided.now())) {
    throw new TenfoldError('expired', `release ${next.release.seq} of ${store.url} expired at ${next.release.expires}`)
  }
  const content = await load(store, next.release, present?.content, { ...manner, lazy: decided.lazy })
  checkShrinking(next, present, content)
  checkSecrets(content, next.document)
  const keys = await decided.keys(next.release, store, present)
  return { ...next, content, keys, reader: new Reader(next.release, content, { ...decided, keys }, present?.reader) }
}

/** Losing most accounts at once is more likely an accident than intended: it needs a signature that confirms it. */
function checkShrinking(
  { release, epoch }: VerifiedRelease,
  present: CurrentRelease | undefined,
  { accounts }: LoadedContent,
): void {
  if (present === undefined) return
  const counts = { before: present.content.accounts.count, after: accounts.count }
  const since = epoch > present.epoch ? 0 : present.release.seq
  if (!isSuspect(counts) || (release.shrunk_at !== null && release.shrunk_at > since)) return
  throw new TenfoldError(
    'shrink_refused',
    `release ${release.seq} has ${counts.after} of ${counts.before} accounts, and does not say that this is meant`,
  )
}

/** No provider is sent a key that the root does not grant it, whatever the settings contain. */
function checkSecrets({ globals }: LoadedContent, document: RootDocument | undefined): void {
  if (document === undefined) return
  for (const [provider, { secret }] of Object.entries(globals.value.providers)) {
    if (own(document.signed.secrets, provider)?.includes(secret) === true) continue
    throw new TenfoldError(
      'secret_refused',
      `the root of trust does not let ${quote(provider)} use the secret ${quote(secret)}`,
    )
  }
}
