import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeConfig } from '../../support/config.ts'
import { commitAll, git, tenfold } from '../../support/run.ts'

const ACME = 'id: acme\nplan: growth\n'

async function rulesOf(folder: string): Promise<string[]> {
  const { stdout } = await tenfold(['check', '--format', 'json'], folder)
  const {
    diagnostics,
  }: { diagnostics: { rule: string; severity: string; file: string; line: number; column: number }[] } =
    JSON.parse(stdout)
  return diagnostics.map((d) => `${d.severity}[${d.rule}] ${d.file}:${d.line}:${d.column}`)
}

describe('files/not-checked-out', () => {
  it('is one warning, at the first file, however many are missing', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/other.yaml': 'id: other\nplan: free\n' })
    await commitAll(folder)
    await git(folder, 'sparse-checkout', 'set', '--no-cone', '/*', '!/config/accounts/')
    expect(await rulesOf(folder)).toEqual(['warning[files/not-checked-out] config/accounts/acme.yaml:1:1'])
  })

  it('speaks of a file that git was told to skip, and of none that is there all the same', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    await git(folder, 'update-index', '--skip-worktree', 'config/accounts/acme.yaml')
    expect(await rulesOf(folder)).toEqual([])
    rmSync(join(folder, 'config', 'accounts', 'acme.yaml'))
    expect(await rulesOf(folder)).toEqual(['warning[files/not-checked-out] config/accounts/acme.yaml:1:1'])
  })

  it('speaks of a required file too, of which nothing else is said', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    await git(folder, 'update-index', '--skip-worktree', 'config/settings.yaml', 'config/plans.yaml')
    for (const file of ['settings.yaml', 'plans.yaml']) rmSync(join(folder, 'config', file))
    expect(await rulesOf(folder)).toEqual(['warning[files/not-checked-out] config/plans.yaml:1:1'])
  })

  it('passes a file that was deleted and not committed, a folder without git, and dotfiles', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, '.hidden.yaml': 'x' })
    expect(await rulesOf(folder)).toEqual([])
    await commitAll(folder)
    await git(folder, 'update-index', '--skip-worktree', 'config/.hidden.yaml')
    rmSync(join(folder, 'config', '.hidden.yaml'))
    rmSync(join(folder, 'config', 'accounts', 'acme.yaml'))
    expect(await rulesOf(folder)).toEqual([])
  })
})
