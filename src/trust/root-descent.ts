import { isSignedBy, Untrusted, enough, isMet, type Role } from './public-key.ts'
import { ROOT_TYPE, type Root, type RootDocument, type SignedRoot, documentAt, rootBytes } from './root-document.ts'

/**
 * Follows roots, version by version, from a trusted one, and remembers how far: versions that were verified once are
 * not verified again, so that a false version after many good ones costs no more than a false one alone.
 */
export class Descent {
  /** From version 1 on. Whatever their source, each was correctly signed as the successor of the one before. */
  #verified: readonly SignedRoot[] = []

  /**
   * Returns the newer of two roots: the one we trust, or the offered one if it follows from ours, version by version.
   *
   * @throws {Untrusted} when neither descends from the other.
   */
  newer(trusted: RootDocument, offered: RootDocument): RootDocument {
    const [ours, theirs] = [chainOf(trusted), chainOf(offered)]
    const common = Math.min(ours.length, theirs.length)
    if (!isSameVersion(ours[common - 1], theirs[common - 1])) {
      throw new Untrusted(
        'root',
        `root ${offered.signed.version} does not follow from root ${trusted.signed.version}, which is trusted`,
      )
    }
    if (theirs.length <= ours.length) return trusted
    // For the versions that we know, our own signatures stay.
    const previous = [...ours, ...theirs.slice(ours.length, -1)]
    this.#follow([...previous, offered], ours.length)
    return { ...offered, previous }
  }

  /** @throws {Untrusted} */
  #follow(chain: readonly SignedRoot[], from: number): void {
    const isSigned = suspicious()
    for (let i = Math.max(from, this.#known(chain)); i < chain.length; i++) {
      step(chain[i - 1], chain[i], isSigned)
      this.#verified = chain.slice(0, i + 1)
    }
  }

  /** Returns how many versions of a chain were verified before. */
  #known(chain: readonly SignedRoot[]): number {
    const differs = this.#verified.findIndex((one, i) => !isSameVersion(one, chain[i]))
    return differs < 0 ? this.#verified.length : differs
  }
}

/** Does the same as `Descent`, without remembering anything. @throws {Untrusted} */
export function newerRoot(trusted: RootDocument, offered: RootDocument): RootDocument {
  return new Descent().newer(trusted, offered)
}

/**
 * @throws {Untrusted} when the document does not lead from its first version to its last, each signed by the one
 * before.
 */
export function verifyRootDocument(document: RootDocument): void {
  const [first] = chainOf(document)
  if (first === undefined || first.signed.version !== 1 || !isSignedByRoot(first, first.signed, isSignedBy)) {
    throw new Untrusted('root', 'the first root is not signed by its own keys')
  }
  newerRoot({ ...first, previous: [] }, document)
}

/** Whether one root document is the same as the other, or a successor of it. */
export function descendsFrom(later: RootDocument, earlier: RootDocument): boolean {
  try {
    return newerRoot(earlier, later).signed.version === later.signed.version
  } catch (error) {
    if (error instanceof Untrusted) return false
    throw error
  }
}

/**
 * Returns the version in which the release keys or their threshold last changed. Releases are ordered by it first and
 * then by their seq, so that a new key begins a new count: a thief who used the old one to sign the highest possible
 * seq has not blocked later releases.
 */
export function epochOf(document: RootDocument): number {
  const chain = chainOf(document)
  let epoch = 1
  for (const [i, { signed }] of chain.entries()) {
    const before = chain[i - 1]
    if (before !== undefined && namesOf(before.signed.release) !== namesOf(signed.release)) epoch = signed.version
  }
  return epoch
}

/**
 * Returns the epoch of a release, by the version of the root that its core names: a release of an earlier epoch than
 * the root's own is obsolete, even if signed by keys that the root still names.
 */
export function epochAt(document: RootDocument, version: number): number {
  return epochOf(documentAt(document, version) ?? document)
}

/** An honest publisher of a root signs with the keys that count. */
const MAX_FALSE = 32

/** Returns a signature check that gives up once too many of one document were false. @throws {Untrusted} */
function suspicious(): typeof isSignedBy {
  let left = MAX_FALSE
  return (key, message, sig) => {
    if (left === 0) throw new Untrusted('root', 'too many of its signatures are false')
    const isSigned = isSignedBy(key, message, sig)
    if (!isSigned) left--
    return isSigned
  }
}

function step(before: SignedRoot | undefined, next: SignedRoot | undefined, isSigned: typeof isSignedBy): void {
  if (before === undefined || next === undefined) throw new Untrusted('root', 'there is no root to follow')
  const [{ version: past, root }, { version, root: own }] = [before.signed, next.signed]
  if (version !== past + 1) throw new Untrusted('root', `root ${version} comes after root ${past}`)
  if (!isSignedByRoot(next, before.signed, isSigned)) {
    throw new Untrusted('root', `root ${version} is not signed by ${enough(root)} of root ${past}`)
  }
  if (!isSignedByRoot(next, next.signed, isSigned)) {
    throw new Untrusted('root', `root ${version} is not signed by ${enough(own)} of its own`)
  }
}

function isSignedByRoot({ signed, signatures }: SignedRoot, { root }: Root, isSigned: typeof isSignedBy): boolean {
  return isMet(root, ROOT_TYPE, rootBytes(signed), signatures, isSigned)
}

function isSameVersion(a: SignedRoot | undefined, b: SignedRoot | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(rootBytes(a.signed), rootBytes(b.signed)) === 0
}

function chainOf({ previous, ...last }: RootDocument): readonly SignedRoot[] {
  return [...previous, last]
}

/** Identifies a role's requirements: raising the threshold also makes obsolete what fewer keys signed. */
function namesOf({ threshold, keys }: Role): string {
  return [threshold, ...keys.map(({ x }) => x).sort()].join()
}
