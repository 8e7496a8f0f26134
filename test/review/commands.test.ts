import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Obj, object } from '../../src/store/format/decode-json.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, tenfold } from '../support/run.ts'
import { expectWellFormed } from './markdown.ts'

const SETTINGS = BASE['settings.yaml'] ?? ''
const ACME = 'id: acme\nplan: growth\n'
const OWN = `${ACME}overrides: { openai: { model: gpt-4 } }\n`

let folder = ''
let base = ''

/** A repository whose one commit holds `BASE`, with two accounts. */
beforeEach(async () => {
  folder = writeConfig(
    { 'accounts/acme.yaml': ACME, 'accounts/bear.yaml': 'id: bear\nplan: free\n' },
    temporaryFolder(),
  )
  base = await commitAll(folder)
})

const edit = (path: string, text: string): void => writeFileSync(join(folder, 'config', path), text)

async function json(...args: string[]): Promise<Obj> {
  const { code, stdout, stderr } = await tenfold(args, folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return object(JSON.parse(stdout), 'the output')
}

describe('diff', () => {
  test('prints the contract’s JSON where a program reads', async () => {
    edit('accounts/acme.yaml', OWN)
    const dirty = await json('diff', 'HEAD')
    const changes = ['auto_cluster', 'generate_content'].map((name) => ({
      field: `functions.${name}.model`,
      old: 'gpt-4o-mini',
      new: 'gpt-4',
    }))
    const expected = {
      base,
      head: null,
      globals: [],
      accounts: [{ account: 'acme', plan: 'growth', changes }],
      unknown_accounts: [],
      shielded: {},
      summary: {
        accounts_changed: 1,
        accounts_total: 2,
        by_plan: {
          free: { changed: 0, total: 1 },
          starter: { changed: 0, total: 0 },
          growth: { changed: 1, total: 1 },
          scale: { changed: 0, total: 0 },
        },
      },
    }
    expect(dirty).toMatchObject(expected)
    expect(Object.keys(dirty)).toEqual([...Object.keys(expected), 'files_parsed'])
    const head = await commitAll(folder, 'more')
    expect(await json('diff', 'main~1')).toEqual({ ...dirty, head })
    expect(await json('diff', base.slice(0, 10), 'HEAD')).toEqual({ ...dirty, head })
    // Two revisions are compared whatever the working tree says.
    rmSync(join(folder, 'config', 'accounts'), { recursive: true })
    expect(await json('diff', base, head)).toEqual({ ...dirty, head })
    expect(await json('diff', head, base)).toMatchObject({
      base: head,
      head: base,
      accounts: [{ changes: changes.map((change) => ({ ...change, old: change.new, new: change.old })) }],
    })
  })

  test('is a table for a person', async () => {
    edit('settings.yaml', SETTINGS.replace('model: gpt-4o-mini', 'model: gpt-4o'))
    edit('accounts/acme.yaml', OWN)
    const { code, stdout } = await tenfold(['diff', 'HEAD', '--format', 'pretty'], folder)
    expect(code).toBe(0)
    expect(stdout).toBe(`1 global change
  providers.openai.model: gpt-4o-mini → gpt-4o  config/settings.yaml:4

2 of 2 accounts changed
  free            1 of 1
  starter         0 of 0
  growth          1 of 1
  scale           0 of 0
  model change 2 · prompt change 0 · limit loosened 0 · keys 0 · estimated cost: not estimated (6 calls have no price)

an account without a file
  functions.auto_cluster.model: gpt-4o-mini → gpt-4o
  functions.generate_content.model: gpt-4o-mini → gpt-4o

acme (growth)
  functions.auto_cluster.model: gpt-4o-mini → gpt-4
  functions.generate_content.model: gpt-4o-mini → gpt-4

bear (free)
  functions.auto_cluster.model: gpt-4o-mini → gpt-4o
  functions.generate_content.model: gpt-4o-mini → gpt-4o
`)
  })

  test('exits 1 on an error at HEAD, told as other commands do, with nothing on stdout', async () => {
    edit('accounts/bear.yaml', 'id: bear\nplan: free\noverrides: {}\n')
    const { code, stdout, stderr } = await tenfold(['diff', 'HEAD'], folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error[plan/free-no-overrides]')
    expect(stderr).toContain('config/accounts/bear.yaml:3:1')
    // The same as BASE is no reason to fail.
    await commitAll(folder, 'wrong')
    edit('accounts/bear.yaml', 'id: bear\nplan: free\n')
    expect(await json('diff', 'HEAD')).toMatchObject({ accounts: [] })
    edit('settings.yaml', 'text: {}\n')
    expect(await tenfold(['diff', base], folder)).toMatchObject({ code: 1, stdout: '' })
  })

  test('begins where there was no configuration yet', async () => {
    const empty = temporaryFolder()
    writeFileSync(join(empty, 'README.md'), 'nothing yet\n')
    const first = await commitAll(empty)
    writeConfig({ 'accounts/acme.yaml': ACME }, empty)
    const { code, stdout } = await tenfold(['diff', first], empty)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      base: first,
      head: null,
      summary: { accounts_changed: 1, accounts_total: 1 },
    })
  })

  test.each([
    [['diff', 'mian'], 'there is no revision "mian"'],
    [['diff', 'HEAD', 'no-such'], 'there is no revision "no-such"'],
    [['diff', 'HEAD', '--format', 'markdown'], 'there is no format "markdown"'],
    [['diff', 'HEAD', '--config', 'confg'], 'there is no'],
    [['diff'], "missing required argument 'base'"],
    [['review'], "required option '--base <rev>'"],
    [['review', '--base', '--help'], 'there is no revision'],
  ])('%j is wrong usage', async (args, said) => {
    const { code, stdout, stderr } = await tenfold(args, folder)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
  })

  test('without git there is nothing to compare with', async () => {
    expect(await tenfold(['diff', 'HEAD'], writeConfig())).toMatchObject({ code: 2, stdout: '' })
  })

  test('does not believe a damaged store, and goes on without it', async () => {
    await tenfold(['compile'], folder)
    rmSync(join(folder, '.tenfold', 'store', 'objects'), { recursive: true })
    mkdirSync(join(folder, '.tenfold', 'store', 'objects'))
    edit('accounts/acme.yaml', OWN)
    const { code, stdout, stderr } = await tenfold(['diff', 'HEAD'], folder)
    expect(code).toBe(0)
    expect(stderr).toContain('note: the store cannot be used as a cache')
    expect(JSON.parse(stdout)).toMatchObject({ summary: { accounts_changed: 1 } })
  })
})

describe('review', () => {
  test('prints the comment, and again the same one', async () => {
    edit('accounts/acme.yaml', OWN)
    const first = await tenfold(['review', '--base', 'HEAD'], folder)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(
      new RegExp(
        `^<!-- tenfold:review v1 base=${base} head=none digest=[0-9a-f]{64} -->\\n### Settings review: 1 of 2 accounts gets other answers\\n`,
      ),
    )
    expectWellFormed(first.stdout)
    expect(await tenfold(['review', '--base', 'main'], folder)).toEqual(first)
  })

  test('tells what is wrong at HEAD in the comment, and exits 1', async () => {
    edit('accounts/bear.yaml', 'id: bear\nplan: free\noverrides: { openai: { model: "`<b>@all" } }\n')
    const { code, stdout } = await tenfold(['review', '--base', 'HEAD'], folder)
    expect(code).toBe(1)
    expect(expectWellFormed(stdout)).toContain('**1 error**')
    expect(stdout).toContain('`config/accounts/bear.yaml:3` `plan/free-no-overrides`')
    edit('settings.yaml', 'text: {}\n')
    const unread = await tenfold(['review', '--base', 'HEAD'], folder)
    expect(unread.code).toBe(1)
    expect(unread.stdout).toContain('### Settings review: this configuration cannot be read')
    expectWellFormed(unread.stdout)
  })

  test('calls a removed model an error where the change chose it', async () => {
    const models = `${BASE['models.yaml'] ?? ''}  old: { provider: openai, kind: text, max_output_tokens: 8192, removed_on: "2020-01-01" }\n`
    edit('models.yaml', models)
    edit('accounts/bear.yaml', 'id: bear\nplan: starter\noverrides: { openai: { model: old } }\n')
    await commitAll(folder, 'old')
    edit('accounts/acme.yaml', `${ACME}overrides: { openai: { model: old } }\n`)
    const { code, stdout } = await tenfold(['review', '--base', 'HEAD'], folder)
    expect(code).toBe(1)
    expect(stdout).toContain('**1 error**\n\n- `config/accounts/acme.yaml:3` `model/deprecated`')
  })

  test('as JSON, it is the diff with what the comment says beside', async () => {
    edit('settings.yaml', SETTINGS.replace('max_tokens: 8192', 'max_tokens: 16384'))
    const found = await json('review', '--base', 'HEAD', '--format', 'json')
    expect(found).toMatchObject({
      base,
      globals: [{ field: 'providers.openai.max_tokens' }],
      risk: { model_changes: 0, limits_loosened: 1, keys: 0 },
      cost: { priced: 4, unpriced: 2 },
      left_behind: {},
      summary: { accounts_changed: 2 },
    })
    expect(found['comment']).toContain('estimated cost +73 % at today’s mix (of 6 calls, 2 calls have no price)')
  })
})

test('a credential that slipped into BASE is shown nowhere', async () => {
  const leaked = `-----BEGIN PRIVATE KEY-----\\n${'a1B2'.repeat(20)}\\n-----END PRIVATE KEY-----`
  edit('prompts/image_prompt.yaml', `title: x\nplaceholders: none\nvalue: "use ${leaked}"\n`)
  edit(
    'accounts/acme.yaml',
    `${ACME}prompts: { clustering: { customized: true, value: "${leaked} [IGNY8_KEYWORDS]", default: x } }\n`,
  )
  const wrong = await commitAll(folder, 'leak')
  edit('prompts/image_prompt.yaml', BASE['prompts/image_prompt.yaml'] ?? '')
  edit('accounts/acme.yaml', ACME)
  const shown: Ran[] = []
  for (const args of [
    ['diff', wrong],
    ['diff', wrong, '--format', 'pretty'],
    ['review', '--base', wrong],
    ['review', '--base', wrong, '--format', 'json'],
    ['review', '--base', base, '--head', wrong],
  ]) {
    shown.push(await tenfold(args, folder))
  }
  expect(shown.map(({ code }) => code)).toEqual([0, 0, 0, 0, 1])
  for (const { stdout, stderr } of shown) expect(`${stdout}${stderr}`).not.toContain('a1B2a1B2')
})
