import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { object } from '../../src/store/format/decode-json.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { trustFolder } from '../support/trust.ts'
import { commitAll, tenfold } from '../support/run.ts'
import {
  ACME,
  CAN_BE_UNPRIVILEGED,
  expectNoTrace,
  expectRefused,
  measured,
  openAgain,
  treeOf,
  unchanged,
  unprivileged,
} from './support.ts'

const BOMB = ['id: bomb', 'plan: growth', 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
for (let i = 1; i < 30; i++) BOMB.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`)

const BAD: readonly { name: string; path: string; content: string | Uint8Array; rule: string; place: string }[] = [
  {
    name: '1,000 nested brackets',
    path: 'accounts/deep.yaml',
    rule: 'yaml/limits',
    place: '2:70',
    content: `id: deep\nplan: ${'['.repeat(1000)}${']'.repeat(1000)}\n`,
  },
  {
    name: '1,000 nested mappings',
    path: 'accounts/deep.yaml',
    rule: 'yaml/limits',
    place: '1:257',
    content: '{a: '.repeat(1000) + '}'.repeat(1000),
  },
  {
    name: '1,000 nested brackets in a global file',
    path: 'settings.yaml',
    rule: 'yaml/limits',
    place: '1:70',
    content: `text: ${'['.repeat(1000)}\n`,
  },
  {
    name: 'an alias bomb',
    path: 'accounts/bomb.yaml',
    rule: 'yaml/no-anchor-alias-merge',
    place: '3:5',
    content: `${BOMB.join('\n')}\n`,
  },
  {
    name: 'a binary file',
    path: 'accounts/image.yaml',
    rule: 'yaml/encoding',
    place: '1:1',
    content: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0xff, 0xfe]),
  },
  {
    name: 'a NUL',
    path: 'accounts/nul.yaml',
    rule: 'yaml/encoding',
    place: '2:10',
    content: 'id: nul\nplan: gro\0wth\n',
  },
  {
    name: 'invalid UTF-8',
    path: 'accounts/utf.yaml',
    rule: 'yaml/encoding',
    place: '3:8',
    content: Buffer.from('id: utf\nplan: growth\nname: "\xc3\x28"\n', 'latin1'),
  },
  {
    name: 'ninety thousand keys',
    path: 'accounts/many.yaml',
    rule: 'yaml/limits',
    place: '1:1',
    content: `id: many\nplan: growth\n${Array.from({ length: 90_000 }, (_, i) => `k${i}: 1\n`).join('')}`,
  },
]

describe('a configuration that is wrong ends with a diagnostic at its place, and compiles into nothing', () => {
  test.for(BAD)('$name', async ({ path, content, rule, place }) => {
    const folder = writeConfig({ [path]: content })
    const ran = await unchanged(folder, () => tenfold(['check'], folder))
    expect(ran.code).toBe(1)
    expectNoTrace(ran)
    expect(ran.stdout).toContain(`error[${rule}]`)
    expect(ran.stdout).toContain(`--> config/${path}:${place}\n`)
    expect(ran.stdout).toContain('= help: ')
    const compiled = await unchanged(folder, () => tenfold(['compile'], folder))
    expect(compiled).toMatchObject({ code: 1, stdout: '' })
    expect(compiled.stderr).toContain(`error[${rule}]`)
  })

  test('a folder with the name of a file, and nothing in it is read', async () => {
    const folder = writeConfig({ 'accounts/x.yaml/y.yaml': 'not an account', 'prompts/p.yaml/q.yaml': '[' })
    expect(await places(folder)).toEqual([
      'files/unexpected config/accounts/x.yaml',
      'files/unexpected config/prompts/p.yaml',
    ])
  })

  test('a folder in the place of the root of trust does not pass for having none', async () => {
    const folder = writeConfig({ 'trust/root.json/x': '', 'rules/own.ts/x': '' })
    const both = ['files/unexpected config/rules/own.ts', 'files/unexpected config/trust/root.json']
    expect(await places(folder)).toEqual(both)
    for (const command of ['compile', 'release']) {
      const ran = await unchanged(folder, () => tenfold([command], folder))
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr).toContain('--> config/trust/root.json:1:1')
    }
    await commitAll(folder)
    expect(await places(folder, ['--at', 'HEAD'])).toEqual(both)
  })

  test.skipIf(process.platform !== 'linux')('a name that is not UTF-8', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    const inConfig = (before: string, byte: number, after: string): Buffer => {
      return Buffer.concat([Buffer.from(`${folder}/config/${before}`), Buffer.from([byte]), Buffer.from(after)])
    }
    const found = async (...args: readonly string[]): Promise<string[]> => {
      return diagnosticsIn((await tenfold(['check', '--format', 'json', ...args], folder)).stdout)
    }
    const both = ['files/unexpected config/accounts/\ufffd', 'files/unexpected config/prompts/\ufffd.yaml']
    try {
      mkdirSync(inConfig('accounts/', 0xff, ''))
      writeFileSync(inConfig('accounts/', 0xff, '/x.yaml'), 'id: x\nplan: free\n')
      writeFileSync(inConfig('prompts/', 0xfe, '.yaml'), 'x: 1\n')
      expect(await found()).toEqual(both)
      await commitAll(folder)
      expect(await found()).toEqual(both)
      // git lists no folders, only what is in them.
      expect(await found('--at', 'HEAD')).toEqual([`${both[0]}/x.yaml`, both[1]])
    } finally {
      // Node cannot name them either.
      execFileSync('rm', ['-rf', join(folder, 'config')])
    }
  })

  test('a symbolic link, to a file, to a folder, to nothing: none is followed', async () => {
    const folder = writeConfig({})
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'secret.yaml'), 'sk-what-nobody-may-see')
    mkdirSync(join(folder, 'config', 'accounts'))
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'config', 'accounts', 'file.yaml'))
    symlinkSync(outside, join(folder, 'config', 'accounts', 'folder'))
    symlinkSync('nothing', join(folder, 'config', 'accounts', 'gone.yaml'))
    rmSync(join(folder, 'config', 'settings.yaml'))
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'config', 'settings.yaml'))
    expect(await places(folder)).toEqual([
      'files/unexpected config/accounts/file.yaml',
      'files/unexpected config/accounts/folder',
      'files/unexpected config/accounts/gone.yaml',
      'files/unexpected config/settings.yaml',
    ])
    expect((await tenfold(['check'], folder)).stdout).not.toContain('what-nobody-may-see')
    // At a revision git holds the link itself.
    await commitAll(folder)
    expect(await places(folder, ['--at', 'HEAD'])).toHaveLength(4)
  })

  test.for([
    ['of one account', 'accounts/acme.yaml', 'acme.yaml'],
    ['of all accounts', 'accounts', ''],
  ] as const)('an edit neither follows a link in the place %s nor replaces it', async ([, path, below]) => {
    const folder = writeConfig({})
    mkdirSync(join(folder, 'outside'))
    writeFileSync(join(folder, 'outside', 'acme.yaml'), ACME)
    if (below !== '') mkdirSync(join(folder, 'config', 'accounts'))
    symlinkSync(join(folder, 'outside', below), join(folder, 'config', path))
    for (const args of [
      ['plan', 'acme', 'free', '--drop-overrides'],
      ['set', 'acme', 'openai.model', 'gpt-4o'],
    ]) {
      const ran = await unchanged(folder, () => tenfold(args, folder))
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr).toContain(`error[files/unexpected]: a symbolic link\n  --> config/${path}:1:1`)
      expect(ran.stderr).toContain('1 error in 1 file\n')
    }
  })

  test.skipIf(process.platform === 'win32')('a named pipe, which nobody will ever write to', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    execFileSync('mkfifo', [join(folder, 'config', 'accounts', 'pipe.yaml')])
    expect(await places(folder)).toEqual(['files/unexpected config/accounts/pipe.yaml'])
  })

  test('an empty config/', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'config'))
    expect(await places(folder)).toEqual(
      ['functions', 'models', 'plans', 'settings'].map((name) => `files/missing config/${name}.yaml`),
    )
  })
})

test('a 100 MB file, in the tree and in a commit, costs no more memory than a small one', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/large.yaml': 'id: large\nplan: free\n' })
  const small = await measured(['check'], folder)
  expect(small.code).toBe(0)
  truncateSync(join(folder, 'config', 'accounts', 'large.yaml'), 100_000_000)
  truncateSync(join(folder, 'config', 'functions.yaml'), 100_000_000)
  const large = await measured(['check', '--format', 'json'], folder)
  expect(diagnosticsIn(large.stdout)).toEqual([
    'yaml/limits config/accounts/large.yaml',
    'yaml/limits config/functions.yaml',
  ])
  expect(large.mib - small.mib).toBeLessThan(40)
  await commitAll(folder)
  const committed = await measured(['check', '--at', 'HEAD', '--format', 'json'], folder)
  expect(diagnosticsIn(committed.stdout)).toHaveLength(2)
  expect(committed.mib - small.mib).toBeLessThan(70)
})

describe('ten thousand errors at once are all counted, and the first are shown', () => {
  const WRONG = Array.from({ length: 1000 }, (_, i): [string, string] => {
    const keys = Array.from({ length: 10 }, (__, k) => `wrong_${k}: 1\n`).join('')
    return [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\n${keys}`]
  })
  const ONE = Array.from({ length: 10_000 }, (_, i) => `wrong_${i}: 1\n`).join('')

  test.for([
    ['in a thousand files', Object.fromEntries(WRONG), 1000],
    ['in one file', { 'accounts/a.yaml': `id: a\nplan: growth\n${ONE}` }, 1],
  ] as const)('%s', async ([, accounts, count]) => {
    const files = Object.keys(BASE).length + count
    const folder = writeConfig(accounts)
    const [all, shown] = await Promise.all([tenfold(['check', '--format', 'json'], folder), tenfold(['check'], folder)])
    expect(all.code).toBe(1)
    expect(summaryIn(all.stdout)).toEqual({ errors: 10_000, warnings: 0, files })
    expect(diagnosticsIn(all.stdout)).toHaveLength(10_000)
    expect(shown.code).toBe(1)
    expect(shown.stdout.match(/^error\[schema\/unknown-key\]/gm)).toHaveLength(50)
    expect(shown.stdout).toMatch(/… and 9,950 more/)
    expect(shown.stdout).toContain('10,000 errors in')
  })
})

describe('config/ that is not there', () => {
  test.for([['check'], ['compile'], ['release'], ['get', 'acme', 'generate_content']])('%s', async (args) => {
    const folder = writeConfig({})
    const ran = await unchanged(folder, () => tenfold([...args, '--config', 'confg'], folder))
    expectRefused(ran, 2, 'there is no configuration folder "confg"', 'did you mean "config"')
  })

  test('a file in its place', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'config'), 'x')
    expectRefused(await unchanged(folder, () => tenfold(['compile'], folder)), 2, 'config')
  })
})

// Root may read and write everywhere; without `setpriv` there is no other user to try it as.
describe.skipIf(!CAN_BE_UNPRIVILEGED)('without permission', () => {
  test.for([
    ['a file', ['accounts', 'acme.yaml'], /cannot read .*acme\.yaml: permission denied/],
    ['a folder', ['accounts'], /cannot list .*accounts: permission denied/],
    ['config/ itself', [], /cannot list .*config: permission denied/],
  ] as const)('to read %s', async ([, path, says]) => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    const closed = join(folder, 'config', ...path)
    const before = treeOf(folder)
    chmodSync(closed, 0)
    for (const command of ['check', 'compile', 'release']) {
      expectRefused(await unprivileged([command], folder), 3, says)
    }
    openAgain(closed)
    if (path.length === 2) chmodSync(closed, 0o644)
    expect(treeOf(folder)).toEqual(before)
  })

  test.for([
    ['.tenfold', ['compile']],
    ['.tenfold', ['release']],
    ['elsewhere', ['compile', '--out', 'elsewhere/store']],
    ['elsewhere', ['compile', '--flat', 'elsewhere/flat.json']],
    ['elsewhere', ['release', '--to', 'file:elsewhere/store']],
  ] as const)('to write into %s: %s', async ([closed, args]) => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    if (closed === 'elsewhere') trustFolder(folder)
    mkdirSync(join(folder, closed), { mode: 0o555 })
    expectRefused(await unchanged(folder, () => unprivileged(args, folder)), 3, /permission denied/)
  })

  test('to write a fix: nothing is fixed', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': `\uFEFF${ACME}` })
    chmodSync(join(folder, 'config', 'accounts'), 0o555)
    const ran = await unchanged(folder, () => unprivileged(['check', '--fix'], folder))
    expectRefused(ran, 3, /cannot write .*: permission denied/)
    openAgain(join(folder, 'config', 'accounts'))
  })
})

async function places(folder: string, args: readonly string[] = []): Promise<string[]> {
  const ran = await unchanged(folder, () => tenfold(['check', '--format', 'json', ...args], folder))
  expect(ran.code).toBe(1)
  expectNoTrace(ran)
  return diagnosticsIn(ran.stdout).filter((one) => !one.startsWith('ref/'))
}

function diagnosticsIn(stdout: string): string[] {
  const { diagnostics } = object(JSON.parse(stdout), 'stdout')
  if (!Array.isArray(diagnostics)) throw new Error('stdout holds no diagnostics')
  return diagnostics.map((one: unknown) => {
    const { rule, file } = object(one, 'a diagnostic')
    return `${String(rule)} ${String(file)}`
  })
}

function summaryIn(stdout: string): unknown {
  return object(JSON.parse(stdout), 'stdout')['summary']
}
