import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
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
