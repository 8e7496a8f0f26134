import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { some } from '../properties/seed.ts'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, git, run as sh, spawned } from '../support/run.ts'
import { Trap, UNTRUSTED, branchOf, checkoutOf, commit, errorsOf, head, judged, run, sample, write } from './support.ts'

/** The files of a bare repository, with what it has git run. */
function bareRepository(at: string, config: string, commitId: string, objects: string): Record<string, string> {
  return {
    [`${at}HEAD`]: 'ref: refs/heads/main\n',
    [`${at}config`]: `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n${config}`,
    [`${at}refs/heads/main`]: `${commitId}\n`,
    [`${at}objects/info/alternates`]: `${objects}\n`,
  }
}

/** Every command that asks git for something. */
const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--at', 'HEAD'],
  ['check', '--since', 'BASE'],
  ['check', '--policy', 'BASE'],
  ['diff', 'BASE'],
  ['diff', 'BASE', 'HEAD'],
  ['review', '--base', 'BASE'],
  ['review', '--base', 'BASE', '--head', 'HEAD'],
  ['explain', 'acme'],
  ['get', 'acme', 'generate_content'],
  ['get', 'acme', 'generate_content', '--at', 'HEAD'],
  ['log', 'acme'],
  ['compile', '--out', 'out'],
  ['compile', '--flat', '-'],
  ['compile', '--at', 'HEAD'],
  ['release', '--allow-missing'],
  ['set', 'acme', 'name', 'X'],
  ['unset', 'acme', 'name'],
  ['plan', 'northwind', 'growth'],
  ['prompt', 'customize', 'acme', 'clustering'],
  ['check', '--fix'],
  ['keys', 'show'],
]

async function nothingRuns(
  folder: string,
  base: string,
  trap: Trap,
  turn: number,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const args of some(COMMANDS, turn)) {
    const ran = await run(
      args.map((arg) => (arg === 'BASE' ? base : arg)),
      folder,
      env,
    )
    expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).not.toBe(70)
    expect(trap.wasRun, args.join(' ')).toBe(false)
  }
}

describe('a folder of a change that git would take for a repository', () => {
  it.each([
    ['the configuration itself', 'config/', '../../.git/objects', 0],
    ['a folder of accounts', 'config/accounts/publishers/', '../../../../.git/objects', 1],
    ['another spelling', 'config/', '../../.git/objects', 2],
  ])('%s: runs nothing, and is an error at its HEAD', async (name, at, objects, turn) => {
    const base = await sample()
    const pr = await branchOf(base)
    const trap = new Trap()
    write(
      pr,
      bareRepository(
        at,
        `\tfsmonitor = "${trap.command}"\n[diff]\n\texternal = "${trap.command}"\n`,
        await head(pr),
        objects,
      ),
    )
    if (name === 'another spelling') await git(pr, 'mv', '-f', 'config/HEAD', 'config/Head')
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    await nothingRuns(checkout, await head(base), trap, turn, UNTRUSTED)
    const start = await head(base)
    for (const args of [[], ['--since', start], ['--since', start, '--policy', base], ['--at', 'HEAD']]) {
      const errors = await errorsOf(checkout, args)
      expect(errors).toEqual([`error files/unexpected ${at}HEAD:1:1`])
    }
  })

  it('is an error on the way to the configuration, in the working tree and at a revision', async () => {
    const top = join(temporaryFolder(), 'mono')
    cpSync(join(ROOT, 'config'), join(top, 'services', 'ai', 'config'), { recursive: true })
    await git(top, 'init', '-q', '-b', 'main')
    const start = await commit(top, 'base')
    const trap = new Trap()
    write(top, bareRepository('services/', `\tfsmonitor = "${trap.command}"\n`, start, '../../.git/objects'))
    // Elsewhere in the tree it may be a fixture of somebody's tests.
    write(top, bareRepository('fixtures/repo/', '', start, '../../../.git/objects'))
    await commit(top, 'tidy up')
    for (const args of [[], ['--at', 'HEAD'], ['--since', start]]) {
      expect(await errorsOf(join(top, 'services', 'ai'), args)).toEqual(['error files/unexpected ../HEAD:1:1'])
    }
    expect(trap.wasRun).toBe(false)
  })

  it('that says what "base" and "HEAD" mean turns no check green', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    const start = await head(pr)
    write(pr, { 'config/accounts/extra.yaml': 'id: extra\nplan: free\noverrides: { openai: { model: gpt-4 } }\n' })
    const clean = (await git(pr, 'rev-parse', `${start}:config`)).stdout.trim()
    const claimed = (await git(pr, 'commit-tree', clean, '-m', 'as it was')).stdout.trim()
    write(pr, {
      ...bareRepository('config/', '', claimed, '../../.git/objects'),
      [`config/refs/replace/${start}`]: `${claimed}\n`,
    })
    await git(pr, 'add', '-A')
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    const { code, all } = await judged(checkout, ['--since', start, '--policy', base])
    expect(code).toBe(1)
    expect(all).toContain('error plan/free-no-overrides config/accounts/extra.yaml:3:1')
  })
})

describe('references that replace objects', () => {
  it('in the repository itself have no say', async () => {
    const base = await sample()
    const start = await head(base)
    write(base, { 'config/accounts/extra.yaml': 'id: extra\nplan: free\noverrides: {}\n' })
    const evil = await commit(base, 'evil')
    await git(base, 'replace', evil, start)
    expect(await errorsOf(base, ['--at', evil])).toEqual([
      'error plan/free-no-overrides config/accounts/extra.yaml:3:1',
    ])
    expect(await errorsOf(base, ['--since', start])).toEqual([
      'error plan/free-no-overrides config/accounts/extra.yaml:3:1',
    ])
  })
})

describe('what the user’s own repository would have git run', () => {
  it.each([
    ['fsmonitor', (trap: Trap) => ['core.fsmonitor', trap.command], 0],
    ['an external diff', (trap: Trap) => ['diff.external', trap.command], 1],
    ['a text conversion', (trap: Trap) => ['diff.evil.textconv', trap.command], 2],
    ['a filter', (trap: Trap) => ['filter.evil.clean', trap.command], 3],
    ['a filter that stays', (trap: Trap) => ['filter.evil.process', trap.command], 4],
    ['a pager', (trap: Trap) => ['core.pager', trap.command], 5],
    ['a transport', (trap: Trap) => ['remote.origin.url', `ext::${trap.command}`], 6],
  ] as const)('%s is not run for a checkout whose attributes ask for it', async (_, setting, turn) => {
    const base = await sample({ '.gitattributes': 'config/** diff=evil filter=evil\n' })
    const trap = new Trap()
    const checkout = await checkoutOf(base, 'main')
    const [key = '', value = ''] = setting(trap)
    await git(checkout, 'config', key, value)
    write(checkout, { 'config/accounts/acme.yaml': 'id: acme\nplan: growth\n' })
    await nothingRuns(checkout, 'HEAD', trap, turn)
  })

  it('hooks are not run', async () => {
    const base = await sample()
    const checkout = await checkoutOf(base, 'main')
    const trap = new Trap()
    for (const name of [
      'post-index-change',
      'reference-transaction',
      'pre-auto-gc',
      'fsmonitor-watchman',
      'post-checkout',
    ]) {
      const hook = join(checkout, '.git', 'hooks', name)
      mkdirSync(dirname(hook), { recursive: true })
      writeFileSync(hook, trap.script)
      chmodSync(hook, 0o755)
    }
    write(checkout, { 'config/accounts/acme.yaml': 'id: acme\nplan: growth\n' })
    for (const args of COMMANDS)
      await run(
        args.map((arg) => (arg === 'BASE' ? 'HEAD' : arg)),
        checkout,
      )
    expect(trap.wasRun).toBe(false)
  })
})

describe('a link in the place of the configuration', () => {
  it('is refused where git tracks it: what it leads to has other owners', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    await git(pr, 'mv', 'config', 'other')
    symlinkSync('other', join(pr, 'config'))
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    for (const args of [
      ['check'],
      ['compile'],
      ['release', '--allow-missing'],
      ['review', '--base', await head(base)],
      ['get', 'acme', 'generate_content'],
    ]) {
      const ran = await run(args, checkout)
      expect(ran, args.join(' ')).toMatchObject({ code: 1, stderr: expect.stringContaining('symbolic link') })
    }
  })
})

describe('a repository that a checkout brings as a remote', () => {
  it('is no target', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    const trap = new Trap()
    await git(pr, 'init', '-q', '--bare', 'store.git')
    write(pr, {
      'store.git/hooks/pre-receive': trap.script,
      'store.git/refs/heads/.keep': '',
      'store.git/objects/info/.keep': '',
    })
    chmodSync(join(pr, 'store.git', 'hooks', 'pre-receive'), 0o755)
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    await run(['keys', 'init'], checkout)
    const ran = await run(['release', '--allow-missing', '--to', 'git:./store.git#tenfold'], checkout)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('part of the checkout')
    expect(trap.wasRun).toBe(false)
  })
})

describe('a folder that contains another one many times over', () => {
  /** A tree of a thousand folders, each of a thousand, and so on: five objects of git, and a trillion files. */
  async function multiplied(folder: string): Promise<string> {
    const file = (await git(folder, 'rev-parse', 'HEAD:config/tenfold.yaml')).stdout.trim()
    let entry = `100644 blob ${file}`
    for (let level = 0; level < 4; level++) {
      const lines = Array.from({ length: 1000 }, (_, i) => `${entry}\t${i}${level === 0 ? '.yaml' : ''}\n`)
      entry = `040000 tree ${await made(folder, lines)}`
    }
    return entry
  }

  async function made(folder: string, lines: readonly string[]): Promise<string> {
    const listing = join(temporaryFolder(), 'listing')
    writeFileSync(listing, lines.join(''))
    const { stdout } = await sh('sh', ['-c', 'git mktree < "$0"', listing], folder)
    return stdout.trim()
  }

  /** A commit whose configuration has it in the place of a folder. */
  async function commitOf(folder: string, name: string): Promise<string> {
    const many = await multiplied(folder)
    const listed = (await git(folder, 'ls-tree', 'HEAD:config')).stdout.split('\n').filter((line) => line !== '')
    const others = listed.filter((line) => !line.endsWith(`\t${name}`)).map((line) => `${line}\n`)
    const config = await made(folder, [...others, `${many}\t${name}\n`])
    const top = await made(folder, [`040000 tree ${config}\tconfig\n`])
    return (await git(folder, 'commit-tree', top, '-p', 'HEAD', '-m', 'many')).stdout.trim()
  }

  it.each([
    ['accounts', ['check', '--at', 'IT']],
    ['accounts', ['get', 'acme', 'generate_content', '--at', 'IT']],
    ['prompts', ['check', '--at', 'IT']],
  ])('as %s: %j ends, and says so', async (name, args) => {
    const folder = await sample()
    const many = await commitOf(folder, name)
    const ran = await spawned(
      args.map((arg) => (arg === 'IT' ? many : arg)),
      folder,
    )
    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('more files than can be listed') })
  })
})
