import { Failure } from '../base/failure.ts'
import { type LocalKey, type SigningRole, signingKeys, variableOf } from '../trust/private-keys.ts'
import { type RootDocument, documentAt, rootDigest } from '../trust/root-document.ts'
import type { PrivateKey } from '../trust/sign-head.ts'
import type { SigningRoot } from './release-signers.ts'

/** The machine's side of signing: which store is its own, and where its keys are. */
export interface Signing {
  /** The folder of the local store. */
  readonly localStore: string
  isLocalStore(target: unknown): boolean
  readonly local: LocalKey
  /** The folder of private keys that are not in the environment. */
  readonly keys: string
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Returns the private keys at hand with which a root permits to sign. @throws {Failure} when they are needed and too
 * few.
 */
export function keysFor(
  role: SigningRole,
  { signed }: RootDocument,
  { keys, env }: Signing,
  isNeeded: boolean,
): PrivateKey[] {
  const { threshold, keys: trusted } = signed[role]
  const given = signingKeys(role, keys, env)
  const usable = given.filter(({ public: { x } }) => trusted.some((key) => key.x === x))
  if (usable.length >= threshold) return usable
  if (!isNeeded) return []
  const what =
    given.length === 0
      ? `there is no ${role} key here`
      : usable.length === 0
        ? `the ${role} key here is not one of root ${signed.version}`
        : `only ${usable.length} of ${threshold} ${role} keys are here`
  throw new Failure(
    'world',
    what,
    `put it into ${variableOf(role)} (in CI, a secret of the environment), or as ${role}.pem into ${keys}`,
  )
}

/**
 * Returns a root with the release keys that are at hand; undefined where they are too few and not needed. @throws
 * {Failure}
 */
export function rootedBy(document: RootDocument, signing: Signing, isNeeded: boolean): SigningRoot | undefined {
  const keys = keysFor('release', document, signing, isNeeded)
  return keys.length === 0 ? undefined : { document, keys, pinned: pinnedIn(document, signing.env) }
}

/**
 * Returns the version of a root that `TENFOLD_ROOT` pins; undefined where nothing is pinned.
 * @throws {Failure} when it is not among them.
 */
export function pinnedIn(document: RootDocument, env: NodeJS.ProcessEnv): RootDocument | undefined {
  const digest = (env['TENFOLD_ROOT'] ?? '')
    .trim()
    .replace(/^sha256:/, '')
    .toLowerCase()
  if (digest === '') return undefined
  for (let version = document.signed.version; version > 0; version--) {
    const then = documentAt(document, version)
    if (then !== undefined && rootDigest(then) === digest) return then
  }
  throw new Failure(
    'refused',
    `root ${document.signed.version} does not follow from the one whose digest TENFOLD_ROOT pins`,
    'restore config/trust/root.json from the default branch; ' +
      '`tenfold keys show` prints the digest of a root that you trust',
  )
}

export function needRoot(doing: string, url: string): Failure {
  return new Failure(
    'usage',
    `${doing} ${url} needs a root of trust, and there is no trust/root.json in the configuration`,
    'make one with `tenfold keys init`, or name one with --trust FILE where something is read; ' +
      'the local store needs none',
  )
}
