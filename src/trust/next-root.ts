import { Failure } from '../base/failure.ts'
import { newerRoot } from './root-descent.ts'
import { MAX_ROOT_BYTES, MAX_VERSIONS, type Root, type RootDocument, writeRootDocument } from './root-document.ts'
import { type PrivateKey, signRoot } from './sign-head.ts'
import { Untrusted, type Role } from './public-key.ts'

/** Creates the first root, signed by its own keys. */
export function firstRoot(root: Omit<Root, 'version'>, keys: readonly PrivateKey[]): RootDocument {
  const signed = { ...root, version: 1 }
  return { signed, signatures: signRoot(signed, keys), previous: [] }
}

/**
 * Creates the next root, signed by the keys of both roots, some of which may be the same.
 *
 * @throws {Failure} when too few keys are available, so that no reader would accept it, or there is no room for it.
 */
export function nextRoot(
  document: RootDocument,
  change: Partial<Omit<Root, 'version'>>,
  keys: readonly PrivateKey[],
): RootDocument {
  const { previous, ...last } = document
  const signed: Root = { ...last.signed, ...change, version: last.signed.version + 1 }
  const distinct = new Map([...keys].map((key) => [key.public.x, key]))
  const trusted = [...last.signed.root.keys, ...signed.root.keys].map(({ x }) => x)
  const signers = [...distinct.values()].filter(({ public: { x } }) => trusted.includes(x))
  const next: RootDocument = { signed, signatures: signRoot(signed, signers), previous: [...previous, last] }
  refuseTooLong(next)
  try {
    newerRoot(document, next)
    return next
  } catch (error) {
    if (!(error instanceof Untrusted)) throw error
    throw new Failure(
      'world',
      `the root keys here are too few: ${error.message}`,
      'bring the offline keys to this machine for as long as this takes: ' +
        'TENFOLD_ROOT_KEY, or root.pem in the folder that --keys names',
    )
  }
}

/** Refuses a document that is too long for any reader. @throws {Failure} */
function refuseTooLong(document: RootDocument): void {
  const { version } = document.signed
  const isLong = Buffer.byteLength(writeRootDocument(document)) > MAX_ROOT_BYTES
  if (version <= MAX_VERSIONS && !isLong) return
  const why = isLong ? 'over 256 KiB' : `more than ${MAX_VERSIONS} versions`
  throw new Failure(
    'refused',
    `root ${version} cannot be made: its document would be ${isLong ? '' : 'of '}${why}`,
    'begin with another root: `tenfold keys init` in a clean checkout; give it to every service and pin it in CI',
  )
}

/** Returns a role with all of its keys replaced at once. */
export function roleOf(keys: readonly PrivateKey[], threshold: number): Role {
  return { threshold, keys: keys.map((key) => key.public) }
}
