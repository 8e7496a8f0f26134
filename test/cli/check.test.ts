import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectNoTrace, treeOf, unchanged } from '../faults/support.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'
import { WARNED, WRONG, edit, found, withAccount } from './support.ts'

/** Those of `BASE`, and the account. */
const FILES = Object.keys(BASE).length + 1

describe('the five formats', () => {
  test('pretty', async () => {
    const { code, stdout } = await tenfold(['check'], withAccount(WRONG))
    expect(code).toBe(1)
    expect(stdout).toContain('error[schema/unknown-key]')
    expect(stdout).toContain(
      '  --> config/accounts/acme.yaml:4:13\n 4 |   openai: { modle: gpt-4o }\n   |             ^^^^^',
    )
    expect(stdout).toContain(`1 error in ${FILES} files\n`)
  })

  test('json, with exactly the contract’s keys in their order', async () => {
    const { stdout } = await tenfold(['check', '--format', 'json'], withAccount(WRONG))
    const { diagnostics, summary }: { diagnostics: object[]; summary: object } = JSON.parse(stdout)
    expect(Object.keys(diagnostics[0] ?? {})).toEqual([
      'rule',
      'severity',
      'message',
      'file',
      'line',
      'column',
      'end_line',
      'end_column',
      'help',
      'related',
    ])
    expect(diagnostics).toMatchObject([
      { rule: 'schema/unknown-key', line: 4, column: 13, end_line: 4, end_column: 18 },
    ])
    expect(summary).toEqual({ errors: 1, warnings: 0, files: FILES })
  })

  test('github, sarif and junit', async () => {
    const folder = withAccount(WRONG)
    const [github, sarif, junit] = await Promise.all(
      ['github', 'sarif', 'junit'].map((format) => tenfold(['check', '--format', format], folder)),
    )
    expect(github).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^::error file=config\/accounts\/acme\.yaml,line=4,/m),
    })
    expect(JSON.parse(sarif?.stdout ?? '')).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'schema/unknown-key', level: 'error' }] }],
    })
    expect(junit).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^<\?xml [^]*<testsuites [^]*schema\/unknown-key/),
    })
  })

  test('each of them of a configuration without a word', async () => {
    const folder = writeConfig({})
    for (const format of ['pretty', 'json', 'github', 'sarif', 'junit']) {
      expect(await tenfold(['check', '--format', format], folder)).toMatchObject({ code: 0, stderr: '' })
    }
  })
})

test('--max-warnings', async () => {
  const folder = withAccount(WARNED)
  expect(await found(folder)).toEqual({ code: 0, all: ['warning override/redundant config/accounts/acme.yaml'] })
  expect((await found(folder, '--max-warnings', '1')).code).toBe(0)
  const ran = await tenfold(['check', '--max-warnings', '0', '--format', 'json'], folder)
  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('--max-warnings allows 0')
  expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { errors: 0, warnings: 1 } })
})

describe('--fix', () => {
  test('takes away a byte order mark and a tag, quotes what is ambiguous, and leaves every other byte', async () => {
    const before = '\uFEFF# kept: ü, "quotes"  \r\nid:   acme\r\nplan: !!str growth   # here\r\n\r\nname: 012   \r\n'
    const folder = withAccount(before)
    const file = join(folder, 'config', 'accounts', 'acme.yaml')
    chmodSync(file, 0o640)
    const rest = treeOf(folder)
    const ran = await tenfold(['check', '--fix'], folder)
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('config/accounts/acme.yaml') })
    const after = readFileSync(file, 'utf8')
    expect(after).toBe('# kept: ü, "quotes"  \r\nid:   acme\r\nplan: growth   # here\r\n\r\nname: "012"   \r\n')
    expect(statSync(file).mode & 0o777).toBe(0o640)
    const changed = treeOf(folder)
    expect(Object.keys(changed)).toEqual(Object.keys(rest))
    expect(Object.keys(changed).filter((path) => changed[path] !== rest[path])).toEqual(['config/accounts/acme.yaml'])
    // Fixed is fixed.
    expect(await unchanged(folder, () => tenfold(['check', '--fix'], folder))).toMatchObject({ code: 0, stderr: '' })
  })

  test('what it cannot fix stays an error, beside what it fixed', async () => {
    const folder = withAccount(`\uFEFF${WRONG}`)
    expect(await found(folder, '--fix')).toEqual({
      code: 1,
      all: ['error schema/unknown-key config/accounts/acme.yaml'],
    })
    expect(readFileSync(join(folder, 'config', 'accounts', 'acme.yaml'), 'utf8')).toBe(WRONG)
  })

  test('nothing to fix: nothing is written', async () => {
    const folder = withAccount(WRONG)
    expect((await unchanged(folder, () => tenfold(['check', '--fix'], folder))).code).toBe(1)
  })

  test('bytes that are not UTF-8 are not rewritten on the way', async () => {
    const content = Buffer.concat([Buffer.from('\uFEFFid: acme\nname: '), Buffer.from([0xff, 0x0a])])
    const folder = writeConfig({ 'accounts/acme.yaml': content })
    expect((await unchanged(folder, () => tenfold(['check', '--fix'], folder))).code).toBe(1)
  })

  test('with --since only what the change wrote is fixed', async () => {
    const folder = writeConfig({ 'accounts/old.yaml': '\uFEFFid: old\nplan: free\n' })
    await commitAll(folder)
    edit(folder, 'plans.yaml', `\uFEFF${BASE['plans.yaml'] ?? ''}`)
    expect((await tenfold(['check', '--fix', '--since', 'HEAD'], folder)).code).toBe(0)
    expect(readFileSync(join(folder, 'config', 'plans.yaml'), 'utf8')).toBe(BASE['plans.yaml'])
    expect(readFileSync(join(folder, 'config', 'accounts', 'old.yaml'), 'utf8')).toMatch(/^\uFEFF/)
  })
})

describe('revisions', () => {
  test('--at judges what was committed, whatever the working tree says', async () => {
    const folder = withAccount(WRONG)
    const first = await commitAll(folder)
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: growth\n')
    await commitAll(folder, 'right')
    edit(folder, 'accounts/acme.yaml', '[')
    expect(await found(folder, '--at', first)).toEqual({
      code: 1,
      all: ['error schema/unknown-key config/accounts/acme.yaml'],
    })
    expect(await found(folder, '--at', 'HEAD')).toEqual({ code: 0, all: [] })
    expect((await found(folder)).all).toEqual(['error yaml/syntax config/accounts/acme.yaml'])
    rmSync(join(folder, 'config'), { recursive: true })
    expect(await found(folder, '--at', 'HEAD')).toEqual({ code: 0, all: [] })
  })

  test('--since tells all of changed files, of others only what is new, and nothing of before', async () => {
    const folder = writeConfig({
      'accounts/old.yaml': 'id: old\nplan: growth\nwrong: 1\n',
      'accounts/warned.yaml': WARNED.replace('acme', 'warned'),
      'accounts/picky.yaml': 'id: picky\nplan: growth\noverrides: { openai: { model: gpt-4o } }\n',
      'accounts/gone.yaml': 'id: gone\nplan: growth\nwrong: 1\n',
    })
    await commitAll(folder)
    expect(await found(folder, '--since', 'HEAD')).toEqual({ code: 0, all: [] })
    edit(folder, 'accounts/acme.yaml', WRONG)
    rmSync(join(folder, 'config', 'accounts', 'gone.yaml'))
    edit(folder, 'models.yaml', (BASE['models.yaml'] ?? '').replace(/ {2}gpt-4o: .*\n/, ''))
    expect(await found(folder, '--since', 'HEAD')).toEqual({
      code: 1,
      all: ['error schema/unknown-key config/accounts/acme.yaml', 'error ref/unknown config/accounts/picky.yaml'],
    })
    edit(folder, 'accounts/old.yaml', 'id: old\nplan: growth\nwrong: 2\n')
    expect((await found(folder, '--since', 'HEAD')).all).toContain('error schema/unknown-key config/accounts/old.yaml')
  })

  test('--policy: a change cannot weaken its own judge', async () => {
    const folder = writeConfig({})
    await commitAll(folder)
    edit(folder, 'plans.yaml', (BASE['plans.yaml'] ?? '').replace(', models: { deny: [gpt-5.2] }', ''))
    const another = 'models:\n  gpt-cheap: { provider: openai, kind: text }\n'
    edit(folder, 'models.yaml', (BASE['models.yaml'] ?? '').replace('models:\n', another))
    mkdirSync(join(folder, 'config', 'accounts'))
    edit(folder, 'accounts/a.yaml', 'id: a\nplan: growth\noverrides: { openai: { model: gpt-5.2 } }\n')
    edit(folder, 'accounts/b.yaml', 'id: b\nplan: growth\noverrides: { openai: { model: gpt-cheap } }\n')
    const refused = {
      code: 1,
      all: ['error plan/model-not-allowed config/accounts/a.yaml', 'error ref/unknown config/accounts/b.yaml'],
    }
    expect(await found(folder)).toEqual({ code: 0, all: [] })
    expect(await found(folder, '--policy', 'HEAD')).toEqual(refused)
    expect(await found(folder, '--policy', 'HEAD', '--since', 'HEAD')).toEqual(refused)
    const trusted = join(temporaryFolder(), 'checkout')
    await git(folder, 'worktree', 'add', '-q', trusted, 'HEAD')
    expect(await found(folder, '--policy', trusted)).toEqual(refused)
    // Nor by taking the judge away, or putting a link in its place.
    rmSync(join(folder, 'config', 'plans.yaml'))
    const without = { code: 1, all: [...refused.all, 'error files/missing config/plans.yaml'] }
    expect(await found(folder, '--policy', 'HEAD')).toEqual(without)
    // The head of the change itself is judged in the same way.
    await commitAll(folder, 'weakened')
    expect(await found(folder, '--at', 'HEAD', '--policy', 'HEAD~1')).toEqual(without)
  })

  test('a folder that holds no configuration is no policy', async () => {
    const folder = writeConfig({})
    const ran = await tenfold(['check', '--policy', temporaryFolder()], folder)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expectNoTrace(ran)
  })
})
