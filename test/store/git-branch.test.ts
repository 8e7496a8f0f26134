import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { publish } from '../../src/release/publish-copy.ts'
import { openBranch } from '../../src/store/backends/git-branch.ts'
import { gitReader } from '../../src/store/backends/git-reader.ts'
import { GitBackend } from '../../src/store/backends/git-backend.ts'
import { temporaryFolder } from '../support/config.ts'
import { commitAll, git } from '../support/run.ts'
import { wholeStore } from '../support/trust.ts'
import { compiled } from './backends.ts'

let folder = ''
beforeEach(async () => {
  folder = temporaryFolder()
  await commitAll(folder)
  await git(folder, 'remote', 'add', 'origin', '../elsewhere.git')
  mkdirSync(join(folder, 'below', 'there.git'), { recursive: true })
  const before = process.cwd()
  process.chdir(join(folder, 'below'))
  onTestFinished(() => process.chdir(before))
})

describe('what a branch is fetched from', () => {
  test.each([
    ['the name of a remote is its URL, relative to the top of its repository', 'origin', '../elsewhere.git'],
    ['a path that is there is relative to the working directory', './there.git', 'below/there.git'],
    ['a path that is not there too', './nowhere.git', 'below/nowhere.git'],
    ['a name that no remote has too', 'orgin', 'below/orgin'],
  ])('%s', async (_, remote, from) => {
    const branch = await openBranch({ remote, branch: 'tenfold' }, temporaryFolder())
    expect(branch.remote).toBe(join(folder, from))
  })

  test('a path that is there is meant, also where a remote has its name', async () => {
    mkdirSync(join(folder, 'below', 'team', 'store'), { recursive: true })
    await git(folder, 'remote', 'add', 'team/store', 'https://example.org/store.git')
    const place = { remote: 'team/store', branch: 'tenfold' }
    expect((await openBranch(place, temporaryFolder())).remote).toBe(join(folder, 'below/team/store'))
    rmSync(join(folder, 'below', 'team'), { recursive: true })
    expect((await openBranch(place, temporaryFolder())).remote).toBe('https://example.org/store.git')
  })

  test('a URL is left as it is', async () => {
    const remote = 'https://example.org/store.git'
    expect((await openBranch({ remote, branch: 'tenfold' }, temporaryFolder())).remote).toBe(remote)
  })
})

test('a reader’s path is the same after a failure, wherever the process is by then', async () => {
  mkdirSync('store.git')
  await git(join(folder, 'below', 'store.git'), 'init', '-q', '--bare')
  const reader = gitReader({ remote: './store.git', branch: 'tenfold' }, temporaryFolder())
  await expect(reader.head()).rejects.toMatchObject({ message: expect.stringContaining('no such branch') })
  rmSync('store.git', { recursive: true })
  await expect(reader.head()).rejects.toMatchObject({ message: expect.stringContaining('cannot read') })
  const remote = join(folder, 'below', 'store.git')
  mkdirSync(remote)
  await git(remote, 'init', '-q', '--bare')
  const { store, release } = await compiled({ 'accounts/new.yaml': 'id: new\nplan: scale\n' })
  await publish(store, release, new GitBackend({ remote, branch: 'tenfold' }, { cache: temporaryFolder() }))
  process.chdir('/')
  expect(await reader.head()).toBeInstanceOf(Buffer)
})

test('git runs no hook in the repository that is fetched into, and in no other repository', async () => {
  const branch = await openBranch({ remote: 'origin', branch: 'tenfold' }, temporaryFolder())
  expect(await branch.run('config', 'core.hooksPath')).toBe('/dev/null\n')
  expect(await branch.run('rev-parse', '--absolute-git-dir')).toBe(`${branch.gitDir}\n`)
})

test('a store is published to a branch by its path, and read again', async () => {
  const remote = temporaryFolder()
  await git(remote, 'init', '-q', '--bare')
  const { store, release } = await compiled({ 'accounts/new.yaml': 'id: new\nplan: scale\n' })
  const open = (): GitBackend => new GitBackend({ remote, branch: 'tenfold' }, { cache: temporaryFolder() })
  await publish(store, release, open())
  expect(await wholeStore(open())).toMatchObject({ release: { seq: 1 }, problems: [] })
  expect((await git(remote, 'rev-list', '--count', 'tenfold')).stdout.trim()).toBe('1')
})
