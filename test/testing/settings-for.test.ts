import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settingsFor } from '../../src/testing/index.ts'
import { TenfoldError } from '../../src/sdk/index.ts'
import { flatAccount } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { filesOf, legalConfig } from '../properties/arbitrary.ts'
import { runs } from '../properties/seed.ts'
import { BASE } from '../support/base.ts'
import { writeConfig } from '../support/config.ts'
import { ENV, inSdk } from '../support/doors.ts'
import { ROOT } from '../support/run.ts'

const PLAIN = {
  ...BASE,
  'accounts/acme.yaml': { id: 'acme', plan: 'growth', overrides: { openai: { temperature: 0.2 } } },
}

const refused = (files: Readonly<Record<string, unknown>>): unknown => {
  try {
    settingsFor(files)
  } catch (error) {
    return error instanceof TenfoldError ? [error.code, error.message] : error
  }
  return undefined
}

test('files as text and as data answer at once, without a key', () => {
  const settings = settingsFor(PLAIN)
  const config = settings.getModelConfig('generate_content', 'acme')
  expect([config.temperature, config.known, config.plan]).toEqual([0.2, true, 'growth'])
  expect(() => config.apiKey).toThrow(expect.objectContaining({ code: 'missing_key' }))
  expect(settings.getModelConfig('generate_content', 'acme', { plan: 'free' }).temperature).toBe(0.7)
  expect(settings.getModelConfig('generate_content', 'nobody').known).toBe(false)
  expect(settings.releaseOf('acme')).toEqual({ release: 'stable', seq: 1, commit: null, id: null })
  expect(settings.status.state).toBe('ready')
})

test('keys, unknown accounts, a poll, an explanation', async () => {
  const settings = settingsFor(PLAIN, { env: { OPENAI_API_KEY: 'sk-of-a-test' }, onUnknownAccount: 'error' })
  expect(settings.getModelConfig('generate_content', 'acme').apiKey).toBe('sk-of-a-test')
  expect(() => settings.getModelConfig('generate_content', 'nobody')).toThrow(
    expect.objectContaining({ code: 'unknown_account' }),
  )
  expect(await settings.account('acme')).toBe(true)
  expect(await settings.refresh()).toBe(false)
  await expect(settings.explain('acme', 'generate_content')).rejects.toMatchObject({ code: 'store_not_found' })
  await settings.close()
})

describe('what is wrong is said of its file', () => {
  test.each([
    [{ 'settings.yaml': undefined }, /"settings.yaml" is missing/],
    [{ 'setings.yaml': '' }, /"setings.yaml" is no file of a configuration/],
    [{ 'settings.yaml': 'a: [' }, /"settings.yaml" is not YAML/],
    [{ 'settings.yaml': '- 1' }, /"settings.yaml" has to be a mapping/],
    [{ 'settings.yaml': 3 }, /"settings.yaml" has to be a mapping/],
    [{ 'models.yaml': {} }, /has another form/],
    [{ 'plans.yaml': { plans: { free: { title: 'x', may_override: [] } } } }, /has not the four plans/],
    [{ 'accounts/acme.yaml': { id: 'acme', plan: 'gold' } }, /has no plan "gold"/],
    [{ 'accounts/acme.yaml': { id: 'other', plan: 'free' } }, /has the id "other"/],
    [
      { 'accounts/acme.yaml': { id: 'acme', plan: 'growth', overrides: { openai: { temprature: 1 } } } },
      /overrides.openai.temprature/,
    ],
    [
      { 'accounts/acme.yaml': { id: 'acme', plan: 'growth', overrides: { openai: { temperature: {} } } } },
      /has another form/,
    ],
    [
      { 'accounts/acme.yaml': { id: 'acme', plan: 'growth', prompts: { clustering: { customized: true, value: 3 } } } },
      /text|form/,
    ],
  ])('%j', (files, why) => {
    expect(refused({ ...BASE, ...files })).toEqual(['invalid_option', expect.stringMatching(why)])
  })
})

test('this repository’s own files answer as the compiler has it', async () => {
  const folder = join(ROOT, 'config')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => relative(folder, join(folder, path)).split('\\').join('/'))
    .filter((path) => path.endsWith('.yaml'))
  const settings = settingsFor(
    Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
    { env: ENV },
  )
  await agrees(settings, folder)
})

test('random configurations answer as the compiler has it', async () => {
  await fc.assert(
    fc.asyncProperty(legalConfig, async (config) => {
      const files = filesOf(config)
      await agrees(settingsFor({ ...BASE, ...files }, { env: ENV }), join(writeConfig(files), 'config'))
    }),
    runs(40),
  )
})

async function agrees(settings: ReturnType<typeof settingsFor>, folder: string): Promise<void> {
  const checked = await check(await openConfiguration(folder))
  if (checked.globals === undefined) throw new Error('the configuration has no globals')
  const { globals } = checked
  for (const [id, account] of [...accountsOf(checked.accounts), ['nobody', undefined] as const]) {
    const { functions, prompts, author_profiles, strategies } = flatAccount(globals, account)
    for (const name of Object.keys(globals.functions)) {
      const { api_key: _, ...said } = Object(inSdk(settings, id, { function: name }))
      const { api_key: _key, ...wanted } = Object(Object(functions)[name])
      expect([id, name, said]).toEqual([id, name, wanted])
    }
    for (const type of Object.keys(globals.prompts)) {
      expect([id, type, inSdk(settings, id, { prompt: type })]).toEqual([id, type, Object(prompts)[type]])
    }
    expect(inSdk(settings, id, { records: 'author_profiles' })).toEqual(author_profiles)
    expect(inSdk(settings, id, { records: 'strategies' })).toEqual(strategies)
  }
}
