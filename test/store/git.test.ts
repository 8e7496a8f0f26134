import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseGitUrl } from '../../src/git/parse-git-url.ts'
import type { Ref } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { reach } from '../../src/store/reachable-objects.ts'
import { publish } from '../../src/release/publish-copy.ts'
import type { StoreReader } from '../../src/store/backend-types.ts'
import { GitBackend, type GitBackendOptions } from '../../src/store/backends/git-backend.ts'
import { wholeStore } from '../support/trust.ts'
import { GitServer } from '../support/git-http.ts'
import { commitAll, git } from '../support/run.ts'
import { gitReader } from '../../src/store/backends/git-reader.ts'
import { type Compiled, type Place, backendContract, compiled } from './backends.ts'
import { type Contents, type ReadPlace, readerContract } from './contract.ts'

const LATER = '2026-01-01T00:00:00Z'

let server: GitServer
let base = ''
/** The repository's folder, where the test looks at it as its host would. */
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

function at(remote: string, branch = 'tenfold', options: GitBackendOptions = {}): GitBackend {
  return new GitBackend({ remote, branch }, { folder: base, pauses: [10, 20, 30], ...options })
}

/** A cache of its own, as on another machine. */
let machines = 0
function elsewhere(remote: string): GitBackend {
  return at(remote, 'tenfold', { cache: cacheOf() })
}

function cacheOf(): string {
  return join(base, `machine-${machines++}`)
}

async function contents(): Promise<Record<string, string>> {
  const { stdout } = await git(folder, 'ls-tree', '-r', 'refs/heads/tenfold')
  const lines = stdout.split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => line.split('\t').reverse()))
}

/** Puts a file on a branch, as somebody else's push would. */
async function commitTo(branch: string, path: string, text: string): Promise<void> {
  const isThere = (await git(folder, 'rev-parse', '--quiet', '--verify', branch)).code === 0
  commitDirectly(branch, isThere ? `from refs/heads/${branch}^0\n` : '', { [path]: Buffer.from(text) })
}

/** Commits files in the repository itself: one process, where a clone and a push are ten. */
function commitDirectly(branch: string, onto: string, contents: Contents): void {
  const files = Object.entries(contents).flatMap(([path, bytes]) => {
    return [`M 100644 inline ${JSON.stringify(path)}\ndata ${bytes.length}\n`, bytes, '\n']
  })
  const commit = `commit refs/heads/${branch}\ncommitter Ada <ada@example.org> 1769860800 +0000\ndata 4\nours\n${onto}`
  const input = Buffer.concat([commit, ...files].map((part) => Buffer.from(part)))
  execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: folder, input })
}

const place = (open: () => GitBackend, refuse: NonNullable<Place['refuse']>) => async (): Promise<Place> => ({
  open,
  contents,
  // A file of somebody else's is on another branch of the same repository; on the store's own, see below.
  async plant(path, text) {
    await commitTo('main', path, text)
    return async () => (await git(folder, 'show', `main:${path}`)).stdout
  },
  change: (path, text) => commitTo('tenfold', path, text),
  refuse,
})

backendContract(
  'a branch, by a path',
  place(
    () => elsewhere(folder),
    async () => rejectBy('no'),
  ),
)
backendContract(
  'a branch, over HTTP',
  place(
    () => elsewhere(server.url(name)),
    async () => {
      server.fault({ at: /git-receive-pack/, does: 403, times: 99 })
      return async () => server.mend()
    },
  ),
)
backendContract(
  'a branch, over HTTP, from one machine',
  place(
    () => at(server.url(name)),
    async () => {
      server.fault({ at: /git-receive-pack/, does: 403, times: 99 })
      return async () => server.mend()
    },
  ),
)

/** The place of a store on a branch, for whoever reads there. */
function branchOf(open: () => StoreReader): ReadPlace {
  return {
    open,
    put: async (contents) => commitDirectly('tenfold', '', contents),
    cut: async () => server.fault({ at: /./, does: 404, times: 99 }),
  }
}

readerContract('a branch, for a service', async () => ({
  ...branchOf(() => gitReader({ remote: server.url(name, 'reader'), branch: 'tenfold' }, cacheOf())),
  isForServices: true,
}))
readerContract('a branch, for a command', async () => ({
  ...branchOf(() => elsewhere(server.url(name, 'reader'))),
  refusesForeign: true,
}))

/** A hook of the host's, such as one that protects a branch. */
function rejectBy(words: string): () => Promise<void> {
  const hook = join(folder, 'hooks', 'pre-receive')
  mkdirSync(join(folder, 'hooks'), { recursive: true })
  writeFileSync(hook, `#!/bin/sh\necho '${words}' >&2\nexit 1\n`)
  chmodSync(hook, 0o755)
  return async () => rmSync(hook)
}

/** Publishing has to fail like this, and to change nothing. */
async function refused(target: GitBackend): Promise<unknown> {
  const from = await compiled({ 'accounts/new.yaml': 'id: new\nplan: scale\n' })
  const before = await contents()
  const failure = await publish(from.store, from.release, target).catch((error: unknown) => error)
  expect(await contents()).toEqual(before)
  expect(failure).toMatchObject({ name: 'Failure', kind: 'world', help: says(/\S/) })
  const text = `${String(failure)} ${JSON.stringify(failure)}`
  expect(text).not.toMatch(/s3cret|wrong/)
  return failure
}

/** A configuration of which no two are alike. */
function differing(n: number): Promise<Compiled> {
  return compiled({ 'accounts/b.yaml': `id: b\nplan: scale\noverrides: { openai: { max_tokens: ${n} } }\n` })
}

const says = (pattern: RegExp): unknown => expect.stringMatching(pattern)

async function publishOnce(): Promise<void> {
  const { store, release } = await compiled({})
  await publish(store, release, elsewhere(folder))
}

describe('a refusal names the place, the reason and the way out, and no password', () => {
  beforeEach(publishOnce)

  test('a wrong password, and none', async () => {
    const message = /cannot read git:http:\/\/\*\*\*@127.* the credentials were refused/
    expect(await refused(elsewhere(server.url(name, 'writer', 'wrong')))).toMatchObject({ message: says(message) })
    expect(await refused(elsewhere(server.url(name, '')))).toMatchObject({ message: says(/credentials/) })
  })

  test('a user who may only read', async () => {
    const message = /cannot publish to git:.* no permission/
    expect(await refused(elsewhere(server.url(name, 'reader')))).toMatchObject({ message: says(message) })
  })

  test('a protected branch', async () => {
    const mend = rejectBy('error: GH006: Protected branch update failed for refs/heads/tenfold.')
    const message = /the branch does not accept this push \(GH006: Protected branch update failed/
    expect(await refused(elsewhere(server.url(name)))).toMatchObject({ message: says(message) })
    await mend()
  })

  test('no such repository, and no such host', async () => {
    expect(await refused(elsewhere(server.url('nowhere.git')))).toMatchObject({ message: says(/no such repository/) })
    expect(await refused(elsewhere('http://writer:s3cret@127.0.0.1:1/x.git'))).toMatchObject({
      message: says(/cannot be reached/),
    })
  })

  test('too many requests, for longer than we wait', async () => {
    server.fault({ at: /git-receive-pack/, does: 429, times: 99 })
    expect(await refused(elsewhere(server.url(name)))).toMatchObject({ message: says(/too many requests/) })
  })

  test('a server in trouble, for longer than we wait', async () => {
    server.fault({ at: /upload-pack/, does: 503, times: 99 })
    expect(await refused(elsewhere(server.url(name)))).toMatchObject({ message: says(/server has a problem/) })
  })
})

describe('what passes is waited for', () => {
  beforeEach(publishOnce)

  test.each([
    ['502 when it is asked for the branch', { at: /upload-pack/, does: 502, times: 1 }],
    ['429 twice', { at: /git-receive-pack/, does: 429, times: 2 }],
    ['a push cut in the middle', { at: /POST .*git-receive-pack$/, does: 'before', times: 1 }],
    ['a push cut after it was done', { at: /POST .*git-receive-pack$/, does: 'after', times: 1 }],
    ['a fetch cut in the middle', { at: /POST .*git-upload-pack$/, does: 'before', times: 1 }],
  ] as const)('%s', async (_, fault) => {
    server.fault(fault)
    const from = await compiled({ 'accounts/new.yaml': 'id: new\nplan: scale\n' })
    const { release } = await publish(from.store, from.release, elsewhere(server.url(name)))
    expect(release.seq).toBe(2)
    expect(await wholeStore(elsewhere(folder))).toMatchObject({ release, problems: [], accounts: 2 })
  })
})

describe('a branch that is not a store', () => {
  test('is somebody’s work: refused by everything, and untouched', async () => {
    await commitTo('tenfold', 'src/main.ts', 'export {}\n')
    expect(await refused(at(folder))).toMatchObject({ message: says(/is not a store: it has no head.json/) })
    await commitTo('tenfold', 'head.json', '{}')
    expect(await refused(at(folder))).toMatchObject({ message: says(/is not a store/) })
    await expect(wholeStore(at(folder))).rejects.toThrow('is not a store')
  })

  test('files beside a store stay there, with their modes', async () => {
    await publishOnce()
    await commitTo('tenfold', 'docs/"odd" \\ name.md', 'Ours')
    await commitTo('tenfold', 'README.md', 'Ours')
    const before = await contents()
    const from = await compiled({ 'accounts/new.yaml': 'id: new\nplan: scale\n' })
    expect((await publish(from.store, from.release, at(folder))).release.seq).toBe(2)
    const { 'head.json': _, ...after } = await contents()
    expect(after).toMatchObject({ 'README.md': before['README.md'] })
    expect(Object.keys(after).filter((path) => path.includes('odd'))).toHaveLength(1)
  })
})

test('one commit without parents, whoever published', async () => {
  for (const n of [1, 2, 3]) {
    const { store, release } = await differing(n)
    await publish(store, release, elsewhere(folder))
  }
  expect((await git(folder, 'rev-list', '--count', 'tenfold')).stdout.trim()).toBe('1')
  expect((await git(folder, 'show', '-s', '--format=%s', 'tenfold')).stdout.trim()).toBe('production 3')
  expect((await git(folder, 'fsck', '--strict', 'tenfold')).code).toBe(0)
})

test('the objects of old releases go, those of the last ones stay', async () => {
  const heads: Uint8Array[] = []
  const target = at(folder, 'tenfold', { keep: 2 })
  const sizes: number[] = []
  for (let n = 1; n <= 12; n++) {
    const { store, release } = await differing(n)
    await publish(store, release, target)
    heads.push(await target.head())
    sizes.push(Object.keys(await contents()).length)
  }
  expect(Math.max(...sizes)).toBe(sizes[3])
  expect(await wholeStore(target)).toMatchObject({ problems: [], release: { seq: 12 } })
  const roots = heads.map((head) => readHead(head).release.root)
  const present = await Promise.all(roots.map((root) => target.has(root)))
  expect(present.slice(-3)).toEqual([true, true, true])
  expect(present.slice(0, 8)).toEqual(Array(8).fill(false))
})

test('what a candidate needs stays as long as its release, and the commit names it', async () => {
  const target = at(folder, 'tenfold', { keep: 2 })
  const [stable, next] = [await differing(1), await differing(2)]
  await publish(stable.store, stable.release, target)
  const { root } = next.release
  const candidate = { id: 'r2', commit: null, tree: null, root, stages: [{ bp: 500 }], exclude: [], until: LATER }
  const release = { ...stable.release, seq: 2, candidate, rollout: { stage: 0, since: LATER, expires: LATER } }
  const reached = new Set<Ref>()
  await reach({ root, secrets: null, candidate: null }, (ref) => next.store.read(ref), reached)
  const objects = [...reached].map((ref) => ({ ref, bytes: next.store.readNow(ref) }))
  await target.publish({ objects, expected: await target.head(), head: writeHead(release) })
  expect((await git(folder, 'log', '-1', '--format=%B', 'tenfold')).stdout).toContain(
    `\nRelease: 2 ${stable.release.root} - ${root}\nRelease: 1 ${stable.release.root} - -\n`,
  )
  expect(await wholeStore(target)).toMatchObject({ problems: [], accounts: 2 })
  const there: boolean[] = []
  for (let n = 3; n <= 10; n++) {
    const { store, release: later } = await differing(n)
    await publish(store, later, target)
    there.push(await target.has(root))
  }
  expect(there.slice(0, 2)).toEqual([true, true])
  expect(there.at(-1)).toBe(false)
})

test('by the name of a remote, with what its repository knows of how to reach it', async () => {
  const work = join(base, 'work')
  mkdirSync(work)
  await commitAll(work)
  await git(work, 'remote', 'add', 'origin', server.url(name, ''))
  const header = `Authorization: Basic ${Buffer.from('writer:s3cret').toString('base64')}`
  await git(work, 'config', 'http.extraHeader', header)
  const target = at('origin', 'tenfold', { folder: work })
  const from = await compiled({})
  const before = (await git(work, 'status', '--porcelain=v2', '--branch')).stdout
  await publish(from.store, from.release, target)
  expect(await wholeStore(target)).toMatchObject({ problems: [] })
  expect((await git(work, 'for-each-ref')).stdout).not.toContain('tenfold')
  expect((await git(work, 'status', '--porcelain=v2', '--branch', '--', ':!.tenfold')).stdout).toBe(before)
  const failure = await at('orgin', 'tenfold', { folder: work })
    .head()
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ kind: 'usage', help: expect.stringContaining('did you mean "origin"?') })
})

test('variables for git in the environment change nothing', async () => {
  const before = { ...process.env }
  Object.assign(process.env, {
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere',
    GIT_WORK_TREE: '/',
    GIT_EDITOR: 'false',
    PAGER: 'false',
    EDITOR: 'false',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.editor',
    GIT_CONFIG_VALUE_0: 'false',
  })
  try {
    const from = await compiled({})
    await publish(from.store, from.release, at(folder))
    expect(await wholeStore(at(folder))).toMatchObject({ problems: [] })
  } finally {
    process.env = before
  }
})

test('the URL of a target', () => {
  const place = (url: string): unknown => parseGitUrl(url)
  expect(place('git:origin#tenfold')).toEqual({ remote: 'origin', branch: 'tenfold' })
  expect(place('git:origin')).toEqual({ remote: 'origin', branch: 'tenfold' })
  expect(place('git:https://u:p@h/a#b.git#x/y')).toEqual({ remote: 'https://u:p@h/a#b.git', branch: 'x/y' })
  for (const wrong of [
    'git:',
    'git:#x',
    'git:-x#y',
    'git:ext::sh -c id#y',
    'git:a#',
    'git:a#-x',
    'git:a#x..y',
    'git:a#x y',
    'git:a#x:y',
    'git:a#x.lock',
    'git:a#x/.y',
    'git:a#@',
    'git:a#@{-1}',
    'git:a\n#x',
    'git:a#x/',
    'git:a#x*',
  ])
    expect(place(wrong), wrong).toBeUndefined()
})

test('nothing of the credentials is kept', async () => {
  await publishOnce()
  await wholeStore(at(server.url(name)))
  const { stdout } = await git(base, 'grep', '--no-index', '-l', '-e', 's3cret', '-e', 'writer', '--', '.tenfold')
  expect(stdout).toBe('')
  expect(at(server.url(name)).url).toMatch(/^git:http:\/\/\*\*\*@127\.0\.0\.1:\d+\/store-\d+\.git#tenfold$/)
  expect(readFileSync(join(folder, 'HEAD'), 'utf8')).toContain('main')
})
