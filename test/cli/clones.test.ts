import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, git, run, tenfold } from '../support/run.ts'
import { edit } from './support.ts'

/** Two branches that have gone on since the tag v1, in a repository that gives whatever it is asked for. */
async function origin(accounts = 3): Promise<string> {
  const files = Object.fromEntries(
    Array.from({ length: accounts }, (_, i) => [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\nname: Number ${i}\n`]),
  )
  const folder = writeConfig(files)
  await commitAll(folder, 'one')
  await git(folder, 'tag', 'v1')
  await git(folder, 'switch', '-q', '-c', 'feature')
  edit(folder, 'accounts/a1.yaml', 'id: a1\nplan: scale\n')
  await commitAll(folder, 'two')
  await git(folder, 'switch', '-q', 'main')
  edit(folder, 'accounts/a2.yaml', 'id: a2\nplan: scale\n')
  await commitAll(folder, 'three')
  await git(folder, 'config', 'uploadpack.allowFilter', 'true')
  await git(folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  return folder
}

async function cloneOf(folder: string, ...how: readonly string[]): Promise<string> {
  const clone = join(temporaryFolder(), 'clone')
  const { code, stderr } = await git(folder, 'clone', '-q', ...how, `file://${folder}`, clone)
  expect(code, stderr).toBe(0)
  return clone
}

/** Does what a help says, word for word. */
async function follow({ stderr }: Ran, clone: string): Promise<void> {
  const [, command] = /`(git [^`]+)`/.exec(stderr) ?? []
  expect(command, stderr).toBeDefined()
  const { code, stderr: said } = await run('sh', ['-c', command ?? ''], clone)
  expect(code, said).toBe(0)
}

describe('a revision that a clone does not have: what the help says brings it', () => {
  test.each([
    [['--depth', '1', '-b', 'feature'], 'origin/main', 'origin/main'],
    [['--depth', '1', '-b', 'feature'], 'main', 'origin/main'],
    [['--depth', '1', '-b', 'feature'], 'HEAD~1', 'HEAD~1'],
    [['--single-branch', '-b', 'feature'], 'origin/main', 'origin/main'],
    [['--single-branch', '-b', 'feature'], 'main', 'origin/main'],
    [['--depth', '1', '-b', 'v1'], 'main', 'origin/main'],
    [['--depth', '1', '-b', 'v1'], 'origin/feature', 'origin/feature'],
    [['--depth', '1', '--no-single-branch', '-b', 'feature'], 'feature~1', 'feature~1'],
  ])('git clone %j: %s', async (how, revision, then) => {
    const clone = await cloneOf(await origin(), ...how)
    const refused = await tenfold(['check', '--since', revision], clone)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    await follow(refused, clone)
    expect(await tenfold(['check', '--since', then], clone)).toMatchObject({ code: 0 })
    expect(await tenfold(['diff', then], clone)).toMatchObject({ code: 0 })
  })

  test.each([
    ['v0', /`(git fetch origin tag v0)`/, 'v0'],
    ['main~1', undefined, 'origin/main~1'],
    ['refs/heads/main', undefined, 'origin/main'],
    ['refs/remotes/origin/main', undefined, 'origin/main'],
    ['MAIN', /`(git fetch --unshallow)`|set-branches/, undefined],
  ])('in a single-branch clone: %s', async (revision, command, then) => {
    const folder = await origin()
    await git(folder, 'tag', 'v0', 'main')
    const clone = await cloneOf(folder, '--single-branch', '--no-tags', '-b', 'feature')
    const refused = await tenfold(['check', '--since', revision], clone)
    expect(refused.code).toBe(2)
    if (then === undefined) return
    const [, way] = command?.exec(refused.stderr) ?? []
    if (way === undefined) await follow(refused, clone)
    else expect((await run('sh', ['-c', way], clone)).code).toBe(0)
    expect(await tenfold(['check', '--since', then], clone)).toMatchObject({ code: 0 })
  })

  test.each(['nosuch', 'v1', 'a;touch x', '$(touch x)', "q'uo", 'b`touch x`', 'z&&touch x', 'origin/h|touch x'])(
    'a name that is no branch of the remote spoils nothing: %s',
    async (name) => {
      const clone = await cloneOf(await origin(), '--depth', '1', '-b', 'feature')
      const { code, stderr } = await tenfold(['check', '--since', name], clone)
      expect(code).toBe(2)
      for (const [, way = ''] of stderr.matchAll(/`(git (?:[^`']|'[^']*')+)`/g)) await run('sh', ['-c', way], clone)
      expect(readdirSync(clone).sort()).toEqual(['.git', 'config'])
      expect((await git(clone, 'fetch')).code).toBe(0)
      expect((await git(clone, 'config', '--get-all', 'remote.origin.fetch')).stdout).toBe(
        '+refs/heads/feature:refs/remotes/origin/feature\n',
      )
    },
  )

  test('with a remote of another name, and with none at all', async () => {
    const folder = await origin()
    const clone = await cloneOf(folder, '--depth', '1', '-b', 'feature', '-o', 'up')
    const refused = await tenfold(['check', '--since', 'origin/main'], clone)
    await follow(refused, clone)
    expect(await tenfold(['check', '--since', 'up/main'], clone)).toMatchObject({ code: 0 })
    const alone = await cloneOf(folder, '--depth', '1', '-b', 'feature')
    await git(alone, 'remote', 'remove', 'origin')
    expect(await tenfold(['check', '--since', 'HEAD~1'], alone)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('git remote add'),
    })
  })

  test.each([
    ['main@{99}', 'does not reach that far'],
    ['main:config', 'such as main'],
    ['v1^{tree}', 'such as v1'],
  ])('%s is no commit', async (revision, says) => {
    const { code, stderr } = await tenfold(['check', '--since', revision], await origin())
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  test('a branch that the remote got since, and a commit by its id', async () => {
    const folder = await origin()
    const clone = await cloneOf(folder)
    const alone = await cloneOf(folder, '--single-branch', '-b', 'main')
    await git(folder, 'branch', 'later', 'v1')
    const refused = await tenfold(['diff', 'origin/later', 'HEAD'], clone)
    await follow(refused, clone)
    expect(await tenfold(['diff', 'origin/later', 'HEAD'], clone)).toMatchObject({ code: 0 })
    const id = (await git(folder, 'rev-parse', 'feature')).stdout.trim()
    await follow(await tenfold(['diff', id, 'HEAD'], alone), alone)
    expect(await tenfold(['diff', id, 'HEAD'], alone)).toMatchObject({ code: 0 })
  })

  test('where this began cannot be told in a shallow clone: a note says how it can', async () => {
    const clone = await cloneOf(await origin(), '--depth', '1', '--no-single-branch', '-b', 'feature')
    const told = await tenfold(['check', '--since', 'origin/main'], clone)
    expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('this clone is shallow') })
    await follow(told, clone)
    expect((await tenfold(['check', '--since', 'origin/main'], clone)).stderr).toContain(
      'origin/main is 1 commit ahead',
    )
  })
})

describe('the names that are offered', () => {
  async function helpFor(clone: string, revision: string): Promise<string> {
    const { code, stderr } = await tenfold(['diff', revision], clone)
    expect(code).toBe(2)
    return stderr.split('help: ')[1]?.trim() ?? ''
  }

  test('are branches and remote branches, and no detached head', async () => {
    const clone = await cloneOf(await origin())
    await git(clone, 'checkout', '-q', '--detach')
    expect(await helpFor(clone, 'nosuch')).toMatch(/the branches are main, origin\/feature, origin\/main$/)
    expect(await helpFor(clone, 'featrue')).not.toContain('no branch')
    expect(await helpFor(clone, 'feature')).toContain('did you mean "origin/feature"?')
    expect(await helpFor(clone, 'origin/featrue')).toContain('did you mean "origin/feature"?')
    expect(await helpFor(clone, 'v2')).toContain('did you mean "v1"?')
  })

  test('are none in the clone of a tag', async () => {
    const clone = await cloneOf(await origin(), '--depth', '1', '-b', 'v1')
    const help = await helpFor(clone, 'nosuch')
    expect(help).not.toContain('the branches are')
    expect(help).not.toContain('(no')
    expect(await helpFor(clone, '(no')).not.toContain('did you mean')
  })

  test('are none where nothing is committed, nor where the history is shorter', async () => {
    const folder = writeConfig()
    await git(folder, 'init', '-q', '-b', 'main')
    expect(await helpFor(folder, 'HEAD')).toBe('nothing is committed here yet: `git commit` first')
    await commitAll(folder)
    expect(await helpFor(folder, 'HEAD~3')).toBe('the history of HEAD does not reach that far')
  })
})

describe('a partial clone', () => {
  /** Each fetch of a partial clone leaves one pack of what was promised. */
  function fetches(clone: string): number {
    return readdirSync(join(clone, '.git', 'objects', 'pack')).filter((name) => name.endsWith('.promisor')).length
  }

  test.each([
    [['check', '--at', 'HEAD'], 1],
    [['compile', '--at', 'HEAD', '--out', '../store'], 1],
    [['diff', 'HEAD~1', 'HEAD'], 2],
    [['review', '--base', 'HEAD~1', '--head', 'HEAD'], 2],
  ])('fetches what is missing at once, for each side that it reads: %j', async (args, most) => {
    const clone = await cloneOf(await origin(200), '--filter=blob:none', '--no-checkout')
    const before = fetches(clone)
    expect(await tenfold([...args, '--format', 'json'], clone)).toMatchObject({ code: 0 })
    expect(fetches(clone) - before).toBeLessThanOrEqual(most)
    expect(fetches(clone) - before).toBeGreaterThan(0)
    const whole = fetches(clone)
    expect(await tenfold([...args, '--format', 'json'], clone)).toMatchObject({ code: 0 })
    expect(fetches(clone)).toBe(whole)
  })

  test('explains with one fetch for the history of a file', async () => {
    const folder = await origin()
    for (const plan of ['starter', 'growth', 'scale', 'starter']) {
      edit(folder, 'accounts/a0.yaml', `id: a0\nplan: ${plan}\noverrides: { openai: { model: gpt-4o } }\n`)
      await commitAll(folder, plan)
    }
    const clone = await cloneOf(folder, '--filter=blob:none')
    const before = fetches(clone)
    const { code, stdout } = await tenfold(['explain', 'a0', 'generate_content', '--format', 'json'], clone)
    expect(code).toBe(0)
    expect(stdout).toContain('"author": "Ada <ada@example.org>"')
    // Of the account, and of settings.yaml, which has one version.
    expect(fetches(clone) - before).toBeLessThanOrEqual(1)
  })

  test('whose remote is gone says so, in the words of git', async () => {
    const folder = await origin()
    const clone = await cloneOf(folder, '--filter=blob:none', '--no-checkout')
    renameSync(folder, `${folder}.gone`)
    try {
      const { code, stdout, stderr } = await tenfold(['check', '--at', 'HEAD'], clone)
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/cannot fetch \d+ objects that this partial clone lacks from origin/)
      expect(stderr).toContain('does not appear to be a git repository')
      expect(stderr.split('help: ')[1]).toContain('this clone is partial')
    } finally {
      renameSync(`${folder}.gone`, folder)
    }
  })

  test('without trees either says so where git cannot fetch them', async () => {
    const folder = await origin()
    const clone = await cloneOf(folder, '--filter=tree:0', '--no-checkout')
    renameSync(folder, `${folder}.gone`)
    try {
      const { code, stderr } = await tenfold(['check', '--at', 'HEAD'], clone)
      expect(code).toBe(3)
      expect(stderr).toContain('partial')
      expect(stderr).not.toContain('git fsck')
    } finally {
      renameSync(`${folder}.gone`, folder)
    }
    expect(await tenfold(['check', '--at', 'HEAD'], clone)).toMatchObject({ code: 0 })
  })

  test('reads what a sparse checkout leaves out, and no more', async () => {
    const clone = await cloneOf(await origin(200), '--filter=blob:none', '--sparse')
    await git(clone, 'sparse-checkout', 'set', '--no-cone', '/config/*', '!/config/accounts/a?.yaml')
    const before = fetches(clone)
    expect(await tenfold(['diff', 'HEAD', '--format', 'json'], clone)).toMatchObject({ code: 0 })
    expect(fetches(clone) - before).toBeLessThanOrEqual(1)
    mkdirSync(join(clone, 'config', 'accounts'), { recursive: true })
    writeFileSync(join(clone, 'config', 'accounts', 'new.yaml'), 'id: new\nplan: free\n')
    expect(await tenfold(['check'], clone)).toMatchObject({ code: 0 })
  })
})
