import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RolloutStore } from '../sdk/rollout-store.ts'
import { numbered } from '../sdk/rooted.ts'
import { GLOBALS, KEYS, openai, storeWith } from '../sdk/store.ts'
import { TestServer } from './ask-server.ts'

const TEXT = { customized: true, default: 'Group [IGNY8_KEYWORDS]', value: 'Own <b>&amp; "[IGNY8_KEYWORDS]" 😀' }
const PINNED = { customized: false, default: 'an older text' }
const ACCOUNTS = {
  acme: { ...openai('growth', { model: 'gpt-4', temperature: 0.2 }), prompts: { clustering: TEXT } },
  pinned: { plan: 'starter', prompts: { clustering: PINNED }, author_profiles: { own: { name: 'Own' } } },
  plain: { plan: 'scale' },
  free: { plan: 'free', overrides: { openai: { model: 'gpt-4' } }, author_profiles: { own: { name: 'Own' } } },
} as const

const served = async (): Promise<TestServer> => {
  const store = await storeWith({ accounts: ACCOUNTS })
  return TestServer.over(await store.open())
}

describe('one flag', () => {
  test.each([
    [
      'functions.generate_content',
      'acme',
      'TARGETING_MATCH',
      { provider: 'openai', model: 'gpt-4', temperature: 0.2, max_tokens: 8192 },
    ],
    [
      'functions.generate_content',
      'plain',
      'STATIC',
      { provider: 'openai', model: 'gpt-4o-mini', temperature: 0.7, max_tokens: 8192 },
    ],
    [
      'functions.generate_content',
      'free',
      'STATIC',
      { provider: 'openai', model: 'gpt-4o-mini', temperature: 0.7, max_tokens: 8192 },
    ],
    [
      'functions.auto_cluster',
      'nobody',
      'STATIC',
      { provider: 'openai', model: 'gpt-4o-mini', temperature: 0.7, max_tokens: 3000, response_format: 'json' },
    ],
    [
      'functions.generate_images',
      'acme',
      'STATIC',
      { provider: 'runware', model: 'runware:97@1', size: '1024x1024', max_in_article: 2 },
    ],
    ['prompts.clustering', 'acme', 'TARGETING_MATCH', TEXT.value],
    ['prompts.clustering', 'pinned', 'TARGETING_MATCH', PINNED.default],
    ['prompts.clustering', 'plain', 'STATIC', 'Group [IGNY8_KEYWORDS]'],
    [
      'author_profiles',
      'pinned',
      'TARGETING_MATCH',
      { own: { name: 'Own' }, teacher: GLOBALS.author_profiles['teacher'] },
    ],
    ['author_profiles', 'free', 'STATIC', { teacher: GLOBALS.author_profiles['teacher'] }],
    ['strategies', 'pinned', 'STATIC', { pillar: GLOBALS.strategies['pillar'] }],
  ])('%s for %s is %s', async (key, account, reason, value) => {
    const { status, json } = await (await served()).flag(key, { targetingKey: account })
    const isPrompt = key.startsWith('prompts.')
    expect(status).toBe(200)
    expect(json).toEqual({
      key,
      value,
      reason,
      variant: reason === 'STATIC' ? 'global' : 'account',
      metadata: {
        version: '1',
        flagSetId: 'production',
        contextId: account,
        commit: 'commit-1',
        release: 'stable',
        known: account !== 'nobody',
        ...(isPrompt && { isCustomized: account === 'acme' }),
      },
    })
  })

  test('a live plan that forbids it takes what is the account’s away', async () => {
    const server = await served()
    const { json } = await server.flag('functions.generate_content', { targetingKey: 'acme', plan: 'free' })
    expect([json.reason, json.value.model]).toEqual(['STATIC', 'gpt-4o-mini'])
    const same = await server.flag('functions.generate_content', { targetingKey: 'acme', plan: 'growth' })
    expect([same.json.reason, same.json.value.model]).toEqual(['TARGETING_MATCH', 'gpt-4'])
  })

  test('the candidate of a rollout comes first, and says so', async () => {
    const store = new RolloutStore()
    await store.start(numbered(1), numbered(2))
    const server = await TestServer.over(await store.open())
    const acme = await server.flag('functions.generate_content', { targetingKey: 'acme' })
    const other = await server.flag('functions.generate_content', { targetingKey: 'other' })
    expect([acme.json.reason, acme.json.variant, acme.json.metadata.release, acme.json.value.max_tokens]).toEqual([
      'SPLIT',
      'candidate',
      'candidate',
      2,
    ])
    expect([other.json.reason, other.json.variant, other.json.value.max_tokens]).toEqual([
      'TARGETING_MATCH',
      'account',
      1,
    ])
  })

  test.each(['functions/generate_content', 'functions%2Fgenerate_content', 'functions%2egenerate_content'])(
    'is found under %s, too',
    async (key) => {
      const { status, json } = await (await served()).flag(key, { targetingKey: 'acme' })
      expect([status, json.key, json.value.model]).toEqual([200, decodeURIComponent(key), 'gpt-4'])
    },
  )

  test('in lazy mode, one that cannot be read now may be asked for again, and where the store is is not told', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { model: 'gpt-4' }) } })
    const server = await TestServer.over(await store.open({ mode: 'lazy' }))
    rmSync(join(store.folder, 'objects'), { recursive: true })
    const { status, json, text } = await server.flag('functions.generate_content', { targetingKey: 'acme' })
    expect([status, json.key, json.errorCode]).toEqual([503, 'functions.generate_content', 'GENERAL'])
    expect(json.errorDetails).toBe('the store cannot be read now')
    expect(text).not.toContain(store.folder)
  })

  test('in lazy mode an account is read when it is asked for', async () => {
    const store = await storeWith({ accounts: ACCOUNTS })
    const server = await TestServer.over(await store.open({ mode: 'lazy' }))
    const { json } = await server.flag('functions.generate_content', { targetingKey: 'acme' })
    expect([json.value.model, json.reason]).toEqual(['gpt-4', 'TARGETING_MATCH'])
    expect((await server.all({ targetingKey: 'pinned' })).json.flags).toHaveLength(6)
  })

  test.each([
    ['functions.nope', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['prompts.nope', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['anything', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['functions.', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['functions.constructor', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['%E0%A4%A', { targetingKey: 'acme' }, 404, 'FLAG_NOT_FOUND'],
    ['functions.generate_content', {}, 400, 'TARGETING_KEY_MISSING'],
    ['functions.generate_content', undefined, 400, 'TARGETING_KEY_MISSING'],
    ['functions.generate_content', { targetingKey: '' }, 400, 'TARGETING_KEY_MISSING'],
    ['functions.generate_content', { targetingKey: 3 }, 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', { targetingKey: ['acme'] }, 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', [], 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', 'acme', 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', { targetingKey: 'acme', plan: 'fre' }, 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', { targetingKey: 'acme', plan: null }, 400, 'INVALID_CONTEXT'],
    ['functions.generate_content', { targetingKey: 'acme', plan: 1 }, 400, 'INVALID_CONTEXT'],
  ])('%s for %j is %i %s', async (key, context, status, code) => {
    const answered = await (await served()).flag(key, context)
    expect([answered.status, answered.json.errorCode]).toEqual([status, code])
    expect(answered.json.errorDetails).toMatch(/\w{3}/)
    expect(answered.json).toHaveProperty('key')
  })

  test('attributes that mean nothing here are let be', async () => {
    const context = { targetingKey: 'acme', email: 'a@b', nested: { plan: 'free' }, __proto__: null }
    expect((await (await served()).flag('functions.generate_content', context)).json.value.model).toBe('gpt-4')
  })

  test('neither a key nor the name of one is in any answer', async () => {
    const server = await served()
    const texts = [(await server.all({ targetingKey: 'acme' })).text, (await server.ask('/metrics')).text]
    for (const secret of [...Object.keys(KEYS), ...Object.values(KEYS), 'api_key', 'apiKey']) {
      for (const text of texts) expect(text).not.toContain(secret)
    }
  })
})

describe('a compiled prompt', () => {
  const compile = async (body: unknown, type = 'clustering'): Promise<[number, unknown]> => {
    const { status, json } = await (await served()).ask(`/v1/prompt/${type}/compile`, { method: 'POST', body })
    return [status, json.text ?? json.errorCode]
  }

  test('has values in the place of its variables', async () => {
    const variables = { IGNY8_KEYWORDS: '[IGNY8_KEYWORDS]\n$& 😀' }
    expect(await compile({ account: 'plain', variables })).toEqual([200, 'Group [IGNY8_KEYWORDS]\n$& 😀'])
    expect(await compile({ account: 'acme', plan: 'free', variables })).toEqual([200, 'Group [IGNY8_KEYWORDS]\n$& 😀'])
  })

  test.each([
    [{ account: 'acme' }, 400, 'INVALID_CONTEXT'],
    [{ account: 'acme', variables: { IGNY8_KEYWORDS: 3 } }, 400, 'INVALID_CONTEXT'],
    [{ account: 'acme', variables: { IGNY8_KEYWORDS: 'x', OTHER: 'y' } }, 400, 'INVALID_CONTEXT'],
    [{ account: 'acme', variables: [] }, 400, 'INVALID_CONTEXT'],
    [{ account: 'acme', variables: { IGNY8_KEYWORDS: 'x' }, Plan: 'free' }, 400, 'INVALID_CONTEXT'],
    [{ account: 'acme', variables: { IGNY8_KEYWORDS: 'x' }, plan: 'fre' }, 400, 'INVALID_CONTEXT'],
    [{ variables: { IGNY8_KEYWORDS: 'x' } }, 400, 'TARGETING_KEY_MISSING'],
  ])('%j is %i', async (body, status, code) => {
    expect(await compile(body)).toEqual([status, code])
  })

  test('of no such type is 404', async () => {
    expect(await compile({ account: 'acme' }, 'nope')).toEqual([404, 'FLAG_NOT_FOUND'])
  })
})

test('every path and number of the page is true', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/serve.md'), 'utf8')
  for (const word of ['/ofrep/v1/evaluate/flags', '/v1/events', '/v1/prompt/', '/healthz', '/readyz', '/metrics']) {
    expect(page).toContain(word)
  }
})
