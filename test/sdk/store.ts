import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Account, Globals, PlanName } from '../../src/domain/settings-types.ts'
import { type Ref, type StoredObject, pathOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { type Provenance, provenanceLine } from '../../src/store/format/provenance.ts'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { writeGlobals, writeRoot } from '../../src/store/format/content-root.ts'
import { emitAccounts } from '../../src/compile/emit-content.ts'
import type { StoredEntry } from '../../src/store/format/account-leaf.ts'
import { storeAccount, storeGlobals } from '../../src/check/to-store-form.ts'
import { currentHead } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { openWith } from '../../src/sdk/open-settings.ts'
import { type Hash, idHash } from '../../src/sdk/memory/hash-ids.ts'
import { UNSEALED, signedHead, trustLocally } from '../support/trust.ts'
import { GLOBALS } from './globals.ts'

export { GLOBALS }

export const KEYS = {
  OPENAI_API_KEY: 'sk-openai-very-secret',
  ANTHROPIC_API_KEY: 'sk-ant-very-secret',
  DALLE_API_KEY: 'dalle-very-secret',
  RUNWARE_API_KEY: 'runware-very-secret',
}

export interface Content {
  readonly globals?: Globals
  readonly accounts?: Readonly<Record<string, Account>>
  /** Where the accounts' values stand, by id. */
  readonly at?: Readonly<Record<string, Provenance['at']>>
  readonly globalsAt?: readonly Provenance[]
}

/** All objects of a release, as the compiler would write them. */
export function objectsOf({ globals = GLOBALS, accounts = {}, at = {}, globalsAt = [] }: Content): {
  root: Ref
  objects: StoredObject[]
} {
  const objects: StoredObject[] = []
  const entries = new Map<string, StoredEntry>()
  for (const [id, account] of Object.entries(accounts)) {
    const stored = storeAccount(id, account, { file: `accounts/${id}.yaml`, blob: 'b', at: at[id] ?? {} })
    entries.set(id, stored.entry)
    objects.push(...stored.texts)
  }
  const provenance = globalsAt.map((entry) => `${provenanceLine(entry.file, entry)}\n`).join('')
  const stored = storeGlobals(globals, 'production', provenance)
  const globalsObject = textObject(writeGlobals(stored.stored))
  const read = (): never => {
    throw new Error('a first compile reads nothing')
  }
  const tree = emitAccounts(null, entries, { read, write: (object) => objects.push(object) })
  const root = toObject(
    writeRoot({ fingerprint: 'test', globals: globalsObject.ref, count: tree.count, accounts: tree.region }),
  )
  objects.push(...stored.objects, globalsObject, root)
  return { root: root.ref, objects }
}

/** A store in a folder of its own, and what a test does to it. */
export class TestStore {
  readonly base = mkdtempSync(join(tmpdir(), 'tenfold-sdk-'))
  readonly folder = join(this.base, '.tenfold', 'store')
  readonly url = `file:${this.folder}`
  seq = 0

  constructor() {
    trustLocally()
    onTestFinished(() => rmSync(this.base, { recursive: true, force: true }))
  }

  /** Publishes the content as the next release, or as the release that `over` says. */
  async publish(content: Content, over: Partial<Release> = {}): Promise<Release> {
    const target = new FileBackend(this.folder)
    const { root, objects } = objectsOf(content)
    const seq = over.seq ?? ++this.seq
    const release: Release = {
      environment: 'production',
      seq,
      commit: `commit-${seq}`,
      root,
      ...UNSEALED,
      issued: null,
      expires: null,
      ...over,
    }
    await target.publish({ objects, expected: await currentHead(target), head: signedHead(release) })
    return release
  }

  get headFile(): string {
    return join(this.folder, 'head.json')
  }

  release(): Release {
    return readHead(readFileSync(this.headFile)).release
  }

  file(ref: Ref): string {
    return join(this.folder, pathOf(ref))
  }

  /** Overwrites an object with its own bytes, one of them changed. */
  damage(ref: Ref): void {
    const bytes = readFileSync(this.file(ref))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(this.file(ref), bytes)
  }

  /** Opens it without polling; closed when the test ends. */
  async open(options: Partial<OpenOptions> = {}, hash: Hash = idHash): Promise<Settings> {
    const keys = { from: 'env', env: KEYS } as const
    const settings = await openWith({ store: this.url, keys, refresh: { everyMs: 0 }, ...options }, hash)
    onTestFinished(() => settings.close())
    return settings
  }
}

export async function storeWith(content: Content): Promise<TestStore> {
  const store = new TestStore()
  await store.publish(content)
  return store
}

/** A paid account that overrides the openai block. */
export function openai(plan: PlanName, fields: Readonly<Record<string, string | number>>): Account {
  return { plan, overrides: { openai: fields } }
}

/** Accounts a0, a1 and so on, each with a max_tokens of its own: 1, 2 and so on. */
export function manyAccounts(count: number): Record<string, Account> {
  const ids = Array.from({ length: count }, (_, i) => i)
  return Object.fromEntries(ids.map((i) => [`a${i}`, openai('growth', { max_tokens: i + 1 })]))
}

/** The code with which something fails. */
export async function codeOf(failing: () => unknown): Promise<unknown> {
  try {
    await failing()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
  return 'no error'
}
