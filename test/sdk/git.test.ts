import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { textObject } from '../../src/store/format/object-ref.ts'
import { readHead } from '../../src/store/format/release-manifest.ts'
import { currentHead } from '../../src/store/backend-types.ts'
import { GitBackend } from '../../src/store/backends/git-backend.ts'
import { openSettings } from '../../src/sdk/index.ts'
import { openStore } from '../../src/sdk/open-store.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { signHead } from '../../src/trust/sign-head.ts'
import { GitServer } from '../support/git-http.ts'
import { commitAll, git } from '../support/run.ts'
import { ROOT, UNSEALED } from '../support/trust.ts'
import { type Content, manyAccounts, objectsOf, openai } from './store.ts'

let server: GitServer
let base = ''
let folder = ''
let name = ''
let count = 0

beforeAll(async () => {
  server = await GitServer.start()
})
afterAll(() => server.stop())
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'tenfold-'))
  name = `store-${count++}.git`
  folder = await server.repository(name)
})
afterEach(() => {
  server.mend()
  rmSync(base, { recursive: true, force: true })
})

const trust = writeRootDocument(ROOT.document)

async function publish(content: Content, seq: number): Promise<void> {
  const target = new GitBackend({ remote: folder, branch: 'tenfold' }, { folder: base, keep: 1 })
  const { root, objects } = objectsOf(content)
  const release = {
    ...UNSEALED,
    environment: 'production',
    seq,
    commit: null,
    root,
    trust: textObject(trust).ref,
    issued: new Date().toISOString(),
    expires: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const head = signHead(release, [ROOT.release])
  const { done } = await target.publish({
    objects: [...objects, textObject(trust)],
    expected: await currentHead(target),
    head,
  })
  expect(done).toBe(true)
}

const acme = (n: number): Content => ({ accounts: { ...manyAccounts(300), acme: openai('growth', { max_tokens: n }) } })

test('a service reads a branch over HTTP, and follows it', async () => {
  await publish(acme(1), 1)
  const settings = await openSettings({
    store: `git:${server.url(name, 'reader')}#tenfold`,
    trust,
    refresh: { everyMs: 0 },
  })
  expect(settings.getModelConfig('generate_content', 'acme').maxTokens).toBe(1)
  expect(settings.getModelConfig('generate_content', 'a299').maxTokens).toBe(300)
  const before = server.requests.length
  expect(await settings.refresh()).toBe(false)
  // Nothing new costs one question: what the branch is at (asked twice where the first time is without a password).
  expect(server.requests.slice(before).filter((line) => line.startsWith('POST'))).toHaveLength(1)
  await publish(acme(2), 2)
  expect(await settings.refresh()).toBe(true)
  expect(settings.getModelConfig('generate_content', 'acme').maxTokens).toBe(2)
  expect(settings.status).toMatchObject({ state: 'ready', seq: 2 })
  await settings.close()
})

test('a connection that breaks leaves the last release in place', async () => {
  await publish(acme(1), 1)
  const settings = await openSettings({ store: `git:${server.url(name)}`, trust, refresh: { everyMs: 0 } })
  const errors: unknown[] = []
  settings.on('error', (error) => errors.push(error))
  await publish(acme(2), 2)
  server.fault({ at: /git-upload-pack$/, does: 'before', times: 1 })
  expect(await settings.refresh()).toBe(false)
  expect(errors).toMatchObject([{ code: 'store_unreadable' }])
  expect(settings.getModelConfig('generate_content', 'acme').maxTokens).toBe(1)
  expect(await settings.refresh()).toBe(true)
  expect(settings.getModelConfig('generate_content', 'acme').maxTokens).toBe(2)
  await settings.close()
})

test('a release that a reader holds can be read on after it has left the branch', async () => {
  await publish(acme(1), 1)
  const cacheDir = join(base, 'cache')
  const store = openStore(`git:${folder}#tenfold`, { cacheDir })
  const { root } = readHead(await store.head()).release
  for (const seq of [2, 3, 4, 5]) await publish(acme(seq), seq)
  await store.head()
  expect((await store.read(root)).toString()).toContain('"count":301')
  const other = openStore(`git:${folder}#tenfold`, { cacheDir: join(base, 'other') })
  await expect(other.read(root)).rejects.toMatchObject({ problem: 'damaged' })
  expect(readdirSync(cacheDir)).toEqual(['git'])
})

test('many readers with one cache', async () => {
  await publish(acme(1), 1)
  const url = `git:${server.url(name)}`
  const heads = await Promise.all(
    Array.from({ length: 12 }, () => openStore(url, { cacheDir: join(base, 'cache') }).head()),
  )
  expect(new Set(heads.map(String)).size).toBe(1)
})

test('what is wrong has a code, and no password in it', async () => {
  const opening = (url: string): Promise<unknown> => {
    return openSettings({ store: url, trust, refresh: { everyMs: 0 } }).catch((error: unknown) => error)
  }
  expect(await opening(`git:${server.url(name)}`)).toMatchObject({ code: 'store_not_found' })
  await commitAll(base)
  await git(base, 'commit', '-q', '--allow-empty', '-m', 'x')
  await git(base, 'push', '-q', folder, 'HEAD:tenfold')
  expect(await opening(`git:${server.url(name)}`)).toMatchObject({ code: 'store_not_found' })
  for (const url of [
    server.url(name, 'writer', 'wrong-s3cret'),
    server.url(name, ''),
    'http://writer:s3cret@127.0.0.1:1/x',
    join(base, 'none'),
  ]) {
    const error = await opening(`git:${url}`)
    expect(error).toMatchObject({ code: 'store_unreadable' })
    expect(`${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`).not.toContain(
      's3cret',
    )
  }
  expect(await opening('git:-x#y')).toMatchObject({ code: 'unsupported_store' })
})
