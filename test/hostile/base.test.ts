import { describe, expect, it } from 'vitest'
import { git } from '../support/run.ts'
import { branchOf, checkoutOf, commit, errorsOf, head, judged, run, sample, write } from './support.ts'

const ACME = 'id: acme\nplan: growth\noverrides:\n  openai: { model: gpt-4, temperature: 0.5 }\n'
const NORTHWIND = 'id: northwind\nplan: growth\noverrides:\n  openai: { model: gpt-6 }\n'

interface Changed {
  readonly accounts: readonly { readonly account: string }[]
  readonly globals: readonly unknown[]
}

async function brought(folder: string, ...args: readonly string[]): Promise<Changed & { readonly note: string }> {
  const { stdout, stderr } = await run([...args, '--format', 'json'], folder)
  return { ...JSON.parse(stdout), note: stderr }
}

/** A branch at the base, and the base gone on since: a model that an account uses, and another temperature for all. */
async function moved(): Promise<{ base: string; pr: string; start: string }> {
  const base = await sample()
  const start = await head(base)
  const pr = await branchOf(base)
  write(pr, { 'config/accounts/acme.yaml': ACME })
  await commit(pr, 'cooler')
  const models = (await git(base, 'show', 'HEAD:config/models.yaml')).stdout
  const settings = (await git(base, 'show', 'HEAD:config/settings.yaml')).stdout
  write(base, {
    'config/models.yaml': models.replace(
      'models:\n',
      'models:\n  gpt-6: { provider: openai, kind: text, max_output_tokens: 16384 }\n',
    ),
    'config/accounts/northwind.yaml': NORTHWIND,
    'config/settings.yaml': settings.replace('temperature: 0.7', 'temperature: 0.6'),
  })
  await commit(base, 'another model')
  await git(pr, 'fetch', '-q', 'origin')
  return { base, pr, start }
}

describe('a base that has gone on', () => {
  it('is judged by, and counted from where the branch began', async () => {
    const { base, pr } = await moved()
    await git(pr, 'checkout', '-q', '-b', 'merged', 'origin/main')
    await git(pr, 'merge', '-q', '--no-ff', '-m', 'merge', 'pr')
    const checkout = await checkoutOf(pr, 'merged')
    const tip = await head(base)
    expect(await errorsOf(checkout, ['--since', tip, '--policy', base])).toEqual([])
    expect(await brought(checkout, 'review', '--base', tip, '--head', 'HEAD')).toMatchObject({
      accounts: [{ account: 'acme' }],
      globals: [],
      note: expect.not.stringContaining('ahead'),
    })
  })

  it('is not what the branch did, and a note says that it has', async () => {
    const { pr } = await moved()
    for (const args of [
      ['review', '--base', 'origin/main'],
      ['review', '--base', 'origin/main', '--head', 'pr'],
      ['diff', 'origin/main...pr'],
      ['diff', 'origin/main...'],
    ]) {
      const found = await brought(pr, ...args)
      expect(found, args.join(' ')).toMatchObject({ accounts: [{ account: 'acme' }], globals: [] })
      expect(found.accounts).toHaveLength(1)
      expect(found.note).toContain('origin/main is 1 commit ahead of')
    }
    const { all } = await judged(pr, ['--since', 'origin/main'])
    expect(all).toEqual([])
    for (const range of ['origin/main...HEAD', 'origin/main..HEAD'])
      expect((await judged(pr, ['--since', range])).code).toBe(0)
  })

  it('two revisions are compared as they are', async () => {
    const { pr } = await moved()
    const both = await brought(pr, 'diff', 'origin/main', 'pr')
    expect(both.accounts.length).toBeGreaterThan(1)
    const { note: _, ...ranged } = await brought(pr, 'diff', 'origin/main..pr')
    const { note: __, ...plain } = both
    expect(ranged).toEqual(plain)
  })

  it.each([
    [['diff', 'origin/main...pr', 'HEAD'], 'is a third'],
    [['check', '--since', 'origin/main...other'], '--at other'],
    [['diff', 'nosuch...HEAD'], 'no revision "nosuch"'],
  ])('%j is wrong usage', async (args, words) => {
    const { pr } = await moved()
    expect(await run(args, pr)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) })
  })
})

describe('what whoever writes a merge may choose', () => {
  it('the first parent of HEAD is not taken for the base', async () => {
    const base = await sample()
    const start = await head(base)
    const pr = await branchOf(base)
    write(pr, { 'config/accounts/northwind.yaml': 'id: northwind\nplan: free\noverrides: {}\n' })
    const evil = await commit(pr, 'evil')
    // The parents the other way round: as if the base had been merged into what is evil.
    const tree = (await git(pr, 'rev-parse', `${evil}^{tree}`)).stdout.trim()
    const merge = (await git(pr, 'commit-tree', tree, '-p', evil, '-p', start, '-m', 'merge')).stdout.trim()
    await git(pr, 'reset', '-q', '--hard', merge)
    expect(await errorsOf(pr, ['--since', start, '--policy', base])).toEqual([
      'error plan/free-no-overrides config/accounts/northwind.yaml:3:1',
    ])
  })

  it('with several commits that both have, all that differs from the base is told', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    write(pr, { 'one.txt': '1' })
    const a = await commit(pr, 'a')
    await git(base, 'fetch', '-q', pr, 'pr')
    write(base, { 'two.txt': '2' })
    const b = await commit(base, 'b')
    await git(base, 'merge', '-q', '--no-ff', '-m', 'b with a', a)
    await git(pr, 'fetch', '-q', 'origin', 'main')
    await git(pr, 'merge', '-q', '--no-ff', '-m', 'a with b', b)
    write(pr, { 'config/accounts/northwind.yaml': 'id: northwind\nplan: free\noverrides: {}\n' })
    await commit(pr, 'evil')
    await git(pr, 'fetch', '-q', 'origin', 'main')
    expect((await git(pr, 'merge-base', '--all', 'FETCH_HEAD', 'HEAD')).stdout.trim().split('\n')).toHaveLength(2)
    expect(await errorsOf(pr, ['--since', 'FETCH_HEAD'])).toEqual([
      'error plan/free-no-overrides config/accounts/northwind.yaml:3:1',
    ])
  })

  it('with nothing in common, everything is', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    await git(pr, 'checkout', '-q', '--orphan', 'alone')
    await commit(pr, 'alone')
    const ran = await run(['check', '--since', 'origin/main'], pr)
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no commit that origin/main and this have in common'),
    })
  })
})
