import { expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { GLOBALS, codeOf, openai, storeWith } from './store.ts'

const ABOUT_UNKNOWN = { known: false, plan: null }

test('an unknown account gets the globals, each function its own fields', async () => {
  const settings = await (await storeWith({})).open()
  expect({ ...settings.getModelConfig('generate_content', 'new') }).toEqual({
    provider: 'openai',
    model: 'gpt-4o-mini',
    temperature: 0.7,
    maxTokens: 8192,
    ...ABOUT_UNKNOWN,
  })
  expect({ ...settings.getModelConfig('auto_cluster', 'new') }).toEqual({
    provider: 'openai',
    model: 'gpt-4o-mini',
    temperature: 0.7,
    maxTokens: 3000,
    responseFormat: 'json',
    ...ABOUT_UNKNOWN,
  })
  expect({ ...settings.getModelConfig('generate_images', 'new') }).toEqual({
    provider: 'runware',
    model: 'runware:97@1',
    size: '1024x1024',
    maxInArticle: 2,
    ...ABOUT_UNKNOWN,
  })
})

test.each([
  [
    'openai',
    'generate_content',
    { overrides: { openai: { model: 'gpt-4', temperature: 0, max_tokens: 100 } } },
    {
      provider: 'openai',
      model: 'gpt-4',
      temperature: 0,
      maxTokens: 100,
    },
    'sk-openai-very-secret',
  ],
  [
    'anthropic',
    'generate_content',
    { overrides: { text: { provider: 'anthropic' } } },
    {
      provider: 'anthropic',
      model: 'claude',
      temperature: 0.7,
      maxTokens: 4096,
    },
    'sk-ant-very-secret',
  ],
  [
    'dalle',
    'generate_images',
    {
      overrides: { image: { provider: 'dalle', max_in_article: 0 }, dalle: { quality: 'hd' } },
    },
    {
      provider: 'dalle',
      model: 'dall-e-3',
      size: '1024x1024',
      quality: 'hd',
      style: 'vivid',
      maxInArticle: 0,
    },
    'dalle-very-secret',
  ],
  [
    'runware',
    'generate_images',
    { overrides: { image: { max_in_article: 10 } } },
    {
      provider: 'runware',
      model: 'runware:97@1',
      size: '1024x1024',
      maxInArticle: 10,
    },
    'runware-very-secret',
  ],
])('%s: the account’s fields over the globals, and the platform’s key', async (_, name, account, fields, key) => {
  const settings = await (await storeWith({ accounts: { acme: { plan: 'growth', ...account } } })).open()
  const answer = settings.getModelConfig(name, 'acme')
  expect({ ...answer }).toEqual({ ...fields, known: true, plan: 'growth' })
  const { apiKey } = answer
  expect(apiKey).toBe(key)
})

test('a live plan drops what it does not permit, for this answer alone', async () => {
  const acme: Account = {
    ...openai('growth', { model: 'gpt-4', max_tokens: 4000 }),
    prompts: { clustering: { customized: true, value: 'Mine', default: 'Old' } },
    author_profiles: { house: { name: 'House' } },
    strategies: { pillar: { active: false } },
  }
  const settings = await (await storeWith({ accounts: { acme } })).open()
  const model = (plan?: string): unknown[] => {
    const { model, maxTokens, plan: committed } = settings.getModelConfig('generate_content', 'acme', { plan })
    return [model, maxTokens, committed]
  }
  expect(model()).toEqual(['gpt-4', 4000, 'growth'])
  expect(model('scale')).toEqual(['gpt-4', 8192, 'growth'])
  expect(model('free')).toEqual(['gpt-4o-mini', 8192, 'growth'])
  expect(settings.getEffectivePrompt('acme', 'clustering')).toEqual({
    promptValue: 'Mine',
    defaultPrompt: 'Old',
    isCustomized: true,
  })
  expect(settings.getEffectivePrompt('acme', 'clustering', { plan: 'free' }).promptValue).toBe('Group [IGNY8_KEYWORDS]')
  expect(Object.keys(settings.getAuthorProfiles('acme'))).toEqual(['house', 'teacher'])
  expect(Object.keys(settings.getAuthorProfiles('acme', { plan: 'free' }))).toEqual(['teacher'])
  expect(settings.getStrategies('acme')).toEqual({})
  expect(settings.getStrategies('acme', { plan: 'free' })).toEqual({
    pillar: { name: 'Pillar', promptTypes: ['ideas'], sections: ['Problem', 'Proof'] },
  })
})

test('a Free account in a hand-made store overrides nothing, even where plans.yaml says it may', async () => {
  const free: Account = {
    ...openai('free', { model: 'gpt-4' }),
    prompts: { clustering: { customized: true, value: 'Mine', default: 'Old' } },
    author_profiles: { house: { name: 'House' } },
  }
  const globals = { ...GLOBALS, plans: { ...GLOBALS.plans, free: GLOBALS.plans.growth } }
  const settings = await (await storeWith({ globals, accounts: { free } })).open()
  expect(settings.getModelConfig('generate_content', 'free')).toMatchObject({
    model: 'gpt-4o-mini',
    known: true,
    plan: 'free',
  })
  expect(settings.getEffectivePrompt('free', 'clustering').isCustomized).toBe(false)
  expect(settings.getAuthorProfiles('free')).toEqual({ teacher: { name: 'Clear Teacher', tone: 'plain' } })
})

test('answers are frozen to the bottom, and the same question gives the same object', async () => {
  const gpt4 = { model: 'gpt-4' }
  const accounts = { a: openai('growth', gpt4), b: openai('growth', gpt4), c: openai('scale', gpt4) }
  const settings = await (await storeWith({ accounts })).open()
  const answer = settings.getModelConfig('generate_content', 'a')
  expect(Object.isFrozen(answer)).toBe(true)
  expect(settings.getModelConfig('generate_content', 'a')).toBe(answer)
  expect(settings.getModelConfig('generate_content', 'b')).toBe(answer)
  expect(settings.getModelConfig('generate_content', 'a', { plan: 'growth' })).toBe(answer)
  expect(settings.getModelConfig('generate_content', 'c')).not.toBe(answer)
  expect(settings.getModelConfig('generate_content', 'x')).toBe(settings.getModelConfig('generate_content', 'y'))
  expect(settings.getEffectivePrompt('a', 'clustering')).toBe(settings.getEffectivePrompt('new', 'clustering'))
  expect(Object.isFrozen(settings.getEffectivePrompt('a', 'clustering'))).toBe(true)
  const strategies = settings.getStrategies('a')
  expect(settings.getStrategies('new')).toBe(strategies)
  const { pillar } = strategies
  for (const part of [strategies, pillar, pillar?.sections]) expect(Object.isFrozen(part)).toBe(true)
})

test('what does not exist is said, with what does; an inherited name finds nothing', async () => {
  const settings = await (await storeWith({ accounts: { acme: { plan: 'starter' } } })).open()
  for (const name of ['constructor', '__proto__', 'toString', '', 'acme","growth', 'ACME', 'x'.repeat(100_000)]) {
    expect(settings.getModelConfig('generate_content', name)).toMatchObject(ABOUT_UNKNOWN)
    expect(await codeOf(() => settings.getModelConfig(name, 'acme'))).toBe('unknown_function')
    expect(await codeOf(() => settings.getEffectivePrompt('acme', name))).toBe('unknown_prompt')
    expect(await codeOf(() => settings.getStrategies('acme', { plan: name }))).toBe('unknown_plan')
  }
  expect(() => settings.getModelConfig('generate_contnt', 'acme')).toThrow(
    'no function "generate_contnt"; there are auto_cluster, generate_content, generate_images',
  )
  expect(await codeOf(() => settings.getModelConfig('generate_content', 'new', { plan: 'pro' }))).toBe('unknown_plan')
})

test('a service may have unknown accounts refused', async () => {
  const settings = await (await storeWith({ accounts: { acme: { plan: 'free' } } })).open({ onUnknownAccount: 'error' })
  expect(settings.getModelConfig('generate_content', 'acme').known).toBe(true)
  expect(await codeOf(() => settings.getModelConfig('generate_content', 'new'))).toBe('unknown_account')
  expect(await codeOf(() => settings.getEffectivePrompt('new', 'clustering'))).toBe('unknown_account')
  expect(await codeOf(() => settings.explain('new', 'generate_content'))).toBe('unknown_account')
})

test('prompts: pinned, and texts beyond ASCII', async () => {
  const text = 'Früher: [IGNY8_KEYWORDS] 🙂'
  const accounts: Record<string, Account> = {
    pinned: { plan: 'starter', prompts: { clustering: { customized: false, default: text } } },
    named: { plan: 'starter', author_profiles: { haus: { name: 'Häuschen 🙂' } } },
  }
  const settings = await (await storeWith({ accounts })).open()
  expect(settings.getEffectivePrompt('pinned', 'clustering')).toEqual({
    promptValue: text,
    defaultPrompt: text,
    isCustomized: false,
  })
  expect(settings.getAuthorProfiles('named')['haus']).toEqual({ name: 'Häuschen 🙂' })
})
