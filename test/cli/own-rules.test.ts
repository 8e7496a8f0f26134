// @alone: what TypeScript knows of each rule stays in memory.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, spawned, tenfold } from '../support/run.ts'

/** A rule that uses the account, the globals and a neighbour. */
const NAMED = `import { type AccountModel, type Known, defineRule, keyAt } from 'tenfold'
import { whole } from './words.ts'

export default defineRule({
  id: 'team/named',
  severity: 'error',
  summary: 'an account that the team cannot place',
  account(account: AccountModel, { settings }: Known, report) {
    if (account.id.startsWith('named')) return
    report({
      at: keyAt(account.file, 'plan'),
      message: whole(\`\${account.id} of \${account.plan}\`),
      help: \`the team uses \${settings?.providers['openai']?.fields['model']}\`,
    })
  },
})
`
const WORDS = `export function whole(text: string): string {
  return \`nobody knows \${text}\`
}
`
const RULES = { 'rules/named.ts': NAMED, 'rules/words.ts': WORDS }
const ACME = 'id: acme\nplan: growth\n'

interface Found {
  readonly rule: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly help: string
  readonly related: readonly { readonly file: string; readonly message: string }[]
}

function diagnosticsIn({ stdout }: Ran): Found[] {
  const { diagnostics }: { diagnostics: Found[] } = JSON.parse(stdout)
  return diagnostics
}

const check = (
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  return tenfold(['check', '--format', 'json', ...args], folder, env)
}

/** Which own rules spoke. */
const spoke = (ran: Ran): string[] =>
  diagnosticsIn(ran)
    .map(({ rule }) => rule)
    .filter((rule) => /^(team|rules)\//.test(rule))

test('a rule is type-checked against the program, sees what ours see, and reports at the exact place', async () => {
  const ran = await check(writeConfig({ ...RULES, 'accounts/acme.yaml': ACME }))
  expect(ran).toMatchObject({ code: 1, stderr: '' })
  expect(diagnosticsIn(ran)).toEqual([
    {
      rule: 'team/named',
      severity: 'error',
      message: 'nobody knows acme of growth',
      file: 'config/accounts/acme.yaml',
      line: 2,
      column: 1,
      end_line: 2,
      end_column: 5,
      help: 'the team uses gpt-4o-mini',
      related: [],
    },
  ])
})

test('among many accounts, in workers, it says the same', async () => {
  const ids = Array.from({ length: 430 }, (_, i) => `named-${i}`)
  const accounts = Object.fromEntries(ids.map((id) => [`accounts/${id}.yaml`, `id: ${id}\nplan: growth\n`]))
  const throwing = `import { defineRule } from 'tenfold/rules'
export const fails = defineRule({
  id: 'team/fails', severity: 'warning', summary: 'nothing yet',
  account({ id }) {
    if (id.startsWith('named-1')) throw new RangeError('not thought of')
  },
})
`
  const folder = writeConfig({ ...RULES, ...accounts, 'rules/fails.ts': throwing, 'accounts/acme.yaml': ACME })
  const ran = await check(folder)
  expect(ran.code).toBe(1)
  expect(ran.stdout + ran.stderr).not.toMatch(/^\s+at /m)
  const [named, failed, ...rest] = diagnosticsIn(ran)
  expect(named).toMatchObject({ rule: 'team/named', file: 'config/accounts/acme.yaml', line: 2 })
  expect(failed).toMatchObject({
    rule: 'rules/run',
    file: 'config/rules/fails.ts',
    message: 'own rule "team/fails" failed: RangeError: not thought of',
    related: [{ file: 'config/accounts/named-1.yaml', message: 'looking at this, and at 110 more' }],
  })
  expect(rest).toEqual([])
})

test('a rule that does not compile fails the check at its line, and no store is made', async () => {
  const wrong = NAMED.replace('{ settings }: Known', '{ setings }: Known')
  const folder = writeConfig({ ...RULES, 'rules/named.ts': wrong, 'accounts/acme.yaml': ACME })
  const ran = await check(folder)
  expect(ran).toMatchObject({ code: 1, stderr: '' })
  expect(diagnosticsIn(ran)[0]).toMatchObject({
    rule: 'rules/load',
    file: 'config/rules/named.ts',
    line: 8,
    column: 36,
    message: expect.stringContaining("Property 'setings' does not exist on type 'PartialGlobals'"),
  })
  const compiled = await tenfold(['compile'], folder)
  expect(compiled).toMatchObject({ code: 1, stderr: expect.stringContaining('config/rules/named.ts:8:36') })
  expect(existsSync(join(folder, '.tenfold', 'store'))).toBe(false)
})

describe('whose rules run', () => {
  /** A revision whose rule refuses acme, and a working tree whose rule refuses nobody. */
  async function changed(): Promise<{ folder: string; base: string; before: string }> {
    const base = writeConfig({ ...RULES, 'accounts/acme.yaml': ACME })
    const folder = writeConfig({ ...RULES, 'accounts/acme.yaml': ACME })
    const before = await commitAll(folder)
    writeConfig({ ...RULES, 'rules/named.ts': NAMED.replace("'named'", "''"), 'accounts/acme.yaml': ACME }, folder)
    return { folder, base, before }
  }

  test('the working tree’s, unless it is not trusted; the policy’s checkout’s, then too; never a revision’s', async () => {
    const { folder, base, before } = await changed()
    const untrusted = { TENFOLD_UNTRUSTED: '1' }
    expect(spoke(await check(folder))).toEqual([])
    expect(spoke(await check(folder, ['--policy', base]))).toEqual(['team/named'])
    expect(spoke(await check(folder, ['--policy', base], untrusted))).toEqual(['team/named'])
    expect(spoke(await check(folder, ['--at', before, '--policy', base], untrusted))).toEqual(['team/named'])
    for (const [args, why] of [
      [['--at', before], 'those of a revision never are'],
      [['--policy', before], 'those of a revision never are'],
    ] as const) {
      const ran = await check(folder, args)
      expect(ran).toMatchObject({
        code: 0,
        stderr: `note: the repository's own rules (rules/*.ts) are not run: ${why}\n`,
      })
      expect(spoke(ran)).toEqual([])
    }
    // Even one that does not compile is not so much as looked at.
    writeConfig({ ...RULES, 'rules/named.ts': 'throw 1', 'accounts/acme.yaml': ACME }, folder)
    expect(await check(folder, [], untrusted)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('TENFOLD_UNTRUSTED'),
    })
  })

  test('--since tells of other files only what the rule did not say before', async () => {
    const folder = writeConfig({ ...RULES, 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    expect(spoke(await check(folder, ['--since', 'HEAD']))).toEqual([])
    writeConfig({ ...RULES, 'accounts/acme.yaml': ACME, 'accounts/new.yaml': 'id: new\nplan: free\n' }, folder)
    expect(diagnosticsIn(await check(folder, ['--since', 'HEAD'])).map(({ file }) => file)).toEqual([
      'config/accounts/new.yaml',
    ])
  })

  test('--since tells of a rule that cannot be used, or that fails on what the change wrote', async () => {
    const throwing = NAMED.replace(
      'if (account',
      "if (account.plan === 'scale') throw new Error('no')\n    if (account",
    )
    const files = { ...RULES, 'rules/named.ts': throwing, 'accounts/acme.yaml': 'id: acme\nplan: scale\n' }
    const folder = writeConfig(files)
    await commitAll(folder)
    expect(spoke(await check(folder, ['--since', 'HEAD']))).toEqual([])
    writeConfig({ ...files, 'accounts/new.yaml': 'id: new\nplan: scale\n' }, folder)
    const failed = diagnosticsIn(await check(folder, ['--since', 'HEAD']))
    expect(failed).toMatchObject([
      { rule: 'rules/run', related: [{ file: 'config/accounts/new.yaml', message: 'looking at this' }] },
    ])
    writeConfig({ ...files, 'rules/named.ts': 'export default' }, folder)
    const broken = await check(folder, ['--since', 'HEAD'])
    expect(broken.code).toBe(1)
    expect(spoke(broken)).toContain('rules/load')
  })

  test('--since says the same with a store and without: of two accounts that say one thing, the rule may tell one', async () => {
    const isQuiet =
      "account.file !== 'accounts/acme.yaml' || settings?.providers['openai']?.fields['temperature'] === 0.7"
    const judge = writeConfig({ ...RULES, 'rules/named.ts': NAMED.replace("account.id.startsWith('named')", isQuiet) })
    const folder = writeConfig({ 'accounts/aaaa.yaml': 'id: aaaa\nplan: growth\n', 'accounts/acme.yaml': ACME })
    const base = await commitAll(folder)
    writeConfig(
      { 'settings.yaml': (BASE['settings.yaml'] ?? '').replace('temperature: 0.7', 'temperature: 0.6') },
      folder,
    )
    await commitAll(folder, 'cooler', '2026-02-01T12:00:00Z')
    const args = ['--since', base, '--at', 'HEAD', '--policy', judge]
    const without = await check(folder, args)
    expect(diagnosticsIn(without)).toMatchObject([{ rule: 'team/named', file: 'config/accounts/acme.yaml' }])
    await tenfold(['compile', '--at', base], folder)
    expect(await check(folder, args)).toEqual(without)
  })

  test('none in any other command', async () => {
    const folder = writeConfig({ ...RULES, 'accounts/acme.yaml': ACME })
    for (const args of [
      ['release'],
      ['get', 'acme', 'generate_content'],
      ['set', 'acme', 'openai.temperature', '0.5'],
    ]) {
      expect(await tenfold(args, folder), args.join(' ')).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('rules'),
      })
    }
  })
})

test('compile judges again what the store knows once a rule has changed, and a release takes up what it left', async () => {
  const lenient = NAMED.replace("'named'", "''")
  const folder = writeConfig({ ...RULES, 'rules/named.ts': lenient, 'accounts/acme.yaml': ACME })
  const compile = async (): Promise<{ files_parsed: number; root: string }> => {
    const ran = await tenfold(['compile', '--format', 'json'], folder)
    expect(ran.code).toBe(0)
    return JSON.parse(ran.stdout)
  }
  const first = await compile()
  expect(await compile()).toMatchObject({ files_parsed: 0, root: first.root })
  const released = await tenfold(['release', '--format', 'json'], folder)
  expect(JSON.parse(released.stdout)).toMatchObject({ files_parsed: 0 })

  writeConfig({ ...RULES, 'accounts/acme.yaml': ACME }, folder)
  const refused = await tenfold(['compile'], folder)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('error[team/named]') })
  expect((await tenfold(['compile', '--flat', '-'], folder)).code).toBe(1)

  // Without any rules the root is that of a program that has none.
  rmSync(join(folder, 'config', 'rules'), { recursive: true })
  const plain = await compile()
  const elsewhere = await tenfold(['compile', '--format', 'json', '--out', join(temporaryFolder(), 'store')], folder)
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ root: plain.root })
})

test('a credential that a rule repeats is masked like everywhere', async () => {
  const key = `sk-proj-${'a1B2'.repeat(12)}`
  const loud = NAMED.replace('whole(`', `whole(\`${key} `)
  const ran = await check(writeConfig({ 'rules/words.ts': WORDS, 'rules/named.ts': loud, 'accounts/acme.yaml': ACME }))
  expect(ran.code).toBe(1)
  expect(ran.stdout).not.toContain(key)
})

/** Each would make a check that fails exit with 0. */
const ENDINGS = [
  'process.exit(0)',
  'process.reallyExit(0)',
  'setImmediate(() => process.reallyExit(0))',
  'setImmediate(() => process.exit(0))',
  'setTimeout(() => process.exit(0), 0)',
  "process.on('exit', () => { process.exitCode = 0 })",
  "process.on('exit', () => process.reallyExit(0))",
  'setTimeout(() => { process.exitCode = 0 }, 0)',
]

test.each(ENDINGS)('a rule that does %s does not make a wrong configuration pass', async (ending) => {
  const rule = `import { defineRule } from 'tenfold'
    declare const process: any, setImmediate: any, setTimeout: any
    export default defineRule({ id: 'team/ends', severity: 'error', summary: 'ends', account() { ${ending} } })\n`
  const folder = writeConfig({ 'rules/ends.ts': rule, 'accounts/acme.yaml': ACME, 'tenfold.yaml': 'nme: x\n' })
  const ran = await spawned(['check', '--format', 'json'], folder)
  expect(ran.code).toBe(1)
  expect(ran.stdout).toContain('schema/unknown-key')
})

test('SARIF lists the own rules with what they catch', async () => {
  const folder = writeConfig({ ...RULES, 'accounts/acme.yaml': ACME })
  const { stdout } = await tenfold(['check', '--format', 'sarif'], folder)
  expect(JSON.parse(stdout).runs[0].tool.driver.rules).toContainEqual({
    id: 'team/named',
    shortDescription: { text: 'an account that the team cannot place' },
  })
})

test('the page about own rules shows a rule that compiles and speaks', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rules', 'own.md'), 'utf8')
  const [, path = '', text = ''] = /^```ts (config\/\S+)\n([^]*?)^```$/m.exec(page) ?? []
  const [, account = ''] = /^```yaml config\/accounts\/acme.yaml\n([^]*?)^```$/m.exec(page) ?? []
  const [, printed = ''] = /^```text\n([^]*?)^```$/m.exec(page) ?? []
  const folder = writeConfig({ [path.replace('config/', '')]: text, 'accounts/acme.yaml': account })
  // The page counts the files of a configuration without a vocabulary of its own.
  const stdout = printed.replace(/ in [0-9]+ files\n$/, ` in ${Object.keys(BASE).length + 1} files\n`)
  expect(await tenfold(['check'], folder)).toMatchObject({ code: 1, stdout })
})
