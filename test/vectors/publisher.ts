import { createHash } from 'node:crypto'
import { sign } from 'node:crypto'
import { emitAccounts } from '../../src/compile/emit-content.ts'
import { storeAccount, storeGlobals } from '../../src/check/to-store-form.ts'
import type { Account, Globals } from '../../src/domain/settings-types.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import type { StoredEntry } from '../../src/store/format/account-leaf.ts'
import { writeGlobals, writeRoot } from '../../src/store/format/content-root.ts'
import type { Obj } from '../../src/store/format/decode-json.ts'
import { type Ref, type StoredObject, hexOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { PAYLOAD_TYPE, SIGNED_PART_TYPE } from '../../src/store/format/release-manifest.ts'
import { firstRoot, nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { preAuthEncoding } from '../../src/trust/public-key.ts'
import { type Root, type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { type PrivateKey, privateKey } from '../../src/trust/sign-head.ts'
import { GLOBALS } from '../sdk/globals.ts'

/** The time at which every vector begins. */
export const START = '2026-01-01T00:00:00Z'
export const LATER = '2026-01-02T00:00:00Z'

export function at(ms: number): string {
  return new Date(Date.parse(START) + ms).toISOString().replace('.000Z', 'Z')
}

/** A key that is the same in every run: what is frozen must not change with who makes it. */
export function keyOf(name: string): PrivateKey {
  const seed = createHash('sha256').update(`tenfold vectors: ${name}`).digest()
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const key = privateKey(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`)
  if (key === undefined) throw new Error('this is no key')
  return key
}

export const ROOT = keyOf('root')
export const RELEASE = keyOf('release')
export const REFRESH = keyOf('refresh')

export const ACCOUNTS: Readonly<Record<string, Account>> = {
  acme: {
    plan: 'growth',
    overrides: { openai: { model: 'gpt-4', temperature: 0.2 }, image: { max_in_article: 4 } },
    prompts: { clustering: { customized: true, default: 'Group [IGNY8_KEYWORDS]', value: 'Own [IGNY8_KEYWORDS]' } },
    author_profiles: { own: { name: 'Own', tone: 'warm' } },
  },
  globex: { plan: 'starter', prompts: { clustering: { customized: false, default: 'An older text' } } },
  initech: { plan: 'free' },
}

export interface Written {
  readonly globals?: Globals
  readonly accounts?: Readonly<Record<string, Account>>
}

/** What a vector may change of a head before it is signed, or after. */
export interface Forgery {
  /** Whose signatures the signed part and the payload get. */
  readonly core?: readonly PrivateKey[]
  readonly by?: readonly PrivateKey[]
  /** Changes the payload's text, which is then signed as it is. */
  readonly payload?: (text: string) => string | Buffer
  /** Changes the envelope after it is signed. */
  readonly envelope?: (text: string) => string | Buffer
  /** Changes signatures. */
  readonly signatures?: (all: Sig[]) => Sig[]
  readonly coreSignatures?: (all: Sig[]) => Sig[]
  readonly coreType?: string
}

export interface Sig {
  readonly keyid: string
  readonly sig: string
}

/** Members that are outside of the signed part. */
const UNSIGNED = ['issued', 'expires', 'rollout', 'packs', 'refresh_ext', 'core']

/** A store in memory, and all that its vector wants of it. */
export class VectorStore {
  readonly objects = new Map<string, Uint8Array>()
  head: Buffer | undefined

  put({ ref, bytes }: StoredObject): Ref {
    this.objects.set(hexOf(ref), bytes)
    return ref
  }

  text(text: string): Ref {
    return this.put(textObject(text))
  }

  bytes(bytes: Uint8Array): Ref {
    return this.put(toObject(bytes))
  }

  drop(ref: Ref): void {
    this.objects.delete(hexOf(ref))
  }

  /** Puts other bytes under a name. */
  replace(ref: Ref, change: (bytes: Buffer) => Uint8Array): void {
    const bytes = this.objects.get(hexOf(ref))
    if (bytes === undefined) throw new Error('there is no such object')
    this.objects.set(hexOf(ref), change(Buffer.from(bytes)))
  }

  /** Writes content as the compiler does; returns its root. */
  content({ globals = GLOBALS, accounts = ACCOUNTS }: Written = {}): Ref {
    return this.bytes(writeRoot(this.rootOf({ globals, accounts })))
  }

  /** The same, as a root that is not written yet. */
  rootOf({ globals = GLOBALS, accounts = ACCOUNTS }: Written = {}): Parameters<typeof writeRoot>[0] {
    const entries = new Map<string, StoredEntry>()
    for (const [id, account] of Object.entries(accounts)) {
      const stored = storeAccount(id, account, { file: `accounts/${id}.yaml`, blob: 'b', at: {} })
      entries.set(id, stored.entry)
      for (const text of stored.texts) this.put(text)
    }
    const read = (): never => {
      throw new Error('a first compile reads nothing')
    }
    const tree = emitAccounts(null, entries, { read, write: (object) => this.put(object) })
    const { stored, objects } = storeGlobals(globals, 'production', '')
    for (const object of objects) this.put(object)
    const ref = this.text(writeGlobals(stored))
    return { fingerprint: 'vectors', globals: ref, count: tree.count, accounts: tree.region }
  }

  /** A release with what most of them have; the root document is put beside it. */
  release(over: Obj = {}, document: RootDocument = FIRST): Obj {
    return {
      format: 2,
      environment: 'production',
      seq: 1,
      commit: 'c1',
      root: over['root'] ?? this.content(),
      secrets: null,
      trust: this.text(writeRootDocument(document)),
      shrunk_at: null,
      history: [],
      candidate: null,
      ext: {},
      issued: START,
      expires: LATER,
      rollout: null,
      packs: null,
      refresh_ext: {},
      ...over,
    }
  }

  /** Signs a release and makes it the head. */
  publish(release: Obj, forgery: Forgery = {}): void {
    const { core = [RELEASE], by = [RELEASE], payload, envelope, signatures, coreSignatures } = forgery
    const signed = Object.fromEntries(Object.entries(release).filter(([name]) => !UNSIGNED.includes(name)))
    const coreOf = signaturesOver(forgery.coreType ?? SIGNED_PART_TYPE, Buffer.from(canonical(signed)), core)
    const text = canonical({ ...release, core: coreSignatures?.(coreOf) ?? coreOf })
    const changed = payload?.(text) ?? text
    const bytes = Buffer.isBuffer(changed) ? changed : Buffer.from(changed, 'utf8')
    const all = signaturesOver(PAYLOAD_TYPE, bytes, by)
    const head = `${canonical({
      payload: bytes.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: signatures?.(all) ?? all,
    })}\n`
    const last = envelope?.(head) ?? head
    this.head = Buffer.isBuffer(last) ? last : Buffer.from(last, 'utf8')
  }
}

export function signaturesOver(type: string, body: Uint8Array, keys: readonly PrivateKey[]): Sig[] {
  const message = preAuthEncoding(type, body)
  return keys.map(({ key, public: { keyid } }) => ({ keyid, sig: sign(null, message, key).toString('base64') }))
}

const SECRETS = Object.fromEntries(Object.entries(GLOBALS.providers).map(([name, { secret }]) => [name, [secret]]))

export function rootWith(
  over: Partial<Omit<Root, 'version'>> = {},
  keys: readonly PrivateKey[] = [ROOT],
): RootDocument {
  return firstRoot(
    {
      root: roleOf([ROOT], 1),
      release: roleOf([RELEASE], 1),
      refresh: roleOf([REFRESH], 1),
      recipients: {},
      secrets: SECRETS,
      ...over,
    },
    keys,
  )
}

/** The root of trust of most vectors. */
export const FIRST = rootWith()

export { nextRoot, roleOf }
