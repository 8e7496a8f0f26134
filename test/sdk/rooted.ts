import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { onTestFinished } from 'vitest'
import { type Ref, type StoredObject, pathOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { PLAIN, type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { openSettings } from '../../src/sdk/index.ts'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { type ResolvedOptions, resolveOptions } from '../../src/sdk/resolve-options.ts'
import { type Root, type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { firstRoot, nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { seal } from '../../src/trust/seal-keys.ts'
import { type PrivateKey, generateKey, resignHead, signHead } from '../../src/trust/sign-head.ts'
import { type Content, GLOBALS, KEYS, objectsOf, openai } from './store.ts'

export const DAY = 86_400_000
/** Looks when it is told to, and waits for a server however slow the machine is. */
export const PATIENT = { everyMs: 0, timeoutMs: 900_000 }

/** An account and a global value that say which release they are of, so that a mixture is seen. */
export function numbered(n: number, accounts: Content['accounts'] = {}): Content {
  return {
    accounts: { acme: openai('growth', { max_tokens: n }), other: openai('growth', { max_tokens: n }), ...accounts },
  }
}

/** What a service answers for both accounts of `numbered`; they are the same in one release. */
export function numbersIn(settings: Pick<Settings, 'getModelConfig'>): number[] {
  return ['acme', 'other'].map((id) => settings.getModelConfig('generate_content', id).maxTokens ?? Number.NaN)
}

export function codesOf(settings: Settings): string[] {
  const codes: string[] = []
  settings.on('error', ({ code }) => codes.push(code))
  return codes
}

export interface Person {
  readonly identity: string
  readonly recipient: string
}

/** Somebody to seal keys to. */
export async function person(): Promise<Person> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** Who signs and what is sealed. */
export interface Manner {
  readonly by?: readonly PrivateKey[]
  readonly keys?: Readonly<Record<string, string>>
  readonly to?: readonly string[]
  /** The environment that is sealed with the keys. */
  readonly sealedFor?: string
}

/** A signed store in a folder under a root, of which a test has all private keys. */
export class RootedStore {
  readonly base = mkdtempSync(join(tmpdir(), 'tenfold-rooted-'))
  readonly folder = join(this.base, 'store')
  readonly url = `file:${this.folder}`
  /** What the service and the publisher take for now. */
  readonly clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  readonly first: RootDocument
  document: RootDocument
  root: readonly PrivateKey[]
  release: PrivateKey
  refresh: PrivateKey
  seq = 0

  constructor({ rootKeys = 1, threshold = 1 } = {}) {
    const [release, refresh] = [generateKey(), generateKey()]
    this.root = Array.from({ length: rootKeys }, generateKey)
    const own = Object.entries(GLOBALS.providers).map(([name, { secret }]): [string, string[]] => [name, [secret]])
    // The sample configuration has a provider beside those of the test's own globals.
    const secrets = { ...Object.fromEntries(own), voyage: ['VOYAGE_API_KEY'] }
    this.first = this.document = firstRoot(
      {
        root: roleOf(this.root, threshold),
        release: roleOf([release], 1),
        refresh: roleOf([refresh], 1),
        recipients: {},
        secrets,
      },
      this.root,
    )
    this.release = release
    this.refresh = refresh
    mkdirSync(this.folder)
    onTestFinished(() => rmSync(this.base, { recursive: true, force: true }))
  }

  get headFile(): string {
    return join(this.folder, 'head.json')
  }

  head(): Release {
    return readHead(readFileSync(this.headFile)).release
  }

  file(ref: Ref): string {
    return join(this.folder, pathOf(ref))
  }

  put({ ref, bytes }: StoredObject): Ref {
    mkdirSync(dirname(this.file(ref)), { recursive: true })
    replace(this.file(ref), bytes)
    return ref
  }

  write(head: string | Uint8Array): void {
    replace(this.headFile, head)
  }

  time(ms: number): string {
    return new Date(this.clock.now + ms).toISOString()
  }

  /** A release with all that it names in the store, and not published. */
  async make(
    content: Content,
    over: Partial<Release> = {},
    { keys, to = [], sealedFor }: Manner = {},
  ): Promise<Release> {
    const { root, objects } = objectsOf(content)
    for (const object of objects) this.put(object)
    const environment = over.environment ?? 'production'
    const seq = over.seq ?? ++this.seq
    const sealed = keys && this.put(toObject(await seal(new Map(Object.entries(keys)), sealedFor ?? environment, to)))
    return {
      ...PLAIN,
      environment,
      seq,
      commit: `commit-${seq}`,
      root,
      secrets: sealed ?? null,
      shrunk_at: null,
      history: [],
      trust: this.put(textObject(writeRootDocument(this.document))),
      issued: this.time(0),
      expires: this.time(DAY),
      ...over,
    }
  }

  /** Publishes the content as the next release, or as the release that `over` says, signed by whom the test wants. */
  async publish(content: Content, over: Partial<Release> = {}, manner: Manner = {}): Promise<Release> {
    const release = await this.make(content, over, manner)
    this.write(signHead(release, manner.by ?? [this.release]))
    return release
  }

  /** The published release with other times, or another stage, as the refresh key signs it. */
  resign(
    over: Partial<Pick<Release, 'issued' | 'expires' | 'rollout'>>,
    by: readonly PrivateKey[] = [this.refresh],
  ): void {
    const { release, core } = readHead(readFileSync(this.headFile))
    this.write(resignHead({ ...release, ...over }, core, by))
  }

  /** The next root, with the roles' keys that are named made anew; the old release key is returned. */
  rotate(...roles: ('root' | 'release' | 'refresh')[]): PrivateKey {
    const old = this.release
    const [root, release, refresh] = [generateKey(), generateKey(), generateKey()]
    const signers = [...this.root, root]
    const change: { root?: Root['root']; release?: Root['release']; refresh?: Root['refresh'] } = {}
    if (roles.includes('root')) change.root = roleOf([root], 1)
    if (roles.includes('release')) change.release = roleOf([release], 1)
    if (roles.includes('refresh')) change.refresh = roleOf([refresh], 1)
    this.document = nextRoot(this.document, change, signers)
    if (roles.includes('root')) this.root = [root]
    if (roles.includes('release')) this.release = release
    if (roles.includes('refresh')) this.refresh = refresh
    return old
  }

  options(over: Partial<OpenOptions> = {}): OpenOptions {
    const keys = { from: 'env', env: KEYS } as const
    return {
      store: this.url,
      trust: writeRootDocument(this.first),
      keys,
      refresh: PATIENT,
      now: () => this.clock.now,
      ...over,
    }
  }

  decided(over: Partial<OpenOptions> = {}): ResolvedOptions {
    return resolveOptions(this.options(over))
  }

  /** Opens it without polling; closed when the test ends. */
  async open(over: Partial<OpenOptions> = {}): Promise<Settings> {
    const settings = await openSettings(this.options(over))
    onTestFinished(() => settings.close())
    return settings
  }
}

/** At once, as a publisher does. */
function replace(file: string, bytes: string | Uint8Array): void {
  writeFileSync(`${file}.tmp`, bytes)
  renameSync(`${file}.tmp`, file)
}

/** A store with one release, `numbered(1)`. */
export async function rootedStore(manner: Manner = {}): Promise<RootedStore> {
  const store = new RootedStore()
  await store.publish(numbered(1), {}, manner)
  return store
}
