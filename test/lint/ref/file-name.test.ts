import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeConfig } from '../../support/config.ts'
import { commitAll, tenfold } from '../../support/run.ts'
import { lint } from '../expect.ts'

describe('ref/file-name', () => {
  it('passes a stem that is the id, below any folder', async () => {
    await lint({ 'accounts/eu/acme_ltd-2.yaml': 'id: acme_ltd-2\nplan: free\n' })
  })

  it('points at the id, and says how to agree', async () => {
    const [found] = await lint({
      'accounts/acme.yaml': `
        plan: free
        id: foo
        #   ^^^ error[ref/file-name] "acme.yaml"
      `,
    })
    expect(found?.help).toBe('rename the file to foo.yaml, or write id: acme')
  })

  it('does not offer a stem that no account may be called', async () => {
    const [found] = await lint({
      'accounts/Acme Ltd.yaml': `
        plan: free
        id: acme
        #   ^^^^ error[ref/file-name] "Acme Ltd.yaml"
      `,
    })
    expect(found?.help).toBe('rename the file to acme.yaml')
  })

  it('leaves an id that cannot be one to the schema', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: ACME
        #   ^^^^ error[schema/not-allowed]
        plan: free
      `,
    })
  })
})

describe('a copy of an account', () => {
  const ACME = 'id: acme\nplan: free\n'

  it.each([
    ['accounts/acme copy.yaml', 'delete this file if it is a copy, or give it a name and an id of its own'],
    ['accounts/eu/acme (1).yaml', 'delete this file if it is a copy, or give it a name and an id of its own'],
    ['accounts/ACME.yaml', 'delete this file if it is a copy, or give it a name and an id of its own'],
    ['accounts/newco.yaml', 'write id: newco, or delete this file if it is a copy'],
  ])('is told with the file that it is a copy of: %s', async (path, help) => {
    const [found] = await lint(
      { 'accounts/acme.yaml': ACME, [path]: ACME },
      { also: [`error[ref/file-name] ${path}:1:5-1:9`] },
    )
    expect(found?.help).toBe(help)
    expect(found?.related).toMatchObject([
      { file: 'accounts/acme.yaml', line: 1, column: 1, message: 'the account "acme"' },
    ])
  })

  it('is told so by every way of looking, whatever has changed', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    expect(await tenfold(['compile'], folder)).toMatchObject({ code: 0 })
    writeFileSync(join(folder, 'config', 'accounts', 'acme copy.yaml'), ACME)
    await commitAll(folder)
    const ways = [
      ['check'],
      ['check', '--at', 'HEAD'],
      ['check', '--staged'],
      ['check', '--since', 'HEAD~1'],
      ['check', '--at', 'HEAD', '--since', 'HEAD~1'],
      ['compile'],
      ['compile', '--at', 'HEAD'],
    ]
    for (const args of ways) {
      const { code, stdout, stderr } = await tenfold(args, folder)
      expect(code, args.join(' ')).toBe(1)
      expect(stdout + stderr, args.join(' ')).toContain('delete this file')
      expect(stdout + stderr, args.join(' ')).toContain('config/accounts/acme.yaml')
    }
    // With the original gone, it is a file of another name.
    rmSync(join(folder, 'config', 'accounts', 'acme.yaml'))
    await commitAll(folder)
    for (const args of [['check'], ['check', '--at', 'HEAD', '--since', 'HEAD~2'], ['compile', '--at', 'HEAD']]) {
      const { stdout, stderr } = await tenfold(args, folder)
      expect(stdout + stderr, args.join(' ')).toContain('rename the file to acme.yaml')
    }
  })
})
