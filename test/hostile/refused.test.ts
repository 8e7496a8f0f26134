import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { git } from '../support/run.ts'
import { publishingKeys } from './keys.ts'
import { Trap, UNTRUSTED, branchOf, checkoutOf, commit, head, run, sample, write } from './support.ts'

const isRoot = process.getuid?.() === 0

/** What makes git refuse the repository of a checkout, by no fault of the checkout. */
const REFUSALS: readonly (readonly [string, (folder: string) => void])[] = [
  ['is damaged', (folder) => writeFileSync(join(folder, '.git', 'HEAD'), 'garbage\n')],
  ['has a broken configuration', (folder) => writeFileSync(join(folder, '.git', 'config'), '[core\n')],
  ...(isRoot ? [['is another user’s', (folder: string) => chownSync(folder, 1001, 1001)] as const] : []),
]

describe.each(REFUSALS)('a repository that %s', (_, refuse) => {
  it('is not taken for none: nothing is made of it, and no program of a checkout runs', async () => {
    const base = await sample()
    const keys = await publishingKeys(base)
    await commit(base, 'trust')
    const start = await head(base)
    const pr = await branchOf(base)
    const trap = new Trap()
    // A folder of the name of a remote, and one of the name of a revision.
    await git(pr, 'init', '-q', '--bare', 'origin')
    write(pr, {
      'origin/hooks/pre-receive': trap.script,
      'origin/refs/heads/.keep': '',
      'origin/objects/info/keep': '',
      'main/config/rules/evil.ts': `import { execSync } from 'node:child_process'\nexecSync(${JSON.stringify(trap.command)})\nexport default []\n`,
      '.tenfold/store/x': 'x',
    })
    chmodSync(join(pr, 'origin', 'hooks', 'pre-receive'), 0o755)
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    refuse(checkout)
    const commands: [readonly string[], Readonly<Record<string, string>>][] = [
      [['release', '--to', 'git:origin#tenfold'], keys],
      [['release', '--to', 'file:store'], keys],
      [['release'], keys],
      [['compile'], {}],
      [['compile', '--out', 'out'], {}],
      [['check'], UNTRUSTED],
      [['check', '--policy', base], UNTRUSTED],
      [['check', '--policy', 'main'], UNTRUSTED],
      [['check', '--since', start], {}],
      [['review', '--base', start], {}],
    ]
    for (const [args, env] of commands) {
      const ran = await run(args, checkout, env)
      expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).not.toBe(0)
      expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).not.toBe(70)
      expect(ran.stdout).toBe('')
      expect(trap.wasRun, args.join(' ')).toBe(false)
    }
    // Whoever only asks is answered.
    expect((await run(['get', 'acme', 'generate_content'], checkout)).code).toBe(0)
  })
})

it('an index that cannot be read is told, and is no bug of ours', async () => {
  const base = await sample()
  writeFileSync(join(base, '.git', 'index'), 'garbage')
  for (const args of [
    ['check'],
    ['check', '--since', 'HEAD'],
    ['review', '--base', 'HEAD'],
    ['compile'],
    ['get', 'acme', 'generate_content'],
  ]) {
    expect(await run(args, base), args.join(' ')).toMatchObject({ code: 3, stderr: expect.stringContaining('index') })
  }
})

it('a remote is never where a file of the checkout says', async () => {
  const base = await sample()
  const keys = await publishingKeys(base)
  const bare = join(temporaryFolder(), 'elsewhere.git')
  mkdirSync(bare)
  await git(bare, 'init', '-q', '--bare')
  write(base, { '.gitconfig': `[remote "origin"]\n\turl = ${bare}\n` })
  await commit(base, 'shared settings')
  await git(base, 'config', 'include.path', '../.gitconfig')
  const ran = await run(['release', '--to', 'git:origin#tenfold'], base, keys)
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a file of the checkout says where remotes are'),
  })
})
