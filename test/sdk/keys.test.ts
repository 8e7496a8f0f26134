import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { GLOBALS, KEYS, codeOf, storeWith } from './store.ts'

test('no way of printing or copying an answer shows the key', async () => {
  const settings = await (await storeWith({})).open()
  const answer = settings.getModelConfig('generate_content', 'acme')
  expect(answer.apiKey).toBe(KEYS.OPENAI_API_KEY)
  let logged = ''
  const out = new Writable({ write: (chunk, _, done) => ((logged += String(chunk)), done()) })
  new Console(out).log(answer, settings, settings.snapshot())
  const shown = [
    logged,
    format('%o %O %j %s', answer, answer, answer, answer),
    format('%o', settings),
    inspect(answer, { showHidden: true, depth: null, getters: true }),
    inspect(answer, { showHidden: true, depth: null, customInspect: false }),
    inspect(settings, { showHidden: true, depth: null, customInspect: false }),
    JSON.stringify(answer),
    inspect(structuredClone(answer)),
    inspect({ ...answer }),
    inspect(Object.entries(Object.getOwnPropertyDescriptors(answer))),
  ]
  for (const text of shown) expect(text).not.toContain('very-secret')
  expect(JSON.parse(JSON.stringify(answer))).toEqual({
    provider: 'openai',
    model: 'gpt-4o-mini',
    temperature: 0.7,
    maxTokens: 8192,
    known: false,
    plan: null,
    apiKey: { secret: 'OPENAI_API_KEY' },
  })
})

test('a missing key is an error when it is read, and not before', async () => {
  const env: Record<string, string | undefined> = { OPENAI_API_KEY: '', DALLE_API_KEY: 'd', RUNWARE_API_KEY: 'r' }
  const settings = await (await storeWith({})).open({ keys: { from: 'env', env } })
  const answer = settings.getModelConfig('generate_content', 'acme')
  expect(settings.missingKeys).toEqual(['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'])
  expect(await codeOf(() => answer.apiKey)).toBe('missing_key')
  expect(() => answer.apiKey).toThrow('OPENAI_API_KEY')
  env['OPENAI_API_KEY'] = 'k'
  expect(answer.apiKey).toBe('k')
  expect(settings.missingKeys).toEqual(['ANTHROPIC_API_KEY'])
})

test('what is no key is an error when it is read, is named by missingKeys, and is not shown', async () => {
  const env: Record<string, string | undefined> = { ...KEYS }
  const settings = await (await storeWith({})).open({ keys: { from: 'env', env } })
  const answer = settings.getModelConfig('generate_content', 'acme')
  for (const value of [
    '"Zk3vQ9wL"',
    ' Zk3vQ9wL',
    'Zk3vQ9wL\n',
    'OPENAI_API_KEY=Zk3vQ9wL',
    '${Zk3vQ9wL}',
    'op://Zk3vQ9wL',
  ]) {
    env['OPENAI_API_KEY'] = value
    expect([value, await codeOf(() => answer.apiKey), settings.missingKeys]).toEqual([
      value,
      'invalid_key',
      ['OPENAI_API_KEY'],
    ])
    expect(() => answer.apiKey).toThrow('OPENAI_API_KEY')
    expect(() => answer.apiKey).not.toThrow('Zk3vQ9wL')
  }
  // A gateway of the service's own may want any word.
  env['OPENAI_API_KEY'] = 'dummy'
  expect([answer.apiKey, settings.missingKeys]).toEqual(['dummy', []])
})

test('a store cannot name a variable that is no API key', async () => {
  const openai = { secret: 'DATABASE_URL', fields: { model: 'gpt-4', max_tokens: 1 } }
  const globals = { ...GLOBALS, providers: { ...GLOBALS.providers, openai } }
  const env = { DATABASE_URL: 'postgres:' }
  const settings = await (await storeWith({ globals })).open({ keys: { from: 'env', env } })
  expect(await codeOf(() => settings.getModelConfig('generate_content', 'acme').apiKey)).toBe('missing_key')
})
