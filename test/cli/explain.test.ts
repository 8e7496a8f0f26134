import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Obj, object, parseJson } from '../../src/store/format/decode-json.ts'
import { BASE, type Files, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'

/** The layers of one function in a word each: `layer value file:line:column`, then what became of it. */
type Told = Record<string, { value: unknown; layers: string[] }>

async function explained(folder: string, account: string, name: string): Promise<Told> {
  const { code, stdout, stderr } = await tenfold(['explain', account, name, '--format', 'json'], folder)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const all = object(parseJson(Buffer.from(stdout), 'the explanation'), 'the explanation')
  expect(all).toMatchObject({ account, function: name })
  const fields = Object.entries(object(all['fields'], 'fields'))
  return Object.fromEntries(
    fields.map(([field, one]) => {
      const { value, layers } = object(one, field)
      return [field, { value, layers: Array.isArray(layers) ? layers.map((layer) => told(object(layer, field))) : [] }]
    }),
  )
}

function told({ layer, value, file, line, column, wins, stopped_by: stopped }: Obj): string {
  const by = stopped === undefined ? undefined : object(stopped, 'stopped_by')
  const end = by === undefined ? '' : ` stopped by ${String(by['rule'])} ${String(by['file'])}:${String(by['line'])}`
  return `${String(layer)} ${String(value)} ${String(file)}:${String(line)}:${String(column)}${wins === true ? ' wins' : ''}${end}`
}

const explain = (files: Files, account: string, name: string): Promise<Told> =>
  explained(writeConfig(files), account, name)

describe('layers', () => {
  test('each that is written is listed with the place of its value, lowest to highest, and one wins', async () => {
    const acme = `name: 🌱
id: acme
plan: growth
overrides:
  text: { provider: openai }
  openai: { model: gpt-4, temperature: 0,
    max_tokens: null }
`
    expect(await explain({ 'accounts/eu/acme.yaml': acme }, 'acme', 'auto_cluster')).toEqual({
      provider: {
        value: 'openai',
        layers: ['provider openai config/settings.yaml:1:19', 'account openai config/accounts/eu/acme.yaml:5:21 wins'],
      },
      model: {
        value: 'gpt-4',
        layers: [
          'provider gpt-4o-mini config/settings.yaml:4:57',
          'account gpt-4 config/accounts/eu/acme.yaml:6:20 wins',
        ],
      },
      temperature: {
        value: 0,
        layers: ['provider 0.7 config/settings.yaml:4:83', 'account 0 config/accounts/eu/acme.yaml:6:40 wins'],
      },
      max_tokens: {
        value: 3000,
        layers: [
          'provider 8192 config/settings.yaml:4:100',
          'function 3000 config/functions.yaml:2:78 wins',
          'account null config/accounts/eu/acme.yaml:7:17',
        ],
      },
      response_format: { value: 'json', layers: ['function json config/functions.yaml:2:101 wins'] },
    })
  })

  test('columns are counted in UTF-16 units', async () => {
    const line = '{ name: 🌱, id: acme, plan: scale, overrides: { image: { max_in_article: 0 } } }\n'
    const { max_in_article: told } = await explain({ 'accounts/acme.yaml': line }, 'acme', 'generate_images')
    expect(told?.layers.at(-1)).toBe(`account 0 config/accounts/acme.yaml:1:${line.indexOf('0 }') + 1} wins`)
  })

  test('a null at every place where one is written, and none where a section is null as a whole', async () => {
    const files = {
      'accounts/fields.yaml':
        'id: fields\nplan: scale\noverrides: { image: { provider: null, max_in_article: ~ }, runware: { model: null, size: null } }\n',
      'accounts/sections.yaml': 'id: sections\nplan: scale\noverrides: { image: null, runware: null }\n',
      'accounts/all.yaml': 'id: all\nplan: scale\noverrides: null\n',
    }
    const folder = writeConfig(files)
    const globals = await explained(folder, 'nobody', 'generate_images')
    expect(globals['size']).toEqual({
      value: '1024x1024',
      layers: ['provider 1024x1024 config/settings.yaml:7:81 wins'],
    })
    expect(await explained(folder, 'sections', 'generate_images')).toEqual(globals)
    expect(await explained(folder, 'all', 'generate_images')).toEqual(globals)
    const nulls = await explained(folder, 'fields', 'generate_images')
    for (const [field, { value, layers }] of Object.entries(nulls)) {
      expect(value).toEqual(globals[field]?.value)
      expect(layers.slice(0, -1)).toEqual(globals[field]?.layers)
      expect(layers.at(-1)).toMatch(/^account null config\/accounts\/fields\.yaml:3:\d+$/)
    }
    expect(Object.keys(nulls)).toEqual(['provider', 'model', 'size', 'max_in_article'])
  })
})

describe('what is written for a field that the answer lacks', () => {
  const files = {
    'settings.yaml': (BASE['settings.yaml'] ?? '')
      .replace('temperature: 0.7, ', '')
      .replace('provider: runware', 'provider: dalle'),
    'accounts/free.yaml': 'id: free\nplan: free\noverrides: { openai: { temperature: 0.3 } }\n',
    'accounts/narrow.yaml': 'id: narrow\nplan: starter\noverrides: { openai: { temperature: 0.3 } }\n',
    'accounts/null.yaml': 'id: null-only\nplan: scale\noverrides: { openai: { temperature: null } }\n',
    'accounts/old.yaml': 'id: old\nplan: scale\noverrides: { dalle: { model: dall-e-2, style: null } }\n',
    'plans.yaml': (BASE['plans.yaml'] ?? '').replace(
      /starter: .*/,
      'starter: { title: Starter, may_override: [text] }',
    ),
  }

  test.each([
    ['free', 'plan/free-no-overrides', 2],
    ['narrow', 'plan/not-allowed', 3],
  ])('the one value there is, stopped by a plan: %s', async (account, rule, line) => {
    expect((await explain(files, account, 'generate_content'))['temperature']).toEqual({
      value: null,
      layers: [`account 0.3 config/accounts/${account}.yaml:3:37 stopped by ${rule} config/plans.yaml:${line}`],
    })
  })

  test('a null and nothing else', async () => {
    const renamed = { ...files, 'accounts/null.yaml': null, 'accounts/null-only.yaml': files['accounts/null.yaml'] }
    expect((await explain(renamed, 'null-only', 'generate_content'))['temperature']).toEqual({
      value: null,
      layers: ['account null config/accounts/null-only.yaml:3:37'],
    })
  })

  test('a default that the resolved model has no list for', async () => {
    const told = await explain(files, 'old', 'generate_images')
    expect(told['style']).toEqual({
      value: null,
      layers: ['provider vivid config/settings.yaml:6:108', 'account null config/accounts/old.yaml:3:47'],
    })
    expect(told['quality']).toEqual({ value: null, layers: ['provider standard config/settings.yaml:6:91'] })
  })

  test('nothing written, nothing shown', async () => {
    expect(Object.keys(await explain(files, 'nobody', 'generate_content'))).toEqual(['provider', 'model', 'max_tokens'])
  })

  test('a person is told so', async () => {
    const { stdout } = await tenfold(['explain', 'free', 'generate_content', '--format', 'pretty'], writeConfig(files))
    expect(stdout).toContain('temperature: not in the answer\n  × account   0.3')
  })
})

test('a layer has the commit and author of its line, and nulls where the line is not committed', async () => {
  const at = 'id: acme\nplan: scale\noverrides:\n  openai:\n    temperature: 0.1\n    max_tokens: 100\n'
  const folder = writeConfig({ 'accounts/acme.yaml': at })
  const layer = async (field: string): Promise<unknown> => {
    const { stdout } = await tenfold(['explain', 'acme', 'generate_content', '--format', 'json'], folder)
    const one = object(object(JSON.parse(stdout)['fields'], 'fields')[field], field)
    const layers: unknown = one['layers']
    return Array.isArray(layers) ? layers.at(-1) : undefined
  }
  expect(await layer('temperature')).toMatchObject({ commit: null, author: null, wins: true })
  const first = await commitAll(folder)
  writeFileSync(join(folder, 'config/accounts/acme.yaml'), at.replace('100', '200'))
  await git(folder, '-c', 'user.name=Bo', 'commit', '-qam', 'second', '--author', 'Bo Ö <bo@example.org>')
  const second = (await git(folder, 'rev-parse', 'HEAD')).stdout.trim()
  expect(await layer('temperature')).toMatchObject({ commit: first, author: 'Ada <ada@example.org>', line: 5 })
  expect(await layer('max_tokens')).toMatchObject({ commit: second, author: 'Bo Ö <bo@example.org>', line: 6 })

  // Above the changed line, so that the lines of the commit and those of the working tree are not the same.
  writeFileSync(
    join(folder, 'config/accounts/acme.yaml'),
    `# a note\n${at.replace('100', '200').replace('0.1', '0.2')}`,
  )
  expect(await layer('temperature')).toMatchObject({ commit: null, author: null, line: 6, value: 0.2 })
  expect(await layer('max_tokens')).toMatchObject({ commit: second, author: 'Bo Ö <bo@example.org>', line: 7 })
  rmSync(join(folder, '.git'), { recursive: true })
  expect(await layer('max_tokens')).toMatchObject({ commit: null, author: null, line: 7 })
})
