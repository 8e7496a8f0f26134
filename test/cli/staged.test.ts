import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, commitAll, git, tenfold } from '../support/run.ts'
import { WRONG, edit, found } from './support.ts'

const RIGHT = 'id: acme\nplan: growth\n'
const UNKNOWN = 'error schema/unknown-key config/accounts/acme.yaml'

async function committed(files: Readonly<Record<string, string>> = { 'accounts/acme.yaml': RIGHT }): Promise<string> {
  const folder = writeConfig(files)
  await commitAll(folder)
  return folder
}

async function stage(folder: string, path: string, content: string): Promise<void> {
  edit(folder, path, content)
  await git(folder, 'add', '-A')
}

describe('check --staged', () => {
  test('judges what is about to be committed, and not what the working tree has', async () => {
    const folder = await committed()
    await stage(folder, 'accounts/acme.yaml', WRONG)
    edit(folder, 'accounts/acme.yaml', RIGHT)
    expect(await found(folder)).toEqual({ code: 0, all: [] })
    expect(await found(folder, '--staged')).toEqual({ code: 1, all: [UNKNOWN] })

    await stage(folder, 'accounts/acme.yaml', RIGHT)
    edit(folder, 'accounts/acme.yaml', WRONG)
    expect(await found(folder)).toEqual({ code: 1, all: [UNKNOWN] })
    expect(await found(folder, '--staged')).toEqual({ code: 0, all: [] })
  })

  test('knows files that are added, removed and renamed, and none that is not staged', async () => {
    const folder = await committed()
    await git(folder, 'mv', 'config/accounts/acme.yaml', 'config/accounts/zeta.yaml')
    edit(folder, 'accounts/beta.yaml', 'id: gamma\nplan: growth\n')
    expect((await found(folder, '--staged')).all).toEqual(['error ref/file-name config/accounts/zeta.yaml'])
    await git(folder, 'add', '-A')
    await git(folder, 'rm', '-q', '--cached', 'config/plans.yaml')
    expect((await found(folder, '--staged')).all).toContain('error files/missing config/plans.yaml')
    expect((await found(folder, '--staged')).all).toContain('error ref/file-name config/accounts/beta.yaml')
    expect((await found(folder)).all).not.toContain('error files/missing config/plans.yaml')
  })

  test('with --since, tells what the change brings; with --policy, it is judged by another one', async () => {
    const folder = await committed({ 'accounts/acme.yaml': RIGHT, 'accounts/old.yaml': 'id: old\nplan: nope\n' })
    await stage(folder, 'accounts/acme.yaml', WRONG)
    edit(folder, 'accounts/acme.yaml', RIGHT)
    expect((await found(folder, '--staged')).all).toEqual([UNKNOWN, 'error ref/unknown config/accounts/old.yaml'])
    expect((await found(folder, '--staged', '--since', 'HEAD')).all).toEqual([UNKNOWN])

    await stage(folder, 'accounts/acme.yaml', 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-5.2 } }\n')
    const plans = (await git(folder, 'show', 'HEAD:config/plans.yaml')).stdout
    await stage(folder, 'plans.yaml', plans.replace(', models: { deny: [gpt-5.2] }', ''))
    expect((await found(folder, '--staged', '--since', 'HEAD')).code).toBe(0)
    expect((await found(folder, '--staged', '--since', 'HEAD', '--policy', 'HEAD')).all).toEqual([
      'error plan/model-not-allowed config/accounts/acme.yaml',
    ])
  })

  test('leaves the index and the files alone, and reads what a sparse checkout leaves out', async () => {
    const folder = await committed({ 'accounts/acme.yaml': RIGHT, 'accounts/b.yaml': 'id: b\nplan: nope\n' })
    await git(folder, 'sparse-checkout', 'set', '--no-cone', '/*', '!/config/accounts/b.yaml')
    expect(existsSync(join(folder, 'config/accounts/b.yaml'))).toBe(false)
    const before = await git(folder, 'ls-files', '-s', '-v', '--debug')
    expect((await found(folder, '--staged')).all).toEqual(['error ref/unknown config/accounts/b.yaml'])
    expect(await git(folder, 'ls-files', '-s', '-v', '--debug')).toEqual(before)
    expect(readdirSync(join(folder, '.git')).filter((name) => name.includes('lock'))).toEqual([])
  })

  test('before the first commit, in a folder further down, in a linked working tree', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': WRONG })
    await git(folder, 'init', '-q')
    expect(await tenfold(['check', '--staged'], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing of config is staged'),
    })
    await git(folder, 'add', '-A')
    expect((await found(folder, '--staged')).all).toEqual([UNKNOWN])
    expect((await found(join(folder, 'config'), '--staged', '--config', '.')).all).toEqual([
      'error schema/unknown-key accounts/acme.yaml',
    ])
    await commitAll(folder)
    const linked = join(temporaryFolder(), 'linked')
    await git(folder, 'worktree', 'add', '-q', linked)
    await stage(linked, 'accounts/acme.yaml', RIGHT)
    expect((await found(linked, '--staged')).code).toBe(0)
    expect((await found(folder, '--staged')).code).toBe(1)
  })

  test('leaves out what is only announced (`git add -N`), as a commit does', async () => {
    const folder = await committed()
    edit(folder, 'accounts/later.yaml', 'id: later\nplan: nope\n')
    await git(folder, 'add', '-N', 'config/accounts/later.yaml')
    expect(await found(folder, '--staged')).toEqual({ code: 0, all: [] })
  })

  test('names a file that is not merged', async () => {
    const folder = await committed()
    await git(folder, 'switch', '-q', '-c', 'other')
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    await commitAll(folder)
    await git(folder, 'switch', '-q', 'main')
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: starter\n')
    await commitAll(folder)
    await git(folder, 'merge', 'other')
    const { code, stdout, stderr } = await tenfold(['check', '--staged'], folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('config/accounts/acme.yaml has a merge conflict')
    expect(stderr).toContain('git add')
  })

  test('does not mind a conflict elsewhere in the repository', async () => {
    const folder = await committed()
    writeFileSync(join(folder, 'README'), 'a\n')
    await commitAll(folder)
    await git(folder, 'switch', '-q', '-c', 'other')
    writeFileSync(join(folder, 'README'), 'b\n')
    await commitAll(folder)
    await git(folder, 'switch', '-q', 'main')
    writeFileSync(join(folder, 'README'), 'c\n')
    await commitAll(folder)
    await git(folder, 'merge', 'other')
    await stage(folder, 'accounts/acme.yaml', RIGHT)
    await git(folder, 'checkout', '-q', '-m', '--', 'README')
    expect(await found(folder, '--staged')).toEqual({ code: 0, all: [] })
  })

  test('leaves nothing in the repository', async () => {
    const folder = await committed()
    await stage(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    const objects = async (): Promise<string> => (await git(folder, 'count-objects', '-v')).stdout
    const before = await objects()
    expect((await found(folder, '--staged')).code).toBe(0)
    expect((await found(folder, '--staged', '--since', 'HEAD')).code).toBe(0)
    expect(await objects()).toBe(before)
  })

  test('of an index that is damaged names it, and the way out', async () => {
    const folder = await committed()
    writeFileSync(join(folder, '.git', 'index'), 'none')
    const { code, stderr } = await tenfold(['check', '--staged'], folder)
    expect(code).toBe(3)
    expect(stderr).toContain(join(folder, '.git', 'index'))
    expect(stderr).toContain('git read-tree HEAD')
  })

  test('finds what a checkout must not bring', async () => {
    const folder = await committed()
    mkdirSync(join(folder, '.tenfold'))
    writeFileSync(join(folder, '.tenfold', 'x'), '')
    await git(folder, 'add', '-f', '.tenfold/x')
    rmSync(join(folder, '.tenfold'), { recursive: true })
    expect((await found(folder, '--staged')).all).toEqual(['error files/unexpected .tenfold/x'])
  })

  test('runs the repository’s own rules, those of the working tree', async () => {
    const folder = await committed({
      'accounts/acme.yaml': RIGHT,
      'rules/no-acme.ts': `import { defineRule, valueAt } from 'tenfold/rules'
export default defineRule({
  id: 'own/no-acme', severity: 'error', summary: 'none', account(account, known, report) {
    if (account.id === 'beta') report({ at: valueAt(account.file, 'id'), message: 'not beta', help: 'rename it' })
  },
})
`,
    })
    await stage(folder, 'accounts/beta.yaml', 'id: beta\nplan: growth\n')
    rmSync(join(folder, 'config/accounts/beta.yaml'))
    expect((await found(folder, '--staged')).all).toEqual(['error own/no-acme config/accounts/beta.yaml'])
  })

  test.each([
    [['--staged', '--at', 'HEAD'], '--staged and --at'],
    [['--staged', '--fix'], 'git add'],
    [['config/accounts/acme.yaml'], 'pass_filenames: false'],
    [['config/accounts/acme.yaml', 'config/plans.yaml', '--since', 'HEAD'], 'check --staged'],
    [['config'], '--config config'],
  ])('with %j is refused, with the way out', async (args, way) => {
    const { code, stdout, stderr } = await tenfold(['check', ...args], await committed())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(way)
  })

  test('is exit 2 where there is no repository', async () => {
    expect(await tenfold(['check', '--staged'], writeConfig())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is in no git repository'),
    })
  })
})

describe('in a pre-commit hook', () => {
  async function hooked(): Promise<string> {
    const folder = await committed({ 'accounts/acme.yaml': RIGHT, 'accounts/b.yaml': 'id: b\nplan: growth\n' })
    const hook = join(folder, '.git', 'hooks', 'pre-commit')
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true })
    writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' check --staged\n`)
    chmodSync(hook, 0o755)
    return folder
  }

  test.each([
    ['what was added', ['commit', '-m', 'x'], true],
    ['all that is tracked', ['commit', '-a', '-m', 'x'], false],
    ['one file alone', ['commit', '-m', 'x', 'config/accounts/acme.yaml'], false],
  ])('%s is judged, and refused where it is wrong', async (_, args, adds) => {
    const folder = await hooked()
    const before = (await git(folder, 'rev-parse', 'HEAD')).stdout
    edit(folder, 'accounts/acme.yaml', WRONG)
    if (adds) await git(folder, 'add', '-A')
    const refused = await git(folder, ...args)
    expect(refused.code).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain('schema/unknown-key')
    expect((await git(folder, 'rev-parse', 'HEAD')).stdout).toBe(before)

    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    if (adds) await git(folder, 'add', '-A')
    // Of another file, what is wrong is no part of the commit.
    edit(folder, 'accounts/b.yaml', args.includes('-a') ? 'id: b\nplan: scale\n' : 'id: b\nplan: nope\n')
    const { code, stdout, stderr } = await git(folder, ...args)
    expect(code, stdout + stderr).toBe(0)
    expect((await git(folder, 'rev-parse', 'HEAD')).stdout).not.toBe(before)
  })

  test('an index elsewhere is refused: git would commit that, or it is another repository’s', async () => {
    const folder = await committed()
    const other = await committed({ 'accounts/acme.yaml': WRONG })
    const env = { GIT_INDEX_FILE: join(other, '.git', 'index') }
    expect(await tenfold(['check', '--staged'], folder, env)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('unset it'),
    })
    expect(await tenfold(['check'], folder, env)).toMatchObject({ code: 0 })
    for (const GIT_INDEX_FILE of ['', '/nowhere/index', '.git/index', 'config']) {
      expect(await tenfold(['check', '--staged'], folder, { GIT_INDEX_FILE }), GIT_INDEX_FILE).toMatchObject({
        code: 0,
      })
    }
  })
})
