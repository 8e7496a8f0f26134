import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, tenfold } from '../support/run.ts'

describe('check --since a revision from before there was a configuration', () => {
  it('takes every file for changed', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'README.md'), 'nothing yet\n')
    const before = await commitAll(folder)
    writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: pro\n', 'functions.yaml': null }, folder)
    const since = await tenfold(['check', '--since', before, '--format', 'json'], folder)
    expect(since.stderr).toBe('')
    expect(since.code).toBe(1)
    expect(since.stdout).toBe((await tenfold(['check', '--format', 'json'], folder)).stdout)
    expect((await tenfold(['check', '--at', before], folder)).code).toBe(2)
    expect((await tenfold(['check', '--since', 'no-such'], folder)).code).toBe(2)
  })
})

describe('a removed model that the change chose is an error', () => {
  const REMOVED = '  gpt-3.5: { provider: openai, kind: text, max_output_tokens: 16384, removed_on: 2025-01-01 }\n'
  const account = (id: string, model: string): string =>
    `id: ${id}\nplan: growth\noverrides:\n  openai: { model: ${model} }\n`

  it.each([3, 420])('among %i accounts, and stays a warning where it stood before', async (count) => {
    const ids = Array.from({ length: count }, (_, i) => `a${i}`)
    const accounts = Object.fromEntries(
      ids.map((id) => [`accounts/${id}.yaml`, account(id, id === 'a0' ? 'gpt-3.5' : 'gpt-4o')]),
    )
    const folder = writeConfig({ ...accounts, 'models.yaml': `${BASE['models.yaml']}${REMOVED}` })
    const before = await commitAll(folder)
    // The file of a0 changes, and not the value; a1 chooses the model, and a2 is new with it.
    writeConfig(
      {
        ...accounts,
        'models.yaml': `${BASE['models.yaml']}${REMOVED}`,
        'accounts/a0.yaml': `${account('a0', 'gpt-3.5')}name: A\n`,
        'accounts/a1.yaml': account('a1', 'gpt-3.5'),
        'accounts/new.yaml': account('new', 'gpt-3.5'),
      },
      folder,
    )
    const after = await commitAll(folder)
    for (const at of [[], ['--at', after]]) {
      const { stdout } = await tenfold(['check', '--since', before, ...at, '--format', 'json'], folder)
      const { diagnostics }: { diagnostics: { rule: string; severity: string; file: string }[] } = JSON.parse(stdout)
      expect(diagnostics.map(({ rule, severity, file }) => `${severity} ${rule} ${file}`)).toEqual([
        'warning model/deprecated config/accounts/a0.yaml',
        'error model/deprecated config/accounts/a1.yaml',
        'error model/deprecated config/accounts/new.yaml',
      ])
    }
  })
})
