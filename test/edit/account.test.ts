import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  chmodSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withOwnersOf } from '../../src/edit/move-in-codeowners.ts'
import { writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'

const ACME = '# the first one\nid: "acme" # ours\nplan: growth\noverrides: { openai: { model: gpt-4o } }\n'

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

describe('account rename', () => {
  test('names the file and the id anew, and leaves everything else as it was', async () => {
    const folder = writeConfig({ 'accounts/eu/acme.yaml': ACME })
    chmodSync(join(folder, 'config/accounts/eu/acme.yaml'), 0o640)
    const ran = await tenfold(['account', 'rename', 'acme', 'newco', '--format', 'json'], folder)
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('history') })
    expect(JSON.parse(ran.stdout)).toEqual({
      changed: ['config/accounts/eu/acme.yaml', 'config/accounts/eu/newco.yaml'],
    })
    expect(readdirSync(join(folder, 'config/accounts/eu'))).toEqual(['newco.yaml'])
    expect(read(folder, 'config/accounts/eu/newco.yaml')).toBe(ACME.replace('"acme"', '"newco"'))
    expect(await tenfold(['check'], folder)).toMatchObject({ code: 0 })
  })

  test('takes the line of CODEOWNERS along that names the file, from a folder further down too', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    mkdirSync(join(folder, '.github'))
    const owners =
      '* @all\n/config/accounts/acme.yaml @ada # hers\nconfig/accounts/acme.yaml.bak @bob\n/config/accounts/ @eve\n'
    writeFileSync(join(folder, '.github', 'CODEOWNERS'), owners)
    await commitAll(folder)
    expect(
      await tenfold(['account', 'rename', 'acme', 'newco', '--config', '.'], join(folder, 'config')),
    ).toMatchObject({ code: 0 })
    expect(read(folder, '.github/CODEOWNERS')).toBe(owners.replace('acme.yaml @ada', 'newco.yaml @ada'))
    expect(await tenfold(['account', 'remove', 'newco'], folder)).toMatchObject({ code: 0 })
    expect(read(folder, '.github/CODEOWNERS')).toBe(
      '* @all\nconfig/accounts/acme.yaml.bak @bob\n/config/accounts/ @eve\n',
    )
  })

  test.each([
    [['nobody', 'newco'], 2, 'there is no account "nobody"'],
    [['acme.yaml', 'newco'], 2, 'did you mean "acme"?'],
    [['acme', 'other'], 2, 'there is an account "other" already (config/accounts/other.yaml)'],
    [['acme', 'acme'], 2, 'name another id'],
    [['acme', 'New Co'], 2, 'cannot be the id'],
    [['acme', '../x'], 2, 'cannot be the id'],
    [['broken', 'newco'], 1, 'yaml/syntax'],
    [['wrong', 'newco'], 1, 'config/accounts/newco.yaml'],
  ])('%j is refused, and changes nothing', async ([id = '', to = ''], code, says) => {
    const files = {
      'accounts/acme.yaml': ACME,
      'accounts/other.yaml': 'id: other\nplan: free\n',
      'accounts/broken.yaml': 'id: [\n',
      'accounts/wrong.yaml': 'id: wrong\nplan: nope\n',
    }
    const folder = writeConfig(files)
    const ran = await tenfold(['account', 'rename', id, to], folder)
    expect(ran.code).toBe(code)
    expect(ran.stderr + ran.stdout).toContain(says)
    for (const [path, text] of Object.entries(files)) expect(read(folder, `config/${path}`)).toBe(text)
    expect(readdirSync(join(folder, 'config/accounts')).sort()).toEqual([
      'acme.yaml',
      'broken.yaml',
      'other.yaml',
      'wrong.yaml',
    ])
  })
})

describe('account remove', () => {
  test('takes the file away, also one with an error', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/broken.yaml': 'id: [\n' })
    const ran = await tenfold(['account', 'remove', 'broken', '--format', 'json'], folder)
    expect(JSON.parse(ran.stdout)).toEqual({ changed: ['config/accounts/broken.yaml'] })
    expect(await tenfold(['account', 'remove', 'acme'], folder)).toMatchObject({
      code: 0,
      stdout: 'removed config/accounts/acme.yaml\n',
    })
    expect(readdirSync(join(folder, 'config/accounts'))).toEqual([])
    expect(await tenfold(['account', 'remove', 'acme'], folder)).toMatchObject({ code: 2 })
  })

  test('of an id in two files is refused with both', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/eu/acme.yaml': ACME })
    const { code, stdout, stderr } = await tenfold(['account', 'remove', 'acme'], folder)
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('ref/duplicate-account')
    expect(existsSync(join(folder, 'config/accounts/eu/acme.yaml'))).toBe(true)
  })

  test('is not hindered by another id in two files', async () => {
    const files = {
      'accounts/acme.yaml': ACME,
      'accounts/eu/acme.yaml': ACME,
      'accounts/b.yaml': 'id: b\nplan: free\n',
    }
    const folder = writeConfig(files)
    expect(await tenfold(['account', 'remove', 'b'], folder)).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'config/accounts/b.yaml'))).toBe(false)
  })

  test('of one that is not checked out is refused', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/b.yaml': 'id: b\nplan: free\n' })
    await commitAll(folder)
    await git(folder, 'sparse-checkout', 'set', '--no-cone', '/*', '!/config/accounts/acme.yaml')
    for (const args of [
      ['remove', 'acme'],
      ['rename', 'acme', 'newco'],
    ]) {
      const { code, stdout, stderr } = await tenfold(['account', ...args], folder)
      expect(code, args.join(' ')).toBe(1)
      expect(stdout + stderr, args.join(' ')).toContain('files/not-checked-out')
    }
    const { code, stderr } = await tenfold(['account', 'rename', 'b', 'acme'], folder)
    expect(code).toBe(2)
    expect(stderr).toContain('there is an account "acme" already')
  })

  test('leaves what a link leads to', async () => {
    const folder = writeConfig({ 'accounts/b.yaml': 'id: b\nplan: free\n' })
    writeFileSync(join(folder, 'elsewhere.yaml'), ACME)
    symlinkSync('../../elsewhere.yaml', join(folder, 'config/accounts/acme.yaml'))
    expect(await tenfold(['account', 'remove', 'acme'], folder)).toMatchObject({ code: 2 })
    expect(statSync(join(folder, 'elsewhere.yaml')).size).toBe(ACME.length)
  })
})

test('what CODEOWNERS says of other files stays', () => {
  const text =
    '# config/accounts/a.yaml\nconfig/accounts/a.yaml\r\n  /config/accounts/a.yaml  @x\nconfig/accounts/a*.yaml @y\na.yaml @z'
  expect(withOwnersOf(text, 'config/accounts/a.yaml', 'config/accounts/b.yaml')).toBe(
    '# config/accounts/a.yaml\nconfig/accounts/b.yaml\r\n  /config/accounts/b.yaml  @x\nconfig/accounts/a*.yaml @y\na.yaml @z',
  )
  expect(withOwnersOf('settings\\ of\\ ours/a.yaml @x\n', 'settings of ours/a.yaml', 'settings of ours/b.yaml')).toBe(
    'settings\\ of\\ ours/b.yaml @x\n',
  )
})
