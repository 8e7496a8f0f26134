import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { idFrom } from '../../src/import/account-id.ts'
import { computedMs } from '../support/cpu.ts'
import { BASE_ROWS, ImportPlace, PLANS, SETTINGS, account, overrides, ownPrompt, prompt, row } from './dump.ts'

/** What of Markdown is no code: there nothing may lead anywhere. */
function outsideOfCode(markdown: string): string {
  return markdown.replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')
}

describe('names from the database in the report', () => {
  const link = '[x](https://evil.example)'

  test.each([
    ['a model', [row(`app.${link}`, 1, {})]],
    ['a primary key', [account(link, 'beta', { plan: null })]],
    ['a primary key of two that meet', [account(link, 'acme')]],
    ['a column', [account(2, 'beta', { [link]: 1 })]],
    ['a foreign key with quotes', [overrides(1, `"${link}"`, 'openai', { model: 'gpt-4o' })]],
    ['a type with quotes', [overrides(1, 1, `"${link}"`, { model: 'gpt-4o' })]],
    ['a member of a config', [overrides(1, 1, 'openai', { [link]: 1 })]],
    ['a plan', [row('auth.plan', 9, { slug: `"${link}"`, name: 'y' }), account(2, 'beta', { plan: 9 })]],
    ['a mention, an issue and an address', [row('app.@admin#1<b>&lt;', 1, {}), row('app.https://e.example', 2, {})]],
    ['backticks', [row('app.` ```` ', 1, {}), row(`app.\`${link}`, 2, {})]],
    ['what turns lines around', [row('app.\u202egnp.exe\u2028- x', 1, {})]],
  ])('%s', async (_, rows) => {
    const { stdout } = await new ImportPlace([...BASE_ROWS, ...rows]).run('--dry-run')
    expect(stdout).toContain('### ')
    expect(outsideOfCode(stdout)).not.toMatch(/\]\(|https?:|[@#&<]\w|[\u202e\u2028]/)
  })

  test('a name as long as a row leaves room for the rest', async () => {
    const { stdout } = await new ImportPlace([...BASE_ROWS, row(`x.${'` '.repeat(200_000)}`, 1, {})]).run('--dry-run')
    expect(stdout).toContain('1 refused')
    expect(stdout).toContain('### Secrets to set in CI')
    expect(stdout.length).toBeLessThan(10_000)
  })
})

describe('a way out, copied into a shell', () => {
  test('a plan with an apostrophe', async () => {
    const plan = row('auth.plan', 9, { slug: "x'; touch owned #", name: 'y' })
    const { stdout } = await new ImportPlace([...BASE_ROWS, plan, account(2, 'beta', { plan: 9 })]).run('--dry-run')
    expect(stdout).toContain(`--plan 'x'\\''; touch owned #'=PLAN`)
  })

  test('a primary key with a command', async () => {
    const { stdout } = await new ImportPlace([...BASE_ROWS, account('$(id)', 'acme')]).run('--dry-run')
    expect(stdout).toContain("`--id '$(id)=ID'`")
  })

  test('--follow is for accounts on an older text, and not for a text of their own', async () => {
    const rows = [...BASE_ROWS, prompt(1, 'ideas', 'Ideas for [TOPIC]')]
    const own = { prompt_value: 'Ideas', default_prompt: 'Older', is_customized: true }
    const customised = await new ImportPlace([...rows, ownPrompt(1, 1, 'ideas', own)]).run('--dry-run')
    expect(customised.stdout).toContain('write it into the text in the database.')
    const pinned = ownPrompt(1, 1, 'ideas', { ...own, is_customized: false })
    expect((await new ImportPlace([...rows, pinned]).run('--dry-run')).stdout).toContain('today’s: --follow.')
    expect((await new ImportPlace([...rows, pinned]).run('--dry-run', '--follow')).code).toBe(0)
  })
})

describe('what would take hours', () => {
  test('a name of a million hyphens', () => {
    expect(idFrom(`a${'-'.repeat(1_000_000)}x`)).toBe('a')
    expect(idFrom('-'.repeat(1_000_000))).toBeUndefined()
  })

  test('many accounts that would be called alike, and many rows of a table that becomes nothing', async () => {
    const alike = Array.from({ length: 20_000 }, (_, i) => account(i + 10, 'acme'))
    const sessions = Array.from({ length: 100_000 }, (_, i) => row('x.session', i, {}))
    const place = new ImportPlace([...PLANS, SETTINGS, ...alike, ...sessions])
    place.write('map.yaml', 'models:\n  session: { becomes: nothing }\n')
    const start = computedMs()
    const { stdout } = await place.run('--dry-run', '--map', 'map.yaml')
    expect(computedMs() - start).toBeLessThan(20_000)
    expect(stdout).toContain('100,004 dropped, 20,000 refused')
    expect(stdout).toContain('its id would be acme, as of accounts 11, 12, 13, 14, 15 and 19994 more')
  })
})

describe.skipIf(process.platform === 'win32')('links among the dotfiles, which a listing leaves out', () => {
  test.each(['.import.unfinished', '.import.json'])('%s', async (name) => {
    const place = new ImportPlace()
    mkdirSync(join(place.folder, 'config'))
    place.write('precious', '{"entries":[],"files":[]}')
    symlinkSync(join(place.folder, 'precious'), join(place.folder, 'config', name))
    const { stderr } = await place.fails(2)
    expect(stderr).toContain(`config/${name} is not a regular file`)
    expect(place.read('precious')).toBe('{"entries":[],"files":[]}')
  })
})

test('a field that is in the object and in a column of its own', async () => {
  const own = (model: unknown): ReturnType<typeof overrides> => {
    const one = overrides(1, 1, 'openai', { model: 'gpt-4o' })
    return { ...one, fields: { ...one.fields, model_name: model } }
  }
  const map = (place: ImportPlace): ImportPlace =>
    place.write(
      'map.yaml',
      'models:\n  integrationsettings:\n    { becomes: overrides, account: account, type: integration_type, config: config, fields: { model_name: model } }\n',
    )
  const same = map(new ImportPlace([...BASE_ROWS, own(null)]))
  await same.run('--map', 'map.yaml')
  expect(same.read('config/accounts/ac/acme.yaml')).toContain('model: gpt-4o')
  const other = map(new ImportPlace([...BASE_ROWS, own('gpt-4')]))
  expect((await other.fails(1, '--map', 'map.yaml')).stdout).toContain('model is there twice, with different values')
})

test('two tables of accounts with one primary key: nobody knows whose a row is', async () => {
  const tenant = row('x.tenant', 1, { slug: 'tenant', plan: 3 })
  const place = new ImportPlace([...BASE_ROWS, tenant, overrides(1, 1, 'openai', { temperature: 0.5 })])
  place.write('map.yaml', 'models:\n  tenant: { becomes: account, id: [slug], plan: plan }\n')
  const { stdout } = await place.fails(1, '--map', 'map.yaml')
  expect(stdout).toContain('accounts of two tables have the primary key 1.')
  place.write('map.yaml', 'models:\n  tenant: { becomes: nothing }\n')
  expect((await place.run('--map', 'map.yaml')).code).toBe(0)
})

test('a map with `active` where no row is switched off', async () => {
  const place = new ImportPlace()
  place.write('map.yaml', 'models:\n  account: { becomes: account, id: [slug], plan: plan, active: status }\n')
  const { stderr } = await place.fails(2, '--map', 'map.yaml')
  expect(stderr).toContain('map.yaml:2:64: models.account.active is not what a map has there')
})

test('a number as text in the settings is listed with its column', async () => {
  const settings = row('system.globalintegrationsettings', 1, { ...SETTINGS.fields, openai_temperature: '0.70' })
  const { stdout } = await new ImportPlace([...PLANS, settings, account(1, 'acme')]).run('--dry-run')
  expect(stdout).toContain('openai_temperature `0.70` became 0.7')
})

test('a report that names a file which no row becomes', async () => {
  const place = new ImportPlace()
  await place.run()
  const report = place.read('config/.import.json')
  for (const file of ['models.yaml', 'tenfold.yaml', 'providers.yaml']) {
    place.write('config/.import.json', report.replace('"files":[', `"files":[{"file":"${file}","digest":"0"},`))
    expect((await place.fails(2, '--delete-gone')).stderr).toContain('is not the report of an import')
  }
})

test('a status that is true or false is listed like any other', async () => {
  const place = new ImportPlace([...PLANS, SETTINGS, account(1, 'acme', { enabled: false })])
  const status = 'status: { column: enabled, usual: ["true"] }'
  place.write('map.yaml', `models:\n  account: { becomes: account, id: [slug], plan: plan, ${status} }\n`)
  expect((await place.run('--dry-run', '--map', 'map.yaml')).stdout).toContain('enabled `false` is left out')
})

test('a map drops the rows of one type, and renames those of another', async () => {
  const rows = [
    overrides(1, 1, 'gsc', { refresh: 'x' }),
    overrides(2, 1, 'chatgpt', { model: 'gpt-4o' }),
    overrides(3, 1, 'elsewhere', { model: 'gpt-4o' }),
  ]
  const place = new ImportPlace([...BASE_ROWS, ...rows])
  const { stdout } = await place.run('--dry-run')
  expect(stdout).toContain('`types: { TYPE: nothing }`')
  place.write(
    'map.yaml',
    'models: { integrationsettings: { becomes: overrides, account: account, type: integration_type, config: config, ' +
      'active: is_active, types: { gsc: nothing, chatgpt: openai, elsewhere: nothing } } }\n',
  )
  const mapped = await place.run('--dry-run', '--map', 'map.yaml')
  expect(mapped).toMatchObject({ code: 0 })
  expect(mapped.stdout).toContain('`system.integrationsettings 1` (acme), `system.integrationsettings 3` (acme)')
})
