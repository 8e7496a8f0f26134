import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { check } from '../../../src/check/check-configuration.ts'
import { openConfiguration } from '../../../src/source/open-configuration.ts'
import { writeConfig } from '../../support/config.ts'
import { lint } from '../expect.ts'
import { writeRootDocument } from '../../../src/trust/root-document.ts'
import { ROOT } from '../../support/trust.ts'

describe('files/unexpected', () => {
  it('passes folders below accounts, rules in TypeScript, the root of trust, and dotfiles anywhere', async () => {
    await lint({
      'accounts/eu/de/acme.yaml': 'id: acme\nplan: free\n',
      'rules/house.ts': 'export default []\n',
      'trust/root.json': writeRootDocument(ROOT.document),
      '.DS_Store': 'x',
      'accounts/.gitkeep': '',
      'accounts/.draft/acme.yaml': ': : :',
      'prompts/.clustering.yaml.swp': 'x',
    })
  })

  it.each([
    ['README.md', 'not a YAML file'],
    ['accounts/acme.json', 'not a YAML file'],
    ['accounts/acme.yml', 'ends with .yml'],
    ['setings.yaml', 'no known place'],
    ['prompts/eu/clustering.yaml', 'no known place'],
    ['rules/house.js', 'not a YAML file'],
    ['rules/deep/house.ts', 'not a YAML file'],
    ['trust/other.json', 'not a YAML file'],
    ['strategies/constructor.yaml', 'cannot be an id'],
  ])('reports %s: %s', async (path, why) => {
    const [found] = await lint({ [path]: 'x: 1\n' }, { also: [`error[files/unexpected] ${path}:1:1-1:1`] })
    expect(found?.message).toContain(why)
  })

  it('reports a directory named like a file, and reads nothing in it', async () => {
    await lint(
      { 'accounts/acme.yaml/b.yaml': ': : :', 'prompts/x.yml/y.yaml': '' },
      {
        also: ['error[files/unexpected] accounts/acme.yaml:1:1-1:1', 'error[files/unexpected] prompts/x.yml:1:1-1:1'],
      },
    )
  })

  it('reports a symbolic link to a file, to a folder and to nothing', async () => {
    const folder = join(writeConfig(), 'config')
    symlinkSync(join(folder, 'settings.yaml'), join(folder, 'tenfold.yaml'))
    symlinkSync(join(folder, 'prompts'), join(folder, 'accounts'))
    symlinkSync(join(folder, 'nothing'), join(folder, 'strategies'))
    const { diagnostics } = await check({ ...(await openConfiguration(folder)), show: (path) => path })
    expect(diagnostics.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`)).toEqual([
      'files/unexpected accounts:1:1',
      'files/unexpected strategies:1:1',
      'files/unexpected tenfold.yaml:1:1',
    ])
  })
})
