import { masked } from '../bundle/git/url.ts'
import type { StoredObject } from '../bundle/object.ts'
import { Failure } from '../compile/failure.ts'
import { type Compiled, compile } from '../pipeline.ts'
import { openTarget } from '../publish/open.ts'
import { publish } from '../publish/publish.ts'
import { type Publisher, unsigned } from '../publish/publisher.ts'
import { FileTarget } from '../publish/targets/file.ts'
import { type RootDocument, documentAt } from '../trust/root.ts'
import { rootDigest } from '../trust/verify.ts'
import type { Configuration } from './configuration.ts'
import { globalContents, tenfoldIn } from './globals.ts'
import { type Shrinking, type Timing, localPublisher, objectionTo, rootedPublisher } from './publisher.ts'
import { rootOfTrust } from './root-of-trust.ts'
import { sealSecrets } from './secrets.ts'
import { type Signing, needRoot, rootedBy } from './signing.ts'

export interface ReleaseRequest extends Signing {
  /** As people write them: URLs, or names of tenfold.yaml. */
  readonly to: readonly string[]
  /** Instead of the one that tenfold.yaml names. */
  readonly environment: string | undefined
  readonly allowMissing: boolean
  readonly allowShrink: boolean
  readonly judge: string
  readonly note: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

export interface Released {
  readonly compiled: Compiled
  /** What was compiled into first. */
  readonly store: string
  readonly published: readonly { readonly target: string; readonly seq: number }[]
}

/** The store of the working directory, which needs no root: this machine's own key signs it. */
export const EMBEDDED = '.tenfold/store'

/** Checks, compiles, seals, signs and publishes. @throws {Failure} */
export async function release(configuration: Configuration, request: ReleaseRequest): Promise<Released> {
  const tenfold = tenfoldIn(await globalContents(configuration.tree.files, configuration.contents))
  const targets = request.to.map((url) => ({ url, target: openTarget(tenfold?.targets?.[url] ?? url) }))
  const others = targets.filter(({ target }) => !request.isEmbedded(target))
  const root = await rootOfTrust(configuration)
  const document = root === undefined || 'problem' in root ? undefined : root
  if (root === undefined) for (const { url } of others) throw needRoot('publishing to', url)
  // All of this before anything is sealed: what must not be published must not be sealed either.
  if (document !== undefined) await refuseForeign(document, others, request.env['TENFOLD_ROOT'])

  const timing: Timing = { now: request.now(), days: tenfold?.expires_after_days ?? 30 }
  const shrinking: Shrinking = { percent: tenfold?.guards?.max_accounts_removed_percent, isAllowed: request.allowShrink }
  // The first folder among the targets is compiled into, so that it is its own cache; the others get a copy.
  const first = targets.find(({ target }) => target instanceof FileTarget)
  const base = first?.target instanceof FileTarget ? first.target : new FileTarget(request.embedded)
  const rooted = document === undefined ? undefined : rootedBy(document, request, others.length > 0)
  const publisherOf = (target: unknown): Publisher => {
    if (request.isEmbedded(target)) return localPublisher(request.local, rooted, timing, shrinking)
    // A root that cannot be used is an error of the check, which comes before anything is published.
    return rooted === undefined ? unsigned : rootedPublisher(rooted, timing, shrinking)
  }
  let sealed: Promise<StoredObject | null> | undefined
  try {
    const compiled = await compile(configuration, base, {
      judge: request.judge,
      publisher: publisherOf(base),
      note: request.note,
      async seal(common) {
        if (document === undefined) return null
        const environment = request.environment ?? common.environment
        const mayMiss = request.allowMissing || others.length === 0
        return (sealed ??= sealSecrets(common, { root: document.signed, environment, env: request.env, mayMiss, note: request.note }))
      },
      ...(request.environment !== undefined && { environment: request.environment }),
      ...(request.progress !== undefined && { progress: request.progress }),
    })
    const store = first === undefined || request.isEmbedded(base) ? EMBEDDED : first.url
    if (compiled.emitted === undefined) return { compiled, store, published: [] }
    const { release: made } = compiled.emitted
    const published: { target: string; seq: number }[] = []
    for (const { url, target } of targets) {
      const { seq } = target === base ? made : (await publish(base, made, target, publisherOf(target))).release
      published.push({ target: masked(url), seq })
    }
    return { compiled, store, published }
  } catch (error) {
    request.local.undo()
    throw error
  }
}

/** @throws {Failure} when the root is not what CI pins, or does not follow from the one a target was last released under. */
async function refuseForeign(
  document: RootDocument,
  targets: readonly { readonly target: ReturnType<typeof openTarget> }[],
  pin: string | undefined,
): Promise<void> {
  const pinned = pin === undefined || pin === '' ? undefined : pinnedIn(document, pin.replace(/^sha256:/, '').toLowerCase())
  for (const { target } of targets) {
    const objection = await objectionTo(document, target, pinned)
    if (objection === undefined) continue
    throw new Failure('refused', objection, 'restore config/trust/root.json from the default branch; only `tenfold keys`, with the root keys, makes the next one')
  }
}

function pinnedIn(document: RootDocument, digest: string): RootDocument {
  for (let version = document.signed.version; version > 0; version--) {
    const then = documentAt(document, version)
    if (then !== undefined && rootDigest(then) === digest) return then
  }
  throw new Failure(
    'refused',
    `root ${document.signed.version} does not follow from the one whose digest TENFOLD_ROOT pins`,
    'restore config/trust/root.json from the default branch; `tenfold keys show` prints the digest of a root that you trust',
  )
}
