import { createHash } from 'node:crypto'
import { CORE_TYPE, type Head, PAYLOAD_TYPE, type Release, type Signature, coreBytes } from '../bundle/release.ts'
import { type PublicKey, isSignedBy } from './key.ts'
import {
  ROOT_TYPE, type Role, type Root, type RootDocument, type SignedRoot, rootBytes, writeRootDocument,
} from './root.ts'

/** What was read is not what those said whom we trust. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted'
  readonly what: 'signature' | 'root'

  constructor(what: 'signature' | 'root', message: string) {
    super(message)
    this.what = what
  }
}

/** Whose word counts for a head: a root's, or that of one local key. */
export type Authority = Pick<Root, 'release' | 'refresh'>

/** One key for everything, as the embedded store has it. */
export function soleAuthority(key: PublicKey): Authority {
  const role = { threshold: 1, keys: [key] }
  return { release: role, refresh: role }
}

/**
 * The release that a head states, once enough of the right keys have signed it: the release keys what it is, and they
 * or the refresh keys how long it is good for.
 *
 * @throws {Untrusted}
 */
export function verifyHead({ release, core, signatures, payload }: Head, { release: by, refresh }: Authority): Release {
  if (signatures.length === 0 || core.length === 0) throw new Untrusted('signature', 'its head is not signed')
  if (!isMet(by, CORE_TYPE, coreBytes(release), core)) {
    throw new Untrusted('signature', `its release is not signed by ${enough(by)}`)
  }
  if (!isMet(by, PAYLOAD_TYPE, payload, signatures) && !isMet(refresh, PAYLOAD_TYPE, payload, signatures)) {
    throw new Untrusted('signature', `its head is not signed by ${enough(by)} nor by the refresh keys`)
  }
  return release
}

/**
 * @throws {Untrusted} when the document does not lead from its first version to its last, each signed by the one
 * before.
 */
export function verifyRootDocument(document: RootDocument): void {
  const [first, ...rest] = chainOf(document)
  if (first === undefined || first.signed.version !== 1 || !isSignedByRoot(first, first.signed)) {
    throw new Untrusted('root', 'the first root is not signed by its own keys')
  }
  let before = first
  for (const next of rest) {
    step(before.signed, next)
    before = next
  }
}

/**
 * The newer of two roots: the one we trust, or the one on offer where it follows from ours, version by version.
 *
 * @throws {Untrusted} when the two are of different descent.
 */
export function newerRoot(trusted: RootDocument, offered: RootDocument): RootDocument {
  const ours = chainOf(trusted)
  const theirs = chainOf(offered)
  const common = Math.min(ours.length, theirs.length)
  const [a, b] = [ours[common - 1], theirs[common - 1]]
  if (a === undefined || b === undefined || !isSameRoot(a.signed, b.signed)) {
    throw new Untrusted(
      'root',
      `root ${offered.signed.version} does not follow from root ${trusted.signed.version}, which is trusted`,
    )
  }
  let before = a
  for (const next of theirs.slice(common)) {
    step(before.signed, next)
    before = next
  }
  return theirs.length > ours.length ? { ...offered, previous: [...ours, ...theirs.slice(ours.length, -1)] } : trusted
}

/** Whether one root document is the other, or comes after it. */
export function descendsFrom(later: RootDocument, earlier: RootDocument): boolean {
  try {
    return newerRoot(earlier, later).signed.version === later.signed.version
  } catch (error) {
    if (error instanceof Untrusted) return false
    throw error
  }
}

/**
 * The version in which the release keys, or how many of them it takes, last changed. Releases are ordered by it first
 * and then by their seq, so that a new key begins a new count: whoever stole the old one and signed the highest seq of
 * all has spoilt nothing.
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

/** What `TENFOLD_ROOT` pins: SHA-256 of the bytes of `root.json`, in hexadecimal. */
export function rootDigest(document: RootDocument): string {
  return createHash('sha256').update(writeRootDocument(document)).digest('hex')
}

/** DSSE's pre-authentication encoding (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md). */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `, 'utf8'), body])
}

/** Whether enough distinct keys of a role have signed; key ids only say where to look first. */
export function isMet(
  { threshold, keys }: Role,
  type: string,
  body: Uint8Array,
  signatures: readonly Signature[],
): boolean {
  const message = preAuthEncoding(type, body)
  const signers = keys.filter((key) => {
    return signatures.some(({ keyid, sig }) => keyid === key.keyid && isSignedBy(key, message, sig))
  })
  return new Set(signers.map(({ x }) => x)).size >= threshold
}

function step(before: Root, next: SignedRoot): void {
  const { version } = next.signed
  if (version !== before.version + 1) throw new Untrusted('root', `root ${version} stands after root ${before.version}`)
  if (!isSignedByRoot(next, before)) {
    throw new Untrusted('root', `root ${version} is not signed by ${enough(before.root)} of root ${before.version}`)
  }
  if (!isSignedByRoot(next, next.signed)) {
    throw new Untrusted('root', `root ${version} is not signed by ${enough(next.signed.root)} of its own`)
  }
}

function isSignedByRoot({ signed, signatures }: SignedRoot, { root }: Root): boolean {
  return isMet(root, ROOT_TYPE, rootBytes(signed), signatures)
}

function isSameRoot(a: Root, b: Root): boolean {
  return Buffer.compare(rootBytes(a), rootBytes(b)) === 0
}

function chainOf({ previous, ...last }: RootDocument): readonly SignedRoot[] {
  return [...previous, last]
}

/** What it takes to sign for a role: with more signatures asked for, what fewer signed is over too. */
function namesOf({ threshold, keys }: Role): string {
  return [threshold, ...keys.map(({ x }) => x).sort()].join()
}

function enough({ threshold, keys }: Role): string {
  return `${threshold} of its ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`
}
