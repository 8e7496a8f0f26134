// @alone: what TypeScript knows of each rule stays in memory.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { some } from '../properties/seed.ts'
import { git } from '../support/run.ts'
import { branchOf, checkoutOf, commit, head, judged, run, sample, write } from './support.ts'
import { API_KEYS, publishingKeys } from './keys.ts'

describe('a change of what judges', () => {
  const CHANGES = [
    ['plans.yaml that is no YAML', { 'config/plans.yaml': 'plans: [\n' }, 'error yaml/syntax config/plans.yaml:2:1'],
    [
      'plans.yaml that lets Free override',
      { 'config/plans.yaml': 'plans:\n  free: { title: Free, may_override: [openai] }\n' },
      'error plan/four-plans config/plans.yaml',
    ],
    ['plans.yaml without', { 'config/plans.yaml': null }, 'error files/missing config/plans.yaml:1:1'],
    ['models.yaml without', { 'config/models.yaml': null }, 'error files/missing config/models.yaml:1:1'],
    [
      'models.yaml with nothing in it',
      { 'config/models.yaml': '# none\n' },
      'error yaml/single-document config/models.yaml:1:1',
    ],
    [
      'tenfold.yaml with an unknown key',
      { 'config/tenfold.yaml': 'nmae: x\n' },
      'error schema/unknown-key config/tenfold.yaml:1:1',
    ],
    [
      'a credential in a comment',
      { 'config/tenfold.yaml': `# ${API_KEYS.ANTHROPIC_API_KEY}\nname: x\n` },
      'error secret/value config/tenfold.yaml:1:1',
    ],
    [
      'a root of trust that nobody signed',
      { 'config/trust/root.json': '{}\n' },
      'error trust/root config/trust/root.json:1:1',
    ],
    [
      'a file in no known place',
      { 'config/trust/other.json': '{}\n' },
      'error files/unexpected config/trust/other.json:1:1',
    ],
    [
      'a rule that does not compile',
      { 'config/rules/house.ts': 'export default [\n' },
      'error rules/load config/rules/house.ts',
    ],
    [
      'a rule of the wrong type',
      { 'config/rules/house.ts': 'const a: number = "x"\nexport default [a]\n' },
      'error rules/load config/rules/house.ts:1:7',
    ],
  ] as const
  it.each(CHANGES.map((change, i) => [...change, i] as const))(
    '%s is judged too, by the base’s program',
    async (_, files, error, turn) => {
      const base = await sample()
      const start = await head(base)
      const pr = await branchOf(base)
      for (const [path, text] of Object.entries(files)) {
        if (text === null) rmSync(join(pr, path))
        else write(pr, { [path]: text })
      }
      await commit(pr, 'tidy up')
      const checkout = await checkoutOf(pr)
      const ways = [
        ['--policy', base],
        ['--since', start, '--policy', base],
        ['--policy', start],
        ['--since', start, '--policy', base, '--at', 'HEAD'],
      ]
      for (const args of some(ways, turn)) {
        const { code, all } = await judged(checkout, args)
        expect(code, args.join(' ')).toBe(1)
        expect(
          all.some((one) => one.startsWith(error)),
          `${args.join(' ')}: ${all.join('\n')}`,
        ).toBe(true)
      }
    },
  )

  it('what it loosens judges nothing yet', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    const plans = (await import('node:fs')).readFileSync(join(base, 'config', 'plans.yaml'), 'utf8')
    write(pr, {
      'config/plans.yaml': plans.replace(/models:\s*\{[^}]*\}|models:\n(?:\s{6,}.*\n)+/g, ''),
      'config/rules/house.ts': 'process.exit(0)\nexport default []\n',
      'config/accounts/extra.yaml': 'id: extra\nplan: enterprise\n',
    })
    await commit(pr, 'loosen')
    const checkout = await checkoutOf(pr)
    const { code, all } = await judged(checkout, ['--since', await head(base), '--policy', base])
    expect(code).toBe(1)
    expect(all).toContain('error ref/unknown config/accounts/extra.yaml:2:7')
  })

  it('a folder of the change is no policy, whatever its name', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    write(pr, {
      'origin/main/config/plans.yaml': 'plans: {}\n',
      'origin/main/config/rules/house.ts': 'process.exit(0)\nexport default []\n',
      'config/accounts/extra.yaml': 'id: extra\nplan: free\noverrides: {}\n',
    })
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    await git(checkout, 'fetch', '-q', base, 'main:refs/remotes/origin/main')
    const { code, all } = await judged(checkout, ['--since', 'origin/main', '--policy', 'origin/main'])
    expect(code).toBe(1)
    expect(all).toEqual(['error plan/free-no-overrides config/accounts/extra.yaml:3:1'])
    for (const policy of ['origin/main/config', join(base, 'config')]) {
      expect(await run(['check', '--policy', policy], checkout)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /is a part of a checkout, and names no revision\n help: name the top of a checkout/,
        ),
      })
    }
  })

  it('what was wrong before it is not told again with --since, unless the change touches it', async () => {
    const base = await sample({ 'config/tenfold.yaml': 'nmae: x\n' })
    const pr = await branchOf(base)
    write(pr, { 'config/accounts/extra.yaml': 'id: extra\nplan: free\n' })
    await commit(pr, 'one more')
    const checkout = await checkoutOf(pr)
    expect((await judged(checkout, ['--since', await head(base), '--policy', base])).all).toEqual([])
    expect((await judged(checkout, ['--policy', base])).code).toBe(1)
    write(pr, { 'config/tenfold.yaml': 'nmae: y\n' })
    await commit(pr, 'and this')
    const touched = await judged(await checkoutOf(pr), ['--since', await head(base), '--policy', base])
    expect(touched.all).toContain('error schema/unknown-key config/tenfold.yaml:1:1')
  })

  it('a repository without a root of trust may get one', async () => {
    const base = await sample()
    const pr = await branchOf(base)
    await publishingKeys(pr)
    await commit(pr, 'trust')
    expect((await run(['check', '--policy', base, '--since', await head(base)], await checkoutOf(pr))).code).toBe(0)
  })
})
