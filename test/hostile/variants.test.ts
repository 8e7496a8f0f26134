import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { git } from '../support/run.ts'
import { Trap, UNTRUSTED, branchOf, checkoutOf, commit, errorsOf, head, run, sample, write } from './support.ts'

const ACME = 'config/accounts/acme.yaml'

/** A link that leads to a folder with something old in it. */
function victim(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'precious'))
  writeFileSync(join(folder, 'file'), 'x')
  const then = new Date(Date.now() - 7_200_000)
  for (const name of ['precious', 'file']) utimesSync(join(folder, name), then, then)
  return folder
}

describe('links of a checkout where we write', () => {
  it.each([
    ['the folder of a store', 'out', ['compile', '--out', 'out']],
    ['what a store stages in', 'out/tmp', ['compile', '--out', 'out']],
    ['the objects of a store', 'out/objects', ['compile', '--out', 'out']],
    ['the head of a store', 'out/head.json', ['compile', '--out', 'out']],
    ['the resolved form', 'flat.json', ['compile', '--flat', 'flat.json']],
    ['the root of trust', 'config/trust', ['keys', 'init']],
  ] as const)('%s leads nowhere', async (_, path, args) => {
    const base = await sample()
    const elsewhere = victim()
    const isFile = path.endsWith('.json')
    mkdirSync(join(base, path, '..'), { recursive: true })
    symlinkSync(isFile ? join(elsewhere, 'file') : elsewhere, join(base, path))
    await commit(base, 'tidy up')
    const ran = await run(args, base)
    expect([1, 2, 3], ran.stderr).toContain(ran.code)
    expect(ran.stderr).toMatch(/symbolic link|head\.json/)
    expect(readdirSync(elsewhere).sort()).toEqual(['file', 'precious'])
    expect(existsSync(join(base, '.tenfold', 'keys'))).toBe(false)
  })

  it('a store is not put into the configuration by another name', async () => {
    const base = await sample()
    symlinkSync('config', join(base, 'other'))
    expect(await run(['compile', '--out', 'other'], base)).toMatchObject({ code: 2 })
    expect(existsSync(join(base, 'config', 'head.json'))).toBe(false)
  })
})

it('attributes that convert themselves convert nothing unseen', async () => {
  const base = await sample()
  const pr = await branchOf(base)
  const twoFaced = Buffer.from(
    '{ id: acme, plan: growth, name: "A\xc2\xa5", overrides: { openai: { temperature: 0.1 } }, ' +
      'author_profiles: { p: { name: x, tone: ", overrides: { openai: { temperature: 1.9 } }} #" } } }\n',
    'latin1',
  )
  const attributes = `.gitattributes working-tree-encoding=UTF-16LE\n${ACME} working-tree-encoding=ISO646-JP\n`
  for (const [path, bytes] of [
    [ACME, twoFaced],
    ['.gitattributes', attributes],
  ] as const) {
    writeFileSync(join(pr, 'bytes'), bytes)
    const id = (await git(pr, 'hash-object', '-w', '--no-filters', 'bytes')).stdout.trim()
    await git(pr, 'update-index', '--add', '--cacheinfo', `100644,${id},${path}`)
  }
  await git(pr, 'commit', '-q', '-m', 'tidy up')
  const checkout = await checkoutOf(pr)
  expect(await errorsOf(checkout, ['--since', await head(base), '--policy', base])).toContain(
    `error files/converted ${ACME}:1:1`,
  )
  expect((await run(['compile'], checkout)).code).toBe(1)
})

it('the checkout that is judged is no policy, however it is named', async () => {
  const base = await sample()
  const trap = new Trap()
  write(base, {
    'config/rules/evil.ts': `import { execSync } from 'node:child_process'\nexecSync(${JSON.stringify(trap.command)})\nexport default []\n`,
  })
  await commit(base, 'rules')
  for (const policy of ['.', '../base', base]) {
    expect(await run(['check', '--policy', policy], base, UNTRUSTED), policy).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('very checkout'),
    })
  }
  expect((await run(['check', '--config', '.', '--policy', '..'], join(base, 'config'), UNTRUSTED)).code).toBe(2)
  expect(trap.wasRun).toBe(false)
})

it('a submodule in the configuration is an error, whether it is checked out or not', async () => {
  const base = await sample()
  const other = await sample()
  await git(base, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other, 'config/accounts/eu')
  await commit(base, 'accounts of others')
  const error = 'error files/unexpected config/accounts/eu:1:1'
  for (const folder of [base, await checkoutOf(base, 'main')]) {
    expect(await errorsOf(folder)).toContain(error)
    expect(await errorsOf(folder, ['--at', 'HEAD'])).toContain(error)
    expect((await run(['compile'], folder)).code).toBe(1)
  }
})

it('a tree that has the configuration twice is an error', async () => {
  const base = await sample()
  const start = await head(base)
  const pr = await branchOf(base)
  const honest = await head(pr, `${start}:config`)
  write(pr, { [ACME]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-5.1 } }\n' })
  await commit(pr, 'evil')
  const evil = await head(pr, 'HEAD:config')
  const entry = (id: string): Buffer => Buffer.concat([Buffer.from('40000 config\0'), Buffer.from(id, 'hex')])
  writeFileSync(join(pr, 'tree'), Buffer.concat([entry(honest), entry(evil)]))
  const tree = (await git(pr, 'hash-object', '-t', 'tree', '-w', '--literally', 'tree')).stdout.trim()
  const twice = (await git(pr, 'commit-tree', tree, '-p', start, '-m', 'tidy up')).stdout.trim()
  await git(pr, 'update-ref', 'refs/heads/pr', twice)
  const checkout = await checkoutOf(pr)
  expect(await errorsOf(checkout, ['--since', start, '--policy', base])).toContain('error files/unexpected config:1:1')
  expect((await run(['review', '--base', start, '--head', 'HEAD'], checkout)).code).toBe(1)
  expect((await run(['compile'], checkout)).code).toBe(1)
})

it('a name that a tag and a branch have is not taken for the tag', async () => {
  const base = await sample()
  const pr = await branchOf(base)
  write(pr, { 'config/accounts/northwind.yaml': 'id: northwind\nplan: free\noverrides: {}\n' })
  await commit(pr, 'evil')
  await git(pr, 'tag', 'origin/main')
  for (const args of [
    ['check', '--since', 'origin/main'],
    ['check', '--policy', 'origin/main'],
    ['review', '--base', 'origin/main'],
  ]) {
    expect(await run(args, pr)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('refs/tags/origin/main or refs/remotes/origin/main'),
    })
  }
  expect((await run(['check', '--since', 'refs/remotes/origin/main'], pr)).code).toBe(1)
})

it('who wrote a line is what the commit says, and not a file of the checkout', async () => {
  const base = await sample({ '.mailmap': 'The CEO <ceo@example.org> <ada@example.org>\n' })
  const { stdout } = await run(['explain', 'acme', 'generate_content', '--format', 'json'], base)
  expect(stdout).toContain('Ada <ada@example.org>')
  expect(stdout).not.toContain('CEO')
  rmSync(join(base, '.mailmap'))
})
