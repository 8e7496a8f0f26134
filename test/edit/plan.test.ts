import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

const PAID = `# Acme pays.
id: acme
plan: starter # since May
overrides:
  # they like it colder
  openai: { temperature: 0 } # really

prompts: {}
name: "Acme"
`

const read = (folder: string, id: string): string => readFileSync(join(folder, `config/accounts/${id}.yaml`), 'utf8')

test('a downgrade that leaves overrides behind is refused, with the command that removes them', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': PAID })
  const refused = await tenfold(['plan', 'acme', 'free'], folder)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('`tenfold plan acme free --drop-overrides`')
  expect(read(folder, 'acme')).toBe(PAID)

  const done = await tenfold(['plan', 'acme', 'free', '--drop-overrides'], folder)
  expect({ code: done.code, stdout: done.stdout }).toEqual({ code: 0, stdout: 'changed config/accounts/acme.yaml\n' })
  expect(read(folder, 'acme')).toBe('# Acme pays.\nid: acme\nplan: free # since May\n\nname: "Acme"\n')
  expect((await tenfold(['check', '--max-warnings', '0'], folder)).code).toBe(0)
})

test.each([
  [
    '{ id: acme, plan: starter, overrides: { openai: { temperature: 0 } }, name: A }\n',
    '{ id: acme, plan: free, name: A }\n',
  ],
  ['{ overrides: {}, id: acme, plan: starter }\n', '{ id: acme, plan: free }\n'],
  ['{ id: acme, plan: starter, prompts: }', '{ id: acme, plan: free }'],
  ['overrides:\nid: acme\nplan: starter', 'id: acme\nplan: free'],
  ['id: acme\nplan: "starter"\nstrategies:\n  a:\n    name: |\n      two\n      lines\n', 'id: acme\nplan: "free"\n'],
  ['{"id": "acme", "plan": "starter", "overrides": {}}', '{"id": "acme", "plan": "free"}'],
])('overrides are dropped from %j', async (before, after) => {
  const folder = writeConfig({ 'accounts/acme.yaml': before })
  const { code, stderr } = await tenfold(['plan', 'acme', 'free', '--drop-overrides'], folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(read(folder, 'acme')).toBe(after)
})

test('several accounts move at once, and one without a file gets one; or none does', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': PAID, 'accounts/eu/beta.yaml': 'id: beta\nplan: free\n' })
  const done = await tenfold(['plan', 'acme', 'beta', 'gamma', 'growth', '--format', 'json'], folder)
  expect(JSON.parse(done.stdout)).toEqual({
    changed: ['config/accounts/acme.yaml', 'config/accounts/eu/beta.yaml', 'config/accounts/gamma.yaml'],
  })
  expect(read(folder, 'eu/beta')).toBe('id: beta\nplan: growth\n')
  expect(read(folder, 'gamma')).toBe('id: gamma\nplan: growth\n')

  expect((await tenfold(['plan', 'delta', 'acme', 'free'], folder)).code).toBe(1)
  expect(existsSync(join(folder, 'config/accounts/delta.yaml'))).toBe(false)
})

test('wrong words are told as such', async () => {
  const folder = writeConfig()
  const unknown = await tenfold(['plan', 'acme', 'fre'], folder)
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('did you mean "free"?')
  expect((await tenfold(['plan', 'growth'], folder)).code).toBe(2)
  expect((await tenfold(['plan', '../evil', 'growth'], folder)).code).toBe(1)
  expect(existsSync(join(folder, 'config/evil.yaml'))).toBe(false)
})
