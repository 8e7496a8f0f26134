import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { openSettings } from '../../src/index.ts'
import { ROOT, publishingKeys } from './keys.ts'
import { temporaryFolder } from '../support/config.ts'
import { git } from '../support/run.ts'
import { Trap, branchOf, checkoutOf, commit, errorsOf, head, run, sample, write } from './support.ts'

/** The files of a repository that runs a hook, under a name that anybody can compute. */
function hookedRepository(at: string, trap: Trap): Record<string, string> {
  return {
    [`${at}/HEAD`]: 'ref: refs/heads/main\n',
    [`${at}/config`]: `[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = "${trap.command}"\n\tsshCommand = "${trap.command}"\n`,
    [`${at}/objects/info/keep`]: '',
    [`${at}/refs/heads/.keep`]: '',
    [`${at}/hooks/reference-transaction`]: trap.script,
    [`${at}/hooks/pre-push`]: trap.script,
    [`${at}/hooks/post-index-change`]: trap.script,
  }
}

const nameOf = (url: string, branch = 'tenfold'): string =>
  createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 32)

describe('.tenfold/ that a checkout brings', () => {
  it('with a repository under the name of ours: nothing of it is run, in a release, a refresh or a look', async () => {
    const origin = join(temporaryFolder(), 'origin.git')
    const base = await sample()
    const keys = await publishingKeys(base)
    await commit(base, 'trust')
    await git(base, 'clone', '-q', '--bare', base, origin)
    const pr = await branchOf(origin)
    const trap = new Trap()
    const files = hookedRepository(`.tenfold/git/${nameOf(origin)}`, trap)
    write(pr, files)
    for (const path of Object.keys(files)) if (path.includes('/hooks/')) chmodSync(join(pr, path), 0o755)
    await commit(pr, 'tidy up')
    await git(pr, 'push', '-q', 'origin', 'HEAD:main')
    const checkout = await checkoutOf(origin, 'main')

    expect(await errorsOf(checkout, ['--since', await head(base)])).toEqual([
      `error files/unexpected .tenfold/git/${nameOf(origin)}/HEAD:1:1`,
    ])
    expect((await run(['release', '--to', 'git:origin#tenfold'], checkout, keys)).code).toBe(1)
    // The release that was made before it, from a checkout without it.
    const honest = await checkoutOf(base, 'main')
    expect(await run(['release', '--to', `git:${origin}#tenfold`], honest, keys)).toMatchObject({ code: 0 })
    expect(await run(['release', '--refresh', '--to', 'git:origin#tenfold'], checkout, keys)).toMatchObject({ code: 0 })
    expect(await run(['get', 'acme', 'generate_content', '--store', 'git:origin#tenfold'], checkout)).toMatchObject({
      code: 0,
    })
    expect(await run(['verify', 'git:origin#tenfold'], checkout)).toMatchObject({ code: 0 })
    expect(trap.wasRun).toBe(false)
  })

  it.each([
    ['in any folder', 'some/where/.tenfold/keys/release.pem'],
    ['in another spelling', '.Tenfold/store/head.json'],
    ['in the configuration', 'config/.tenfold/x'],
  ])('is an error at the first path of each such folder: %s', async (_, path) => {
    const base = await sample()
    const start = await head(base)
    const pr = await branchOf(base)
    write(pr, { [path]: 'x', [`${path}.other`]: 'x' })
    await commit(pr, 'tidy up')
    for (const args of [[], ['--at', 'HEAD'], ['--since', start], ['--since', start, '--at', 'HEAD']]) {
      expect(await errorsOf(await checkoutOf(pr), args)).toEqual([`error files/unexpected ${path}:1:1`])
    }
  })

  it('is an error as a link, which leads what we write to where a checkout has prepared it', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    write(pr, { 'prepared/store/head.json': '{}' })
    symlinkSync('prepared', join(pr, '.tenfold'))
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    expect(await errorsOf(checkout)).toEqual(['error files/unexpected .tenfold:1:1'])
    expect((await run(['compile'], checkout)).code).toBe(1)
    expect((await run(['release', '--allow-missing'], checkout)).code).toBe(1)
    expect(readdirSync(join(checkout, 'prepared', 'store'))).toEqual(['head.json'])
  })

  it('with private keys: none of them signs', async () => {
    const base = await sample()
    const { TENFOLD_RELEASE_KEY } = await publishingKeys(base)
    write(base, { '.tenfold/keys/release.pem': TENFOLD_RELEASE_KEY ?? '' })
    await commit(base, 'keys')
    const checkout = await checkoutOf(base, 'main')
    const ran = await run(['release', '--allow-missing', '--to', 'file:store'], checkout)
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('git tracks') })
    expect(existsSync(join(checkout, 'store'))).toBe(false)
  })
})

const release = (folder: string, store: string): Release =>
  readHead(readFileSync(join(folder, store, 'head.json'))).release
const filesParsed = (stdout: string): { files_parsed: number; files_reused: number } => JSON.parse(stdout)

describe('a store is a cache', () => {
  it('of this machine alone: one that a change brings is not signed again as the release', async () => {
    const attacker = { XDG_STATE_HOME: temporaryFolder() }
    const base = await sample()
    const keys = await publishingKeys(base)
    await commit(base, 'trust')
    const origin = join(temporaryFolder(), 'origin.git')
    await git(base, 'clone', '-q', '--bare', base, origin)
    // An honest store of another configuration, under the same key of the machine even.
    for (const env of [attacker, {}]) {
      const pr = await branchOf(origin)
      write(pr, {
        'config/accounts/northwind.yaml': 'id: northwind\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n',
      })
      expect(await run(['release', '--allow-missing'], pr, env)).toMatchObject({ code: 0 })
      await git(pr, 'checkout', '-q', '--', 'config')
      await commit(pr, 'tidy up')
      const checkout = await checkoutOf(pr)
      expect(await errorsOf(checkout)).toEqual(['error files/unexpected .tenfold/store/head.json:1:1'])
      expect((await run(['release', '--to', `git:${origin}#tenfold`], checkout, keys)).code).toBe(1)
      const asked = await run(['get', 'northwind', 'generate_content', '--store', 'file:.tenfold/store'], checkout)
      expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('git tracks') })
    }
  })

  it('for a release elsewhere, only where the target holds the same: what a local key signed is not enough', async () => {
    const base = await sample()
    const keys = await publishingKeys(base)
    await commit(base, 'trust')
    expect((await run(['release', '--allow-missing'], base)).code).toBe(0)
    const args = ['release', '--to', `git:${await bare()}#tenfold`, '--format', 'json']
    expect(filesParsed((await run(args, base, keys)).stdout)).toMatchObject({ files_reused: 0 })
    expect(filesParsed((await run(args, base, keys)).stdout)).toMatchObject({ files_parsed: 0 })
  })

  it('never under TENFOLD_UNTRUSTED', async () => {
    const folder = await sample()
    for (const out of [[], ['--out', 'out']]) {
      await run(['compile', ...out], folder)
      const args = ['compile', '--format', 'json', ...out]
      expect(filesParsed((await run(args, folder)).stdout)).toMatchObject({ files_parsed: 0 })
      expect(filesParsed((await run(args, folder, { TENFOLD_UNTRUSTED: '1' })).stdout)).toMatchObject({
        files_reused: 0,
      })
    }
  })

  it.each([
    ['compiled elsewhere', { XDG_STATE_HOME: 'their' }],
    ['compiled here, and tracked', {}],
  ])('only where this machine made it: --out %s', async (_, env) => {
    const folder = await sample()
    const theirs = 'XDG_STATE_HOME' in env ? { XDG_STATE_HOME: temporaryFolder() } : {}
    write(folder, {
      'config/accounts/northwind.yaml': 'id: northwind\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n',
    })
    await run(['compile', '--out', 'out'], folder, theirs)
    await git(folder, 'checkout', '-q', '--', 'config')
    if (!('XDG_STATE_HOME' in env)) await commit(folder, 'a store')
    const ran = await run(['compile', '--out', 'out', '--format', 'json'], folder)
    expect(filesParsed(ran.stdout)).toMatchObject({ files_reused: 0 })
    expect(release(folder, 'out').root).not.toBe('')
  })
})

describe('folders of this machine’s own', () => {
  it('are closed to others, and the key in them is made with the first store', async () => {
    const home = temporaryFolder()
    const env = { HOME: home, XDG_STATE_HOME: '', XDG_CACHE_HOME: '' }
    const folder = await sample()
    expect((await run(['compile'], folder, env)).code).toBe(0)
    const state = join(home, '.local', 'state', 'tenfold')
    expect(readdirSync(state).sort()).toEqual(['local.pem', 'local.pub'])
    expect(statSync(state).mode & 0o777).toBe(0o700)
    expect(statSync(join(state, 'local.pem')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, '.tenfold'))).toEqual(['store'])
    chmodSync(state, 0o777)
    expect(await run(['compile', '--out', 'other'], folder, env)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('open to others'),
    })
  })

  it('of a user without a home are below .tenfold, where git does not track it', async () => {
    const env = { HOME: '/nonexistent', XDG_STATE_HOME: '', XDG_CACHE_HOME: '' }
    const folder = await sample()
    expect((await run(['compile'], folder, env)).code).toBe(0)
    expect(existsSync(join(folder, '.tenfold', 'local.pem'))).toBe(true)
    const again = await run(['compile', '--format', 'json'], folder, env)
    expect(filesParsed(again.stdout)).toMatchObject({ files_parsed: 0 })
    await commit(folder, 'everything')
    expect((await run(['compile'], folder, env)).code).toBe(1)
  })

  it.each([
    ['in XDG_CACHE_HOME, which is in the checkout', 'cli'],
    ['in the cacheDir of a service', 'sdk'],
  ])('are not taken from somebody else: a repository %s', async (_, reader) => {
    const base = await sample()
    const keys = await publishingKeys(base)
    const origin = await bare()
    expect((await run(['release', '--to', `git:${origin}#tenfold`], base, keys)).code).toBe(0)
    const trap = new Trap()
    const cache = join(temporaryFolder(), 'cache')
    const at = reader === 'cli' ? join('tenfold', 'git') : 'git'
    const files = hookedRepository(join(at, nameOf(origin)), trap)
    write(cache, files)
    for (const path of Object.keys(files)) if (path.includes('/hooks/')) chmodSync(join(cache, path), 0o755)
    // As closed as ours: a checkout that was made under `umask 077`.
    for (const folder of ['', ...readdirSync(cache, { recursive: true, encoding: 'utf8' })]) {
      if (statSync(join(cache, folder)).isDirectory()) chmodSync(join(cache, folder), 0o700)
    }
    if (reader === 'cli') {
      const env = { XDG_CACHE_HOME: cache }
      expect(
        await run(['get', 'acme', 'generate_content', '--store', `git:${origin}#tenfold`], base, env),
      ).toMatchObject({ code: 0 })
      expect(await run(['release', '--to', `git:${origin}#tenfold`], base, { ...keys, ...env })).toMatchObject({
        code: 0,
      })
    } else {
      const trust = join(base, ROOT)
      const settings = await openSettings({
        store: `git:${origin}#tenfold`,
        trust,
        cacheDir: cache,
        refresh: { everyMs: 0 },
      })
      expect(settings.getModelConfig('generate_content', 'acme').model).toBe('gpt-4')
      await settings.close()
    }
    expect(trap.wasRun).toBe(false)
  })
})

async function bare(): Promise<string> {
  const origin = join(temporaryFolder(), 'origin.git')
  mkdirSync(origin)
  await git(origin, 'init', '-q', '--bare')
  return origin
}
