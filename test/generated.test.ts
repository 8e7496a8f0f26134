import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { registryText } from '../build/registry.ts'
import { date } from '../src/source/schema/date-format.ts'
import { temporaryFolder, writeConfig } from './support/config.ts'
import { ROOT, type Ran, run } from './support/run.ts'

test('the types are those of the schemas', async () => {
  const { stdout, code } = await run(process.execPath, ['build.js', '--print-types'], ROOT)
  expect(code).toBe(0)
  expect(readFileSync(join(ROOT, 'src/source/generated/types.ts'), 'utf8')).toBe(stdout)
})

test('the registry of rules is that of the rule files', () => {
  expect(readFileSync(join(ROOT, 'src/lint/generated/registry.ts'), 'utf8')).toBe(registryText(ROOT))
})

test('a new rule is a rule, a test and a page, and nothing that is there is written over', async () => {
  const folder = checkout()
  const refused = await tsx(['build/rules.ts', 'plan/not-allowed'], folder)
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('src/lint/rules/plan/not-allowed.ts') })
  const unknown = await tsx(['build/rules.ts', 'plans/x'], folder)
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('the families are yaml, files') })

  const made = await tsx(['build/rules.ts', 'plan/x'], folder)
  expect(made.stderr).toBe('')
  expect(made.stdout.split('\n')).toEqual([
    'wrote src/lint/rules/plan/x.ts',
    'wrote test/lint/plan/x.test.ts',
    'wrote docs/rules/plan/x.md',
    '',
  ])
  expect(readFileSync(join(folder, 'src/lint/generated/registry.ts'), 'utf8')).toContain("'../rules/plan/x.ts'")
  expect(readFileSync(join(folder, 'docs/rules/README.md'), 'utf8')).toContain('[plan/x](plan/x.md)')
  const config = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\nname: TODO\n' })
  writeFileSync(join(folder, 'check.ts'), CHECK)
  const checked = await tsx(['check.ts', join(config, 'config')], folder)
  expect(checked).toMatchObject({ code: 0, stdout: 'plan/x at 3\n' })
})

/** npx takes longer than what it starts. */
const tsx = (args: readonly string[], folder: string): Promise<Ran> =>
  run(process.execPath, ['--import', 'tsx', ...args], folder)

const CHECK = `
  import { check } from './src/check/check-configuration.ts'
  import { openConfiguration } from './src/source/open-configuration.ts'
  const { diagnostics } = await check(await openConfiguration(process.argv.at(-1) ?? ''))
  for (const { rule, line } of diagnostics) console.log(rule + ' at ' + line)
`

/** The sources, with the packages that are installed here. */
function checkout(): string {
  const folder = temporaryFolder()
  for (const part of ['src', 'build', 'docs', 'schemas', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

test('a date is a day that there is', () => {
  const days = ['2026-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']
  const none = [
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '',
  ]
  expect([...days, ...none].filter(date)).toEqual(days)
})
