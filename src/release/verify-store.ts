import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Malformed } from '../store/format/decode-json.ts'
import {
  HEADER_BYTES,
  isSparse,
  readAccount,
  readLeaf,
  textRefs,
  writeAccount,
  writeLeaf,
} from '../store/format/account-leaf.ts'
import { type Dict, own } from '../domain/plain-data.ts'
import { MAX_OBJECT_BYTES, type Ref, hexOf, lengthOf } from '../store/format/object-ref.ts'
import {
  type Provenance,
  parseProvenance,
  provenanceLine,
  readGlobalProvenance,
  readProvenance,
} from '../store/format/provenance.ts'
import { indexPack, readPackList } from '../store/format/pack.ts'
import type { Release } from '../store/format/release-manifest.ts'
import { readGlobals, readRoot, writeGlobals, writeRoot } from '../store/format/content-root.ts'
import { LEAF_BYTES, bitAt, hashId, readRegion, type Region, writeRegion } from '../store/format/account-tree.ts'
import { Failure, codeOf, fileFailure } from '../base/failure.ts'
import type { StoreReader } from '../store/backend-types.ts'
import { FileBackend } from '../store/backends/file-backend.ts'

export interface Verified {
  readonly release: Release
  /** Objects that the release reaches. */
  readonly objects: number
  readonly bytes: number
  readonly accounts: number
  /** What is damaged, absent or not in its canonical encoding; empty for an intact store. */
  readonly problems: readonly string[]
}

/**
 * Reads every object that a release reaches.
 *
 * @param permitted the secrets that the root lets each provider use, for a release under a root: a service then accepts
 * neither a release that never expires nor a secret that the root does not grant.
 */
export async function verify(
  target: StoreReader,
  release: Release,
  permitted?: Dict<readonly string[]>,
): Promise<Verified> {
  const reader = new Verifier(target, permitted)
  if (permitted !== undefined && (release.issued === null || release.expires === null)) {
    reader.problems.push('the release would never expire: it was compiled, and not released')
  }
  const accounts = await reader.root(release.root)
  if (release.candidate !== null) await reader.root(release.candidate.root)
  for (const ref of [release.secrets, release.trust]) if (ref !== null) await reader.opaque(ref)
  if (release.packs !== null) await reader.packs(release.packs)
  if (target instanceof FileBackend) reader.strays(target.folder)
  const { objects, bytes, problems } = reader
  return { release, objects: objects.size, bytes, accounts, problems }
}

/** The content of a region; undefined if it cannot be determined, which has been reported. */
type Held = { readonly accounts: number; readonly bytes: number } | undefined

class Verifier {
  readonly objects = new Set<Ref>()
  readonly problems: string[] = []
  bytes = 0
  #accounts = 0
  /** What no pack holds, since a service does not read it or has to bound it first. */
  readonly #unpackable = new Set<Ref>()
  readonly #target: StoreReader
  readonly #permitted: Dict<readonly string[]> | undefined

  constructor(target: StoreReader, permitted?: Dict<readonly string[]>) {
    this.#target = target
    this.#permitted = permitted
  }

  /** Verifies everything under a root, and returns how many accounts there are. */
  async root(ref: Ref): Promise<number> {
    this.#accounts = 0
    const bytes = await this.#read(ref)
    const root = this.try(`root ${hexOf(ref)}`, () => bytes && readRoot(bytes))
    if (bytes === undefined || root === undefined) return 0
    this.same(`root ${hexOf(ref)}`, bytes, writeRoot(root))
    await this.#globals(root.globals)
    await this.#region(root.accounts, 0, '')
    if (this.problems.length === 0 && this.#accounts !== root.count) {
      this.problems.push(`the root counts ${root.count} accounts, and there are ${this.#accounts}`)
    }
    return this.#accounts
  }

  /** Verifies an object whose content means nothing to a reader of settings. */
  async opaque(ref: Ref): Promise<void> {
    this.#unpackable.add(ref)
    await this.#read(ref)
  }

  /** Verifies packs. What nothing reaches is no problem in them, unlike what no pack holds. */
  async packs(list: Ref): Promise<void> {
    const bytes = await this.#read(list)
    const packs = this.try('packs', () => bytes && readPackList(bytes)) ?? []
    for (const ref of packs) {
      const what = `pack ${hexOf(ref)}`
      const pack = await this.#read(ref)
      const names = this.try(what, () => pack && [...indexPack(pack).keys()]) ?? []
      if (names.some((name) => this.#unpackable.has(name))) {
        this.problems.push(`${what} holds provenance, sealed keys or a root document`)
      }
    }
  }

  /** Finds files among the objects that do not match their names; objects of past releases do match. */
  strays(folder: string): void {
    const objects = join(folder, 'objects')
    const reached = new Set([...this.objects].map(hexOf))
    for (const prefix of listed(objects)) {
      const names = listed(join(objects, prefix))
      if (names.length === 0 && !isFolder(join(objects, prefix))) {
        this.problems.push(`objects/${prefix} is not a folder`)
      }
      for (const name of names) {
        if (reached.has(name) || isNamedByContent(join(objects, prefix, name), prefix, name)) continue
        this.problems.push(`objects/${prefix}/${name} is not what its name says`)
      }
    }
  }

  async #globals(ref: Ref): Promise<void> {
    const what = `globals ${hexOf(ref)}`
    const bytes = await this.#read(ref)
    const globals = this.try(what, () => bytes && readGlobals(bytes))
    if (bytes === undefined || globals === undefined) return
    this.same(what, bytes, writeGlobals(globals))
    this.#unpackable.add(globals.provenance)
    const provenance = await this.#read(globals.provenance)
    this.try(what, () => {
      if (provenance === undefined) return
      const lines = readGlobalProvenance(provenance).map((one) => `${provenanceLine(one.file, this.#withBlob(one))}\n`)
      this.same('the globals’ provenance', provenance, lines.join(''))
    })
    for (const [provider, { secret }] of Object.entries(globals.providers)) {
      if (this.#permitted === undefined || own(this.#permitted, provider)?.includes(secret) === true) continue
      this.problems.push(`the root of trust does not let "${provider}" use the secret "${secret}"`)
    }
    for (const { value } of Object.values(globals.prompts)) await this.#text(value)
  }

  /** Verifies a region. The general walk does not suffice: to verify the shape, each half has to report its content. */
  async #region(region: Region, depth: number, bits: string): Promise<Held> {
    if (region === null) return { accounts: 0, bytes: 0 }
    if (typeof region !== 'string') return this.#halves(region, depth, bits)
    const ref = region.slice(1)
    if (region[0] === 'L') return this.#leaf(ref, bits)
    const bytes = await this.#read(ref)
    const what = `node ${hexOf(ref)}`
    const node = this.try(what, () => bytes && readRegion(bytes, depth))
    if (bytes === undefined || node === undefined) return undefined
    this.same(what, bytes, writeRegion(node))
    if (node !== null && typeof node !== 'string') return this.#halves(node, depth, bits)
    this.problems.push(`${what} holds nothing`)
    return undefined
  }

  /** Verifies that the tree's shape follows from its content: it has two halves only if one leaf would be too long. */
  async #halves(halves: readonly [Region, Region], depth: number, bits: string): Promise<Held> {
    const zeros = await this.#region(halves[0], depth + 1, `${bits}0`)
    const ones = await this.#region(halves[1], depth + 1, `${bits}1`)
    if (zeros === undefined || ones === undefined) return undefined
    const held = { accounts: zeros.accounts + ones.accounts, bytes: zeros.bytes + ones.bytes }
    if (held.accounts > 1 && held.bytes > LEAF_BYTES) return held
    this.problems.push(`accounts that fit into one leaf are in two halves, where hashes begin with "${bits}"`)
    return undefined
  }

  async #leaf(ref: Ref, bits: string): Promise<Held> {
    const what = `leaf ${hexOf(ref)}`
    const bytes = await this.#read(ref)
    const leaf = this.try(what, () => bytes && readLeaf(bytes))
    if (bytes === undefined || leaf === undefined) return undefined
    this.same(what, bytes, writeLeaf(leaf))
    const held = { accounts: leaf.lines.size, bytes: lengthOf(ref) - HEADER_BYTES }
    if (held.accounts === 0) this.problems.push(`${what} holds nobody`)
    if (held.accounts > 1 && held.bytes > LEAF_BYTES) this.problems.push(`${what} should have been split`)
    this.#unpackable.add(leaf.provenance)
    const provenance = await this.#read(leaf.provenance)
    const origins = this.try(what, () => provenance && readProvenance(provenance))
    this.#accounts += leaf.lines.size
    for (const [id, line] of leaf.lines) {
      const account = this.try(`account "${id}"`, () => readAccount(line))
      if (account === undefined) continue
      if (isSparse(account)) this.same(`account "${id}"`, Buffer.from(line), writeAccount(id, account))
      else this.problems.push(`account "${id}" is not in its one encoding: it says that it has nothing`)
      const hash = hashId(id)
      if ([...bits].some((bit, i) => String(bitAt(hash, i)) !== bit)) {
        this.problems.push(`account "${id}" lies in a wrong leaf`)
      }
      const origin = origins?.get(id)
      if (origin === undefined) this.problems.push(`the provenance of "${id}" is missing`)
      else
        this.try(`the provenance of "${id}"`, () => {
          const said = this.#withBlob(parseProvenance(origin))
          this.same(`the provenance of "${id}"`, Buffer.from(origin), provenanceLine(id, said))
        })
      for (const text of textRefs(account)) await this.#text(text)
    }
    if (origins !== undefined && origins.size > leaf.lines.size) {
      this.problems.push(`${what} has provenance for strangers`)
    }
    return held
  }

  #withBlob(said: Provenance): Provenance {
    if (!/^[0-9a-f]{40}$/.test(said.blob)) throw new Malformed(`the id of ${said.file} is not one of git’s`)
    return said
  }

  async #text(ref: Ref): Promise<void> {
    if (this.objects.has(ref)) return
    const bytes = await this.#read(ref)
    if (bytes !== undefined && !isUtf8(bytes)) this.problems.push(`text ${hexOf(ref)} is not UTF-8`)
  }

  async #read(ref: Ref): Promise<Uint8Array | undefined> {
    const isNew = !this.objects.has(ref)
    this.objects.add(ref)
    try {
      const bytes = await this.#target.read(ref)
      if (isNew) this.bytes += bytes.length
      return bytes
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.problems.push(error.message.replace(/^the store .* is damaged: /, ''))
      return undefined
    }
  }

  try<T>(what: string, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.problems.push(`${what}: ${error.message}`)
      return undefined
    }
  }

  same(what: string, bytes: Uint8Array, encoded: string | Uint8Array): void {
    const expected = typeof encoded === 'string' ? Buffer.from(encoded, 'utf8') : encoded
    if (Buffer.compare(expected, bytes) !== 0) this.problems.push(`${what} is not in its one encoding`)
  }
}

/** Lists the names in a folder; none if it is not a folder, which is reported where it matters. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) return []
    throw fileFailure(error, `cannot list ${folder}`)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isNamedByContent(file: string, prefix: string, name: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(name) || !name.startsWith(prefix)) return false
  const stat = lstatSync(file, { throwIfNoEntry: false })
  // A file that has disappeared meanwhile does no harm.
  if (stat === undefined) return true
  if (!stat.isFile() || stat.size > MAX_OBJECT_BYTES) return false
  return createHash('sha256').update(readFileSync(file)).digest('hex') === name
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
