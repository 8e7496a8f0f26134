import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'
import { WRONG, edit, found, withAccount } from './support.ts'

test('from another working directory, files are relative to it', async () => {
  const folder = withAccount(WRONG)
  const rule = 'error schema/unknown-key'
  const above = await found(dirname(folder), '--config', join(folder, 'config'))
  expect(above.all).toEqual([`${rule} ${basename(folder)}/config/accounts/acme.yaml`])
  expect((await found(join(folder, 'config'), '--config', '.')).all).toEqual([`${rule} accounts/acme.yaml`])
  expect((await found(join(folder, 'config', 'accounts'), '--config', '..')).all).toEqual([
    `${rule} ../accounts/acme.yaml`,
  ])
  renameSync(join(folder, 'config'), join(folder, 'settings of ours'))
  expect((await found(folder, '--config', 'settings of ours/')).all).toEqual([
    `${rule} settings of ours/accounts/acme.yaml`,
  ])
})

test('a store is relative to the working directory, wherever the configuration lies', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  const elsewhere = temporaryFolder()
  const ran = await tenfold(['release', '--config', join(folder, 'config'), '--format', 'json'], elsewhere)
  expect(JSON.parse(ran.stdout)).toMatchObject({
    store: '.tenfold/store',
    published: [{ target: 'file:.tenfold/store', seq: 1 }],
  })
  expect(await tenfold(['verify', '.tenfold/store'], elsewhere)).toMatchObject({ code: 0 })
  expect(await tenfold(['get', 'acme', 'generate_content', '--store', 'file:.tenfold/store'], elsewhere)).toMatchObject(
    { code: 0 },
  )
})

test('the embedded store is known by its real path, before it is there too', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  const link = join(temporaryFolder(), 'link')
  symlinkSync(folder, link)
  const store = join(link, '.tenfold', 'store')
  expect(await tenfold(['release', '--to', `file:${store}/`], folder)).toMatchObject({ code: 0 })
  for (const url of [store, `file:${store}`, `file://${store}/`, `file://localhost${store}`, './.tenfold//store/.']) {
    expect(await tenfold(['verify', url], folder), url).toMatchObject({ code: 0 })
  }
})

test('the configuration through a link to its folder', async () => {
  const folder = withAccount(WRONG)
  await commitAll(folder)
  const link = join(temporaryFolder(), 'link')
  symlinkSync(join(folder, 'config'), link)
  expect((await found(folder, '--config', link)).code).toBe(1)
  expect((await found(folder, '--config', link, '--at', 'HEAD')).code).toBe(1)
})

describe('the commit of a compiled configuration', () => {
  async function commitOf(cwd: string, ...args: readonly string[]): Promise<unknown> {
    const ran = await tenfold(['compile', '--flat', '-', ...args], cwd)
    const { commit }: { commit: unknown } = JSON.parse(ran.stdout)
    return commit
  }

  test('is that of the repository that contains it, from wherever the command is run', async () => {
    const folder = withAccount('id: acme\nplan: growth\n')
    const commit = await commitAll(folder)
    const elsewhere = temporaryFolder()
    writeFileSync(join(elsewhere, 'x'), '')
    const other = await commitAll(elsewhere)
    expect(await commitOf(folder)).toBe(commit)
    expect(await commitOf(elsewhere, '--config', join(folder, 'config'))).toBe(commit)
    expect(await commitOf(elsewhere, '--config', join(folder, 'config'), '--at', commit.slice(0, 10))).toBe(commit)
    expect(commit).not.toBe(other)
    // GIT_DIR of somebody else's, such as a hook's, says nothing about this configuration.
    const hooked = await tenfold(['compile', '--flat', '-'], folder, { GIT_DIR: join(elsewhere, '.git') })
    expect(JSON.parse(hooked.stdout)).toMatchObject({ commit })
  })

  test('is null for a dirty tree: a changed, a new, a staged and a deleted file', async () => {
    const folder = withAccount('id: acme\nplan: growth\n')
    const commit = await commitAll(folder)
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    expect(await commitOf(folder)).toBeNull()
    await git(folder, 'add', '-A')
    expect(await commitOf(folder)).toBeNull()
    await git(folder, 'reset', '-q', '--hard')
    expect(await commitOf(folder)).toBe(commit)
    edit(folder, 'accounts/new.yaml', 'id: new\nplan: scale\n')
    expect(await commitOf(folder)).toBeNull()
    await git(folder, 'clean', '-fdq')
    // What is changed outside the configuration does not make it another one.
    writeFileSync(join(folder, 'README.md'), 'x')
    expect(await commitOf(folder)).toBe(commit)
    await git(folder, 'rm', '-q', 'config/accounts/acme.yaml')
    expect(await commitOf(folder)).toBeNull()
  })

  test.for([
    ['update-index', '--assume-unchanged', 'config/accounts/acme.yaml'],
    ['update-index', '--skip-worktree', 'config/accounts/acme.yaml'],
    ['sparse-checkout', 'set', '--no-cone', '/*', '!/config/accounts/acme.yaml'],
  ])('is null where git was told not to look, and something else is there: git %s %s', async (args) => {
    const folder = withAccount('id: acme\nplan: growth\n')
    const commit = await commitAll(folder)
    await git(folder, ...args)
    if (args[0] === 'update-index') {
      expect(await commitOf(folder)).toBe(commit)
      edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    }
    expect(await commitOf(folder)).toBeNull()
  })

  test('is null without a repository, before the first commit, and without git', async () => {
    const folder = withAccount('id: acme\nplan: growth\n')
    expect(await commitOf(folder)).toBeNull()
    await git(folder, 'init', '-q')
    expect(await commitOf(folder)).toBeNull()
    await commitAll(folder)
    const ran = await tenfold(['compile', '--flat', '-'], folder, { PATH: temporaryFolder() })
    expect(JSON.parse(ran.stdout)).toMatchObject({ commit: null })
  })

  test('an ignored file of the configuration is part of it: the commit does not say what was compiled', async () => {
    const folder = writeConfig({})
    writeFileSync(join(folder, '.gitignore'), 'local.yaml\n')
    const commit = await commitAll(folder)
    mkdirSync(join(folder, 'config', 'accounts'))
    expect(await commitOf(folder)).toBe(commit)
    edit(folder, 'accounts/local.yaml', 'id: local\nplan: scale\n')
    expect(await commitOf(folder)).toBeNull()
    // A dotfile is read by nobody.
    renameSync(join(folder, 'config', 'accounts', 'local.yaml'), join(folder, 'config', 'accounts', '.local.yaml'))
    writeFileSync(join(folder, '.git', 'info', 'exclude'), '.local.yaml\n')
    expect(await commitOf(folder)).toBe(commit)
  })
})

test('a revision that a shallow clone has not fetched: the help says how to get it', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  await commitAll(folder)
  edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
  await commitAll(folder)
  const clone = join(temporaryFolder(), 'clone')
  await git(folder, 'clone', '-q', '--depth', '1', `file://${folder}`, clone)
  for (const args of [
    ['check', '--since', 'HEAD~1'],
    ['compile', '--at', 'HEAD~1'],
    ['diff', 'HEAD~1', 'HEAD'],
    ['review', '--base', 'HEAD~1'],
  ]) {
    expect(await tenfold(args, clone)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('git fetch --unshallow'),
    })
  }
})

describe('a revision where git is not to be had', () => {
  test.for([
    ['it is not installed', '', 3, /there is no git here/, /install git/],
    [
      'it does not trust the owner',
      'echo "fatal: detected dubious ownership in repository at \'/x\'" >&2; exit 128',
      3,
      /another user owns/,
      /safe\.directory/,
    ],
    [
      'its settings are broken',
      'echo "fatal: bad config line 1 in file .git/config" >&2; exit 128',
      3,
      /bad config line 1/,
      /./,
    ],
    [
      'the folder is in no repository',
      'echo "fatal: not a git repository (or any of the parent directories): .git" >&2; exit 128',
      2,
      /is in no git repository/,
      /leave out/,
    ],
  ] as const)('%s: it says so, and everything else works', async ([, script, code, why, help]) => {
    const folder = withAccount('id: acme\nplan: growth\n')
    await commitAll(folder)
    const bin = temporaryFolder()
    symlinkSync(process.execPath, join(bin, 'node'))
    if (script !== '') writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const path = script === '' ? bin : `${bin}:${process.env['PATH'] ?? ''}`
    // Where git does not read a repository that is there, nobody is to wonder what became of its commits.
    const compiled = await tenfold(['compile', '--flat', '-'], folder, { PATH: path })
    expect(compiled).toMatchObject({ code: 0, stderr: expect.stringMatching(code === 3 ? why : /^$/) })
    for (const args of [
      ['check', '--at', 'HEAD'],
      ['check', '--since', 'HEAD'],
      ['diff', 'HEAD'],
    ]) {
      const ran = await tenfold(args, folder, { PATH: path })
      expect(ran).toMatchObject({ code, stdout: '' })
      expect(ran.stderr).toMatch(why)
      expect(ran.stderr.split('help: ')[1]).toMatch(help)
    }
  })
})
