import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CAN_BE_UNPRIVILEGED, expectRefused, unchanged, unprivileged } from '../faults/support.ts'
import { writeConfig } from '../support/config.ts'
import { spawned, tenfold } from '../support/run.ts'

const ACME = '# Acme pays.\nid: acme\nplan: starter # since May\n'
const BETA = 'id: beta\nplan: growth\noverrides:\n  openai: { temperature: 0 } # cold\n'
const FREE = 'id: bird\nplan: free\n'
const ACCOUNTS = { 'accounts/acme.yaml': ACME, 'accounts/eu/beta.yaml': BETA, 'accounts/bird.yaml': FREE }

const read = (folder: string, path: string): string => readFileSync(join(folder, 'config', path), 'utf8')

describe('set and unset', () => {
  test('several accounts at once; get answers the value; unset gives the bytes back', async () => {
    const folder = writeConfig(ACCOUNTS)
    const done = await tenfold(['set', 'acme', 'beta', 'openai.model', 'gpt-4o'], folder)
    expect(done).toEqual({
      code: 0,
      stdout: 'changed config/accounts/acme.yaml\nchanged config/accounts/eu/beta.yaml\n',
      stderr: '',
    })
    expect(read(folder, 'accounts/acme.yaml')).toBe(`${ACME}overrides:\n  openai:\n    model: gpt-4o\n`)
    expect(read(folder, 'accounts/eu/beta.yaml')).toBe(BETA.replace('temperature: 0', 'temperature: 0, model: gpt-4o'))
    const got = await tenfold(['get', 'beta', 'generate_content'], folder)
    expect(JSON.parse(got.stdout)).toMatchObject({ model: 'gpt-4o', temperature: 0 })

    const again = await tenfold(['set', 'acme', 'overrides.openai.model', 'gpt-4o', '--format', 'json'], folder)
    expect(again).toEqual({ code: 0, stdout: '{\n  "changed": []\n}\n', stderr: '' })

    const undone = await tenfold(['unset', 'acme', 'beta', 'openai.model', '--format', 'json'], folder)
    expect(JSON.parse(undone.stdout)).toEqual({
      changed: ['config/accounts/acme.yaml', 'config/accounts/eu/beta.yaml'],
    })
    expect([read(folder, 'accounts/acme.yaml'), read(folder, 'accounts/eu/beta.yaml')]).toEqual([ACME, BETA])
    expect((await tenfold(['unset', 'acme', 'name'], folder)).stdout).toBe('nothing to change\n')
  })

  test.each([
    [['acme', 'openai.temperature', '0.25'], 'overrides:\n  openai:\n    temperature: 0.25\n'],
    [['acme', 'image.max_in_article', '0'], 'overrides:\n  image:\n    max_in_article: 0\n'],
    [['acme', 'name', '007'], 'name: "007"\n'],
  ])('set %j writes the type of the field', async (args, written) => {
    const folder = writeConfig(ACCOUNTS)
    expect(await tenfold(['set', ...args], folder)).toMatchObject({ code: 0, stderr: '' })
    expect(read(folder, 'accounts/acme.yaml')).toBe(ACME + written)
  })

  test.each([
    { args: ['acme', 'bird', 'openai.model', 'gpt-4o'], says: 'plan/free-no-overrides' },
    { args: ['acme', 'openai.model', 'gpt-9'], says: 'ref/unknown' },
    { args: ['beta', 'openai.model', 'gpt-5.2'], says: 'plan/model-not-allowed' },
    { args: ['acme', 'openai.temperature', '-1'], says: 'schema/out-of-range' },
    { args: ['acme', 'openai.max_tokens', 'many'], says: 'schema/wrong-type' },
    {
      args: ['acme', 'beta', 'name', 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL'],
      says: 'secret/value',
    },
  ])('set $args is judged before anything is written', async ({ args, says }) => {
    const folder = writeConfig(ACCOUNTS)
    const ran = await unchanged(folder, () => tenfold(['set', ...args], folder))
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain(`error[${says}]`)
    expect(ran.stderr).not.toContain('abcdefghij')
  })

  test.each([
    {
      args: ['set', 'acme', 'acmee', 'openai.model', 'gpt-4o'],
      says: ['the account "acmee" has no file', 'did you mean "acme"?', 'create it with `plan ACCOUNT PLAN`'],
    },
    {
      args: ['set', 'acme.yaml', 'openai.model', 'gpt-4o'],
      says: ['the account "acme.yaml" has no file', 'did you mean "acme"?'],
    },
    { args: ['set', 'config/accounts/acme.yaml', 'openai.model', 'gpt-4o'], says: ['did you mean "acme"?'] },
    { args: ['unset', 'ACME', 'openai.model'], says: ['did you mean "acme"?'] },
    {
      args: ['plan', 'acme.yaml', 'growth'],
      says: ['"acme.yaml" cannot be the id of an account', 'did you mean "acme"?'],
    },
    { args: ['plan', 'Acme', 'growth'], says: ['did you mean "acme"?'] },
    { args: ['unset', 'nobody', 'openai.model'], says: ['create it with `plan ACCOUNT PLAN`'] },
    { args: ['prompt', 'reset', 'nobody', 'clustering'], says: ['create it with `plan ACCOUNT PLAN`'] },
    { args: ['set', 'acme', 'openai.modle', 'gpt-4o'], says: ['did you mean "openai.model"?'] },
    { args: ['unset', 'acme', 'openai'], says: ['there is no field "openai"'] },
    { args: ['set', 'acme', 'overrides.name', 'A'], says: ['there is no field "overrides.name"'] },
    { args: ['set', 'acme', 'plan', 'growth'], says: ['write `plan ACCOUNT... PLAN`'] },
    { args: ['set', 'acme', 'openai.model', 'null'], says: ['`unset ACCOUNT... openai.model`'] },
    { args: ['set', 'openai.model', 'gpt-4o'], says: ['set needs an account, a field and a value'] },
    { args: ['unset', 'acme'], says: ['unset needs an account and a field'] },
    { args: ['set', 'acme', 'name', 'A', '--format', 'sarif'], says: ['the formats are pretty, json'] },
    { args: ['prompt', 'reset', 'acme', 'clusterin'], says: ['did you mean "clustering"?'] },
    { args: ['prompt', 'reset', 'clustering'], says: ['prompt needs an account and a prompt type'] },
    { args: ['prompt', 'customize', 'acme', 'clustering', '--file', 'none.txt'], says: ['cannot read none.txt'] },
    {
      args: ['prompt', 'rebase', 'acme', 'clustering', '--file', 'config/settings.yaml'],
      says: ['has not customised clustering'],
    },
  ])('$args is wrong usage', async ({ args, says }) => {
    const folder = writeConfig(ACCOUNTS)
    expectRefused(await unchanged(folder, () => tenfold(args, folder)), 2, ...says)
  })

  test('a file that cannot be read as it is meant is told and left alone', async () => {
    const large = `id: large\nplan: growth\n${`# ${'x'.repeat(1000)}\n`.repeat(1100)}`
    const folder = writeConfig({
      ...ACCOUNTS,
      'accounts/large.yaml': large,
      'accounts/alias.yaml': 'id: &a alias\nplan: growth\nname: *a\n',
      'accounts/empty.yaml': '# nothing\n',
      'accounts/bytes.yaml': Buffer.from('id: bytes\nplan: growth\nname: \xff\n', 'latin1'),
      'accounts/us/acme.yaml': ACME,
    })
    for (const [account, rule] of [
      ['large', 'yaml/limits'],
      ['alias', 'yaml/no-anchor-alias-merge'],
      ['empty', 'yaml/single-document'],
      ['bytes', 'yaml/encoding'],
      ['acme', 'ref/duplicate-account'],
    ]) {
      const ran = await unchanged(folder, () =>
        tenfold(['set', 'beta', account ?? '', 'openai.model', 'gpt-4o'], folder),
      )
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr).toContain(`error[${rule}]`)
    }
    await unchanged(folder, () => tenfold(['plan', 'large', 'free'], folder))
    expect(await tenfold(['plan', 'empty', 'growth'], folder)).toMatchObject({ code: 0 })
    expect(read(folder, 'accounts/empty.yaml')).toBe('# nothing\nid: empty\nplan: growth\n')
  })

  test.skipIf(!CAN_BE_UNPRIVILEGED)('a folder that is read-only leaves every account as it was', async () => {
    const folder = writeConfig(ACCOUNTS)
    chmodSync(join(folder, 'config/accounts/eu'), 0o555)
    try {
      const before = read(folder, 'accounts/acme.yaml')
      expectRefused(
        await unprivileged(['set', 'acme', 'beta', 'openai.model', 'gpt-4o'], folder),
        3,
        'cannot write',
        'permission denied',
      )
      expect([read(folder, 'accounts/acme.yaml'), read(folder, 'accounts/eu/beta.yaml')]).toEqual([before, BETA])
    } finally {
      chmodSync(join(folder, 'config/accounts/eu'), 0o755)
    }
  })

  test('an id of digits is quoted in a fresh file', async () => {
    const folder = writeConfig()
    expect(await tenfold(['plan', '007', 'growth'], folder)).toMatchObject({ code: 0 })
    expect(read(folder, 'accounts/007.yaml')).toBe('id: "007"\nplan: growth\n')
  })
})

describe('prompt', () => {
  const GLOBAL = 'config/prompts/clustering.yaml'

  test('customise, edit again, the global moves, rebase, pin, reset', async () => {
    const folder = writeConfig({
      ...ACCOUNTS,
      'prompts/clustering.yaml': globalPrompt('One', 'Two', 'Three [IGNY8_KEYWORDS]'),
    })
    expect(await tenfold(['prompt', 'customize', 'acme', 'beta', 'clustering'], folder)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('note: 2 warnings'),
    })
    writeFileSync(join(folder, 'own.txt'), '\ufeffEins\r\nTwo\r\nThree [IGNY8_KEYWORDS]\r\n')
    expect(await tenfold(['prompt', 'customize', 'acme', 'clustering', '--file', 'own.txt'], folder)).toMatchObject({
      code: 0,
      stderr: '',
    })
    const record = (value: string, base: string, customized = true): string =>
      `${ACME}prompts:\n  clustering:\n    customized: ${customized}\n    value: |\n${value}    default: |\n${base}`
    const lines = (...all: string[]): string => all.map((line) => `      ${line}\n`).join('')
    expect(read(folder, 'accounts/acme.yaml')).toBe(
      record(lines('Eins', 'Two', 'Three [IGNY8_KEYWORDS]'), lines('One', 'Two', 'Three [IGNY8_KEYWORDS]')),
    )

    writeFileSync(join(folder, GLOBAL), globalPrompt('One', 'Two', 'Three [IGNY8_KEYWORDS]', 'Four'))
    const stale = await tenfold(['check'], folder)
    expect(stale.stdout).toContain('`tenfold prompt rebase acme clustering`')
    expect(await tenfold(['prompt', 'rebase', 'acme', 'clustering'], folder)).toMatchObject({ code: 0, stderr: '' })
    const today = lines('One', 'Two', 'Three [IGNY8_KEYWORDS]', 'Four')
    expect(read(folder, 'accounts/acme.yaml')).toBe(
      record(lines('Eins', 'Two', 'Three [IGNY8_KEYWORDS]', 'Four'), today),
    )
    const got = await tenfold(['get', 'acme', '--prompt', 'clustering'], folder)
    expect(JSON.parse(got.stdout)).toMatchObject({
      prompt_value: 'Eins\nTwo\nThree [IGNY8_KEYWORDS]\nFour\n',
      is_customized: true,
    })

    expect(await tenfold(['prompt', 'reset', '--pin', 'acme', 'clustering'], folder)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(read(folder, 'accounts/acme.yaml')).toBe(record(today, today, false))
    const reset = await tenfold(['prompt', 'reset', 'acme', 'beta', 'clustering', '--format', 'json'], folder)
    expect(JSON.parse(reset.stdout)).toEqual({ changed: ['config/accounts/acme.yaml', 'config/accounts/eu/beta.yaml'] })
    expect([read(folder, 'accounts/acme.yaml'), read(folder, 'accounts/eu/beta.yaml')]).toEqual([ACME, BETA])
  })

  test('a conflict is shown at its lines with both sides, and no account is written', async () => {
    const folder = writeConfig({
      'accounts/acme.yaml': `${ACME}prompts:\n  clustering:\n    customized: true\n    value: |\n      Eins\n      Two [IGNY8_KEYWORDS]\n    default: |\n      One\n      Two [IGNY8_KEYWORDS]\n`,
      'accounts/beta.yaml':
        'id: beta\nplan: growth\nprompts:\n  clustering:\n    customized: true\n    value: |\n      One\n      Two [IGNY8_KEYWORDS]\n      Three\n    default: |\n      One\n      Two [IGNY8_KEYWORDS]\n',
      'prompts/clustering.yaml': globalPrompt('Uno', 'Two [IGNY8_KEYWORDS]'),
    })
    const ran = await unchanged(folder, () => tenfold(['prompt', 'rebase', 'beta', 'acme', 'clustering'], folder))
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: "acme" and the global clustering prompt changed the same lines
  --> config/accounts/acme.yaml:8
  ::: config/prompts/clustering.yaml:5
<<<<<<< config/accounts/acme.yaml:8: the account's text
Eins
||||||| the global text when the account customised it
One
=======
Uno
>>>>>>> config/prompts/clustering.yaml:5: the global text today
 help: write the text as it should be into FILE and run \`tenfold prompt rebase acme clustering --file FILE\`, or \`tenfold prompt reset acme clustering\` to follow the global
`,
    })
    writeFileSync(join(folder, 'merged.txt'), 'Eins y uno\nTwo [IGNY8_KEYWORDS]\n')
    expect(await tenfold(['prompt', 'rebase', 'acme', 'clustering', '--file', 'merged.txt'], folder)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(read(folder, 'accounts/acme.yaml')).toBe(
      `${ACME}prompts:\n  clustering:\n    customized: true\n    value: |\n      Eins y uno\n      Two [IGNY8_KEYWORDS]\n    default: |\n      Uno\n      Two [IGNY8_KEYWORDS]\n`,
    )
  })

  test('what the check refuses is not written', async () => {
    const folder = writeConfig(ACCOUNTS)
    writeFileSync(join(folder, 'own.txt'), 'no variable')
    writeFileSync(join(folder, 'bytes.txt'), Buffer.from([0xff]))
    const refused = await unchanged(folder, () =>
      tenfold(['prompt', 'customize', 'acme', 'clustering', '--file', 'own.txt'], folder),
    )
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('error[prompt/missing-variable]') })
    expect(await unchanged(folder, () => tenfold(['prompt', 'customize', 'bird', 'clustering'], folder))).toMatchObject(
      { code: 1 },
    )
    expectRefused(
      await tenfold(['prompt', 'customize', 'acme', 'clustering', '--file', 'bytes.txt'], folder),
      2,
      'bytes.txt is not UTF-8',
    )
    // The runner gives no stdin, which reads as an empty text.
    expect(await spawned(['prompt', 'customize', 'acme', 'clustering', '--file', '-'], folder)).toMatchObject({
      code: 1,
    })
  })

  test('a global prompt that is wrong stops the edit with its own error', async () => {
    const folder = writeConfig({ ...ACCOUNTS, 'prompts/clustering.yaml': 'title: T\nplaceholders: brackets\n' })
    const ran = await unchanged(folder, () => tenfold(['prompt', 'customize', 'acme', 'clustering'], folder))
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('error[schema/missing-key]')
    expect(existsSync(join(folder, 'config/accounts/acme.yaml'))).toBe(true)
  })
})

function globalPrompt(...lines: readonly string[]): string {
  return `title: T\nplaceholders: brackets\nvariables: { IGNY8_KEYWORDS: {} }\nvalue: |\n${lines.map((line) => `  ${line}\n`).join('')}`
}
