import { createHash } from 'node:crypto'
import { canonical } from '../store/format/canonical-json.ts'
import {
  Malformed,
  OtherFormat,
  dict,
  integer,
  isObject,
  list,
  object,
  parseJson,
  string,
} from '../store/format/decode-json.ts'
import type { Dict } from '../domain/plain-data.ts'
import type { Signature } from '../store/format/release-manifest.ts'
import { type Role, publicKey } from './public-key.ts'

/** What the holders of the root keys agreed on. Each version is signed by the previous version's keys and its own. */
export interface Root {
  readonly version: number
  /** The offline keys, which sign nothing but the next root. */
  readonly root: Role
  /** Sign releases. */
  readonly release: Role
  /** May give a release that the release keys signed a later expiry, and nothing else. */
  readonly refresh: Role
  /** Environment to name to age recipient. */
  readonly recipients: Dict<Dict<string>>
  /** Provider to the names of the secrets that it may be sent. */
  readonly secrets: Dict<readonly string[]>
}

export interface SignedRoot {
  readonly signed: Root
  /** Over `rootBytes`. */
  readonly signatures: readonly Signature[]
}

/** The file `config/trust/root.json`: the root in force and all earlier ones, so that it can be traced back. */
export interface RootDocument extends SignedRoot {
  /** Versions from 1 on, latest last. */
  readonly previous: readonly SignedRoot[]
}

export const ROOT_TYPE = 'application/vnd.tenfold.root+json'
/** Anyone who can write to a store may offer any document: only this much of it is read before it is verified. */
export const MAX_ROOT_BYTES = 262_144
/** The most versions that a document holds, including the root in force. */
export const MAX_VERSIONS = 64
export const SECRET_NAME = /^[A-Z][A-Z0-9_]*_API_KEY$/
const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/
const MAX_KEYS = 16

/** Returns the bytes over which a root is signed. */
export function rootBytes(root: Root): Uint8Array {
  return Buffer.from(canonical(plainRoot(root)), 'utf8')
}

/** Returns the text of `root.json`: reviewable by people, and in one form only, so that its digest can be pinned. */
export function writeRootDocument({ previous, ...last }: RootDocument): string {
  return `${JSON.stringify(sorted({ ...plainSigned(last), previous: previous.map(plainSigned) }), null, 2)}\n`
}

/** Returns the digest that `TENFOLD_ROOT` pins: SHA-256 of the bytes of `root.json`, in hexadecimal. */
export function rootDigest(document: RootDocument): string {
  return createHash('sha256').update(writeRootDocument(document)).digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

/** Returns the document as it was when a version was in force. */
export function documentAt({ previous, ...last }: RootDocument, version: number): RootDocument | undefined {
  const all = [...previous, last]
  const found = all[version - 1]
  return found === undefined ? undefined : { ...found, previous: all.slice(0, version - 1) }
}

/** @throws {Malformed} when the bytes are not a root document in its canonical form. Signatures are not verified. */
export function readRootDocument(bytes: Uint8Array): RootDocument {
  const document = parseRootDocument(bytes)
  checkForm(document, bytes)
  return document
}

/** Does the same for any form: checking the form costs more, and waits for verified signatures. @throws {Malformed} */
export function parseRootDocument(bytes: Uint8Array): RootDocument {
  if (bytes.length > MAX_ROOT_BYTES) throw new Malformed('the root document is over 256 KiB')
  return rootDocument(parseJson(bytes, 'the root document'))
}

/** @throws {Malformed} when the bytes are not those of the document. */
export function checkForm(document: RootDocument, bytes: Uint8Array): void {
  if (Buffer.from(writeRootDocument(document), 'utf8').equals(bytes)) return
  throw new Malformed('the root document is not as `keys` writes it: it was edited by hand')
}

/** Parses a root document from plain JSON data. @throws {Malformed} */
export function rootDocument(value: unknown): RootDocument {
  const all = object(value, 'the root document')
  const previous = few(all['previous'], 'the roots before it', MAX_VERSIONS - 1, signedRoot)
  return { ...signedRoot(all, 'the root'), previous }
}

/** Parses a list, checking its length before any item. @throws {Malformed} */
function few<T>(value: unknown, what: string, most: number, item: (value: unknown, what: string) => T): T[] {
  if (Array.isArray(value) && value.length > most) throw new Malformed(`${what} are more than ${most}`)
  return list(value, what, item)
}

function signedRoot(value: unknown, what: string): SignedRoot {
  const all = object(value, what)
  const signatures = few(all['signatures'], `${what}’s signatures`, 2 * MAX_KEYS, (item, at) => {
    const { keyid, sig } = object(item, at)
    return { keyid: string(keyid, at), sig: string(sig, at) }
  })
  return { signed: readRoot(all['signed'], what), signatures }
}

function readRoot(value: unknown, what: string): Root {
  const root = object(value, what)
  if (root['format'] !== 1) throw new OtherFormat(`${what} is of another format than 1`)
  const secrets = dict(root['secrets'], `${what}’s secrets`, (names, at) => list(names, at, secretName))
  const all = Object.values(secrets).flat()
  if (new Set(all).size < all.length) throw new Malformed(`${what} lets two providers use one secret`)
  return {
    version: integer(root['version'], `${what}’s version`),
    root: role(root['root'], `${what}’s root keys`),
    release: role(root['release'], `${what}’s release keys`),
    refresh: role(root['refresh'], `${what}’s refresh keys`),
    recipients: dict(root['recipients'], `${what}’s recipients`, (names, at) => dict(names, at, recipient)),
    secrets,
  }
}

function role(value: unknown, what: string): Role {
  const all = object(value, what)
  const keys = few(all['keys'], what, MAX_KEYS, publicKey)
  const threshold = integer(all['threshold'], `the threshold of ${what}`)
  if (new Set(keys.map(({ x }) => x)).size < keys.length) throw new Malformed(`${what} name a key twice`)
  if (threshold < 1 || threshold > keys.length) {
    throw new Malformed(`the threshold of ${what} is not from 1 to ${keys.length}`)
  }
  return { threshold, keys }
}

function secretName(value: unknown, what: string): string {
  const name = string(value, what)
  if (!SECRET_NAME.test(name)) throw new Malformed(`${what} is not a name such as OPENAI_API_KEY`)
  return name
}

function recipient(value: unknown, what: string): string {
  const text = string(value, what)
  if (!NAME.test(what.slice(what.lastIndexOf('.') + 1))) throw new Malformed(`${what} is not a name`)
  if (!/^age1[02-9ac-hj-np-z]{20,4000}$/.test(text)) throw new Malformed(`${what} is not an age recipient`)
  return text
}

function plainSigned({ signed, signatures }: SignedRoot): object {
  return { signed: plainRoot(signed), signatures }
}

function plainRoot({ root, release, refresh, ...rest }: Root): object {
  return { format: 1, ...rest, root: plainRole(root), release: plainRole(release), refresh: plainRole(refresh) }
}

function plainRole({ threshold, keys }: Role): object {
  return { threshold, keys: keys.map(({ x }) => x) }
}
