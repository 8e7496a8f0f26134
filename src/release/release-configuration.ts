import { refuseTrackedLink } from '../git/worktree/is-tracked.ts'
import { masked } from '../git/parse-git-url.ts'
import type { StoredObject } from '../store/format/object-ref.ts'
import type { Release } from '../store/format/release-manifest.ts'
import { type Compiled, compile } from '../pipeline.ts'
import { openBackend } from '../store/open-backend.ts'
import { isAncestor } from '../git/history/is-ancestor.ts'
import { type Failure, StoreFailure } from '../base/failure.ts'
import { type RaceOptions, publish } from './publish-copy.ts'
import { publishEverywhere } from './publish-everywhere.ts'
import { type Signer, unsigned } from '../store/release-succession.ts'
import { type Backend, readableHead } from '../store/backend-types.ts'
import { FileBackend } from '../store/backends/file-backend.ts'
import type { RootDocument } from '../trust/root-document.ts'
import type { CheckedGlobals } from '../check/check-globals.ts'
import type { Origin } from '../source/open-configuration.ts'
import { globalContents, targetNamed, tenfoldIn } from '../check/check-global-files.ts'
import {
  DEFAULT_DAYS,
  type Shrinking,
  type Timing,
  formerDocument,
  localSigner,
  objectionTo,
  refusedRoot,
  rootedSigner,
} from './release-signers.ts'
import { rootOfTrust } from '../check/read-root-of-trust.ts'
import { sealSecrets } from './seal-secrets.ts'
import { type Signing, needRoot, pinnedIn, rootedBy } from './keys-at-hand.ts'

export interface ReleaseRequest extends Signing {
  /** As people write them: URLs, or names in tenfold.yaml. */
  readonly to: readonly string[]
  /** Instead of the one that tenfold.yaml names. */
  readonly environment: string | undefined
  readonly allowMissing: boolean
  readonly allowShrink: boolean
  readonly fingerprint: string
  /** Whether any store may be built upon. */
  readonly reuses: boolean
  /** @throws {Failure} where a checkout may have brought what is in a folder of this machine's own. */
  refuseBrought(folder: string): Promise<void>
  readonly note: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

export interface Released {
  readonly compiled: Compiled
  /** The store that was compiled into first. */
  readonly store: string
  readonly published: readonly { readonly target: string; readonly seq: number }[]
  /** Why some of several targets do not have the release. */
  readonly failed: readonly { readonly target: string; readonly failure: Failure }[]
}

/** The local store, in the working directory, which needs no root: this machine's own key signs it. */
export const LOCAL_STORE = '.tenfold/store'

/** Checks, compiles, seals, signs and publishes. @throws {Failure} */
export async function release(origin: Origin, request: ReleaseRequest): Promise<Released> {
  const tenfold = tenfoldIn(await globalContents((await origin.listGlobals()).files, origin.contents))
  const environment = request.environment ?? tenfold?.environment
  const targets = request.to.map((url) => ({ url, target: openBackend(targetNamed(url, tenfold), environment) }))
  for (const { target } of targets) if (target instanceof FileBackend) await refuseTrackedLink(target.folder)
  const others = targets.filter(({ target }) => !request.isLocalStore(target))
  const root = await rootOfTrust(origin)
  const document = root === undefined || 'problem' in root ? undefined : root
  if (root === undefined) for (const { url } of others) throw needRoot('publishing to', url)
  // All of this before anything is sealed: what must not be published must not be sealed either.
  if (document !== undefined) await refuseForeign(document, others, request)

  const timing: Timing = { now: request.now(), days: tenfold?.expires_after_days ?? DEFAULT_DAYS }
  const shrinking: Shrinking = {
    percent: tenfold?.guards?.max_accounts_removed_percent,
    isAllowed: request.allowShrink,
  }
  // A folder is compiled into, so that it is its own cache; what goes to several places is compiled here, and copied.
  const first = targets.find(({ target }) => {
    return target instanceof FileBackend && (others.length < 2 || request.isLocalStore(target))
  })
  const base = first?.target instanceof FileBackend ? first.target : new FileBackend(request.localStore)
  await request.refuseBrought(base.folder)
  const rooted = document === undefined ? undefined : rootedBy(document, request, others.length > 0)
  const publisherOf = (target: unknown): Signer => {
    if (request.isLocalStore(target)) return localSigner(request.local, rooted, timing, shrinking)
    // A root that cannot be used is an error of the check, which comes before anything is published.
    return rooted === undefined ? unsigned : rootedSigner(rooted, timing, shrinking)
  }
  const descends = async (commit: string, from: string): Promise<boolean> => {
    const { repository } = origin
    return repository !== undefined && isAncestor(repository, from, commit)
  }
  const seal = sealing(document, request, request.allowMissing || others.length === 0)
  try {
    const compiled = await compile(origin, base, {
      fingerprint: request.fingerprint,
      publisher: publisherOf(base),
      note: request.note,
      descends,
      seal,
      reuses: request.reuses,
      // A release that goes elsewhere under a root is built on what was released there, not on this machine's state.
      ...(request.isLocalStore(base) && others.length > 0 && { basis: await basisIn(others, publisherOf) }),
      ...(request.environment !== undefined && { environment: request.environment }),
      ...(request.progress !== undefined && { progress: request.progress }),
    })
    const store = first === undefined || request.isLocalStore(base) ? LOCAL_STORE : first.url
    if (compiled.emitted === undefined) return { compiled, store, published: [], failed: [] }
    const { release: made } = compiled.emitted
    const rest = targets.filter(({ target }) => target !== base)
    const done = await deliver(base, made, rest, publisherOf, { descends, note: request.note })
    const results = targets.map(({ url, target }) => ({ target: masked(url), result: done.get(target) ?? made }))
    return {
      compiled,
      store,
      published: results.flatMap(({ target, result }) => ('seq' in result ? [{ target, seq: result.seq }] : [])),
      failed: results.flatMap(({ target, result }) => ('seq' in result ? [] : [{ target, failure: result }])),
    }
  } catch (error) {
    request.local.undo()
    throw error
  }
}

/** Publishes a compiled release to the other targets; to one of them alone, its failure ends the command. */
async function deliver(
  base: FileBackend,
  made: Release,
  targets: readonly { readonly target: Backend }[],
  publisherOf: (target: Backend) => Signer,
  race: Required<RaceOptions>,
): Promise<ReadonlyMap<Backend, Release | Failure>> {
  const destinations = targets.map(({ target }) => ({ target, publisher: publisherOf(target) }))
  const [only, ...others] = destinations
  if (only === undefined) return new Map()
  if (others.length === 0) {
    const { target, publisher } = only
    if (target.isCopy === true) {
      race.note(
        `${target.url} has no compare-and-swap: publish there from one place at a time, or beside a target that has`,
      )
    }
    const { release, isOvertaken } = await publish(base, made, target, publisher, race)
    if (isOvertaken)
      race.note(`${target.url} holds release ${release.seq}, which contains this one: nothing was published`)
    return new Map([[target, release]])
  }
  const outcomes = await publishEverywhere(base, made, destinations, race.descends)
  return new Map(outcomes.map((one) => [one.target, 'failure' in one ? one.failure : one.release]))
}

/** Returns the release that every target under the root holds already; undefined where they differ. */
async function basisIn(
  targets: readonly { readonly target: Backend }[],
  publisherOf: (target: Backend) => Signer,
): Promise<Release | undefined> {
  let basis: Release | undefined
  for (const { target } of targets) {
    const head = await headOfAny(target, targets.length)
    if (head === 'unreadable') continue
    const last = head === undefined ? undefined : await publisherOf(target).last(target, head)
    if (last?.isOurs !== true || (basis !== undefined && basis.root !== last.release.root)) return undefined
    basis = last.release
  }
  return basis
}

/** Returns what seals the keys of a release, and only once: compiling may ask for it again. */
function sealing(
  document: RootDocument | undefined,
  request: ReleaseRequest,
  mayMiss: boolean,
): (common: CheckedGlobals) => Promise<StoredObject | null> {
  const { env, note } = request
  let sealed: Promise<StoredObject | null> | undefined
  return async (common) => {
    if (document === undefined) {
      note(
        'nothing is sealed: there is no root of trust with recipients, ' +
          'so a service reads the keys from its own environment',
      )
      return null
    }
    const environment = request.environment ?? common.environment
    return (sealed ??= sealSecrets(common, { root: document.signed, environment, env, mayMiss, note }))
  }
}

/** Reads a head; of several targets, one that cannot be read holds up none of the others, and fails in the end. */
async function headOfAny(target: Backend, count: number): Promise<Buffer | 'unreadable' | undefined> {
  try {
    return await readableHead(target)
  } catch (error) {
    if (count > 1 && error instanceof StoreFailure && error.problem === 'unreadable') return 'unreadable'
    throw error
  }
}

/** @throws {Failure} when a target was last released under a root from which this one does not follow. */
async function refuseForeign(
  document: RootDocument,
  targets: readonly { readonly url: string; readonly target: Backend }[],
  { env, note }: ReleaseRequest,
): Promise<void> {
  const pinned = pinnedIn(document, env)
  for (const { url, target } of targets) {
    const head = await headOfAny(target, targets.length)
    if (head === 'unreadable') continue
    if (head === undefined) {
      if (pinned === undefined) {
        note(`${masked(url)} is new, and TENFOLD_ROOT pins no root: the one in the configuration is taken on trust`)
      }
      continue
    }
    const objection = objectionTo(document, await formerDocument(target, head, document), pinned, target)
    if (objection !== undefined) throw refusedRoot(objection)
  }
}
