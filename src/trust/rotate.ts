import { Failure } from '../base/failure.ts'
import type { Role, Root, RootDocument } from './root.ts'
import { type PrivateKey, signRoot } from './sign.ts'
import { newerRoot, Untrusted } from './verify.ts'

/** The first root, signed by its own keys. */
export function firstRoot(root: Omit<Root, 'version'>, keys: readonly PrivateKey[]): RootDocument {
  const signed = { ...root, version: 1 }
  return { signed, signatures: signRoot(signed, keys), previous: [] }
}

/**
 * The root that comes after, signed by the keys of both, of which some may be the same.
 *
 * @throws {Failure} when the keys at hand are too few, so that nobody would follow it.
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

/** A role with its keys replaced, all of them at once. */
export function roleOf(keys: readonly PrivateKey[], threshold: number): Role {
  return { threshold, keys: keys.map((key) => key.public) }
}
