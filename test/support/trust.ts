import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivate, stateFolder } from '../../src/base/own-folders.ts'
import { PLAIN, type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { localSigner } from '../../src/release/release-signers.ts'
import { type Backend, currentHead } from '../../src/store/backend-types.ts'
import { type Verified, verify } from '../../src/release/verify-store.ts'
import { type Root, type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { firstRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, signHead, toPem } from '../../src/trust/sign-head.ts'

/** A release of which nothing is sealed, and which no root knows. */
export const UNSEALED = { ...PLAIN, secrets: null, trust: null, shrunk_at: null, history: [] } as const

/** The key with which these tests sign embedded stores. */
const LOCAL: PrivateKey = generateKey()

/** Makes this machine's key the one of these tests, so that an embedded store is believed when that signed it. */
export function trustLocally(): void {
  const folder = stateFolder() ?? ''
  makePrivate(folder)
  writeFileSync(join(folder, 'local.pub'), `${LOCAL.public.x}\n`)
}

export function signedHead(release: Release): string {
  return signHead(release, [LOCAL])
}

/** The publisher of embedded stores in these tests. */
export const localTests = localSigner(
  { public: LOCAL.public, private: () => LOCAL },
  undefined,
  { now: undefined, days: 0 },
  { percent: undefined, isAllowed: true },
)

/** What a store's head says, whoever signed it. */
export async function releaseIn(target: Backend): Promise<Release> {
  const head = await currentHead(target)
  if (head === undefined) throw new Error('there is no store')
  return readHead(head).release
}

/** Reads every object of a store, whoever signed it. */
export async function wholeStore(target: Backend): Promise<Verified> {
  return verify(target, await releaseIn(target))
}

/** A root of trust whose keys are at hand, and nobody to seal to. */
export const ROOT = testRoot({})

/** A root with a key for each role, in memory. */
export function testRoot(over: Partial<Omit<Root, 'version'>>): {
  document: RootDocument
  root: PrivateKey
  release: PrivateKey
  refresh: PrivateKey
} {
  const [root, release, refresh] = [generateKey(), generateKey(), generateKey()]
  const secrets = Object.fromEntries(
    ['openai', 'anthropic', 'dalle', 'runware', 'voyage'].map((name) => [name, [`${name.toUpperCase()}_API_KEY`]]),
  )
  const document = firstRoot(
    {
      root: roleOf([root], 1),
      release: roleOf([release], 1),
      refresh: roleOf([refresh], 1),
      recipients: {},
      secrets,
      ...over,
    },
    [root],
  )
  return { document, root, release, refresh }
}

/** Puts a root into `FOLDER/config` and its keys where commands that run in FOLDER look for them. */
export function trustFolder(folder: string, { document, root, release, refresh } = ROOT): string {
  mkdirSync(join(folder, 'config', 'trust'), { recursive: true })
  writeFileSync(join(folder, 'config', 'trust', 'root.json'), writeRootDocument(document))
  mkdirSync(join(folder, '.tenfold', 'keys'), { recursive: true })
  for (const [name, key] of Object.entries({ root, release, refresh })) {
    writeFileSync(join(folder, '.tenfold', 'keys', `${name}.pem`), toPem(key), { mode: 0o600 })
  }
  return folder
}
