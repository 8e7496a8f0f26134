import { cpSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Client, OpenFeature, ProviderEvents, StandardResolutionReasons } from '@openfeature/server-sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import { TenfoldProvider } from '../../src/openfeature/index.ts'
import { RolloutStore } from '../sdk/rollout-store.ts'
import { temporaryFolder } from '../support/config.ts'
import { DAY, RootedStore, numbered } from '../sdk/rooted.ts'
import { GLOBALS, KEYS, openai, storeWith } from '../sdk/store.ts'

/** The scenarios of a provider (evaluation, errors, events, lifecycle, metadata), with flags of ours. */
let domains = 0

async function clientOf(provider: TenfoldProvider): Promise<Client> {
  const domain = `test-${++domains}`
  await OpenFeature.setProviderAndWait(domain, provider)
  onTestFinished(() => OpenFeature.clearProviders())
  return OpenFeature.getClient(domain)
}

const ACCOUNTS = {
  acme: { ...openai('growth', { model: 'gpt-4' }), author_profiles: { own: { name: 'Own' } } },
  plain: { plan: 'scale' },
} as const
const MODEL = 'functions.generate_content'

async function opened(over: object = {}): Promise<Client> {
  const store = await storeWith({ accounts: ACCOUNTS })
  return clientOf(new TenfoldProvider({ store: store.url, refresh: { everyMs: 0 }, ...over }))
}

describe('evaluation', () => {
  test('an object, with reason, variant and metadata', async () => {
    const client = await opened()
    const details = await client.getObjectDetails(MODEL, {}, { targetingKey: 'acme' })
    expect(details).toMatchObject({
      value: { provider: 'openai', model: 'gpt-4', temperature: 0.7, max_tokens: 8192 },
      reason: StandardResolutionReasons.TARGETING_MATCH,
      variant: 'account',
      flagMetadata: {
        version: '1',
        flagSetId: 'production',
        contextId: 'acme',
        commit: 'commit-1',
        release: 'stable',
        known: true,
      },
    })
    expect(details.value).not.toHaveProperty('api_key')
  })

  test('texts, records, unknown accounts, and a live plan', async () => {
    const client = await opened()
    const whom = { targetingKey: 'acme' }
    expect(await client.getStringValue('prompts.clustering', '', whom)).toBe('Group [IGNY8_KEYWORDS]')
    expect(await client.getStringDetails('prompts.clustering', '', whom)).toMatchObject({
      reason: 'STATIC',
      flagMetadata: { isCustomized: false },
    })
    expect(await client.getObjectValue('author_profiles', {}, whom)).toEqual({
      own: { name: 'Own' },
      teacher: GLOBALS.author_profiles['teacher'],
    })
    expect(await client.getObjectValue('strategies', {}, whom)).toEqual({ pillar: GLOBALS.strategies['pillar'] })
    const unknown = await client.getObjectDetails(MODEL, {}, { targetingKey: 'nobody' })
    expect([unknown.reason, unknown.flagMetadata['known']]).toEqual(['STATIC', false])
    expect((await client.getObjectDetails(MODEL, {}, { ...whom, plan: 'free' })).reason).toBe('STATIC')
  })

  test('the candidate of a rollout is a split', async () => {
    const store = new RolloutStore()
    await store.start(numbered(1), numbered(2))
    const client = await clientOf(new TenfoldProvider(await store.open()))
    expect(await client.getObjectDetails(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({
      value: { max_tokens: 2 },
      reason: 'SPLIT',
      variant: 'candidate',
    })
  })

  test('in lazy mode an account is read when it is asked for', async () => {
    const client = await opened({ mode: 'lazy' })
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ model: 'gpt-4' })
  })

  test('the value is nobody’s to change', async () => {
    const client = await opened()
    const value = await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })
    expect(() => Reflect.apply(Object.assign, Object, [value, { model: 'x' }])).toThrow(TypeError)
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toBe(value)
  })
})

describe('errors give the default, and a code', () => {
  test.each([
    ['an unknown function', 'functions.nope', { targetingKey: 'acme' }, 'FLAG_NOT_FOUND'],
    ['an unknown flag', 'boolean-flag', { targetingKey: 'acme' }, 'FLAG_NOT_FOUND'],
    ['no account', MODEL, {}, 'TARGETING_KEY_MISSING'],
    ['an empty account', MODEL, { targetingKey: '' }, 'TARGETING_KEY_MISSING'],
    ['an unknown plan', MODEL, { targetingKey: 'acme', plan: 'gold' }, 'INVALID_CONTEXT'],
    ['a text where an object is asked for', 'prompts.clustering', { targetingKey: 'acme' }, 'TYPE_MISMATCH'],
  ])('%s', async (_, key, context, code) => {
    const details = await (await opened()).getObjectDetails(key, { default: true }, context)
    expect(details).toMatchObject({ value: { default: true }, reason: 'ERROR', errorCode: code })
  })

  test('an object where a text, a number or a boolean is asked for', async () => {
    const client = await opened()
    const whom = { targetingKey: 'acme' }
    expect(await client.getStringDetails(MODEL, 'x', whom)).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' })
    expect(await client.getNumberDetails(MODEL, 1, whom)).toMatchObject({ value: 1, errorCode: 'TYPE_MISMATCH' })
    expect(await client.getBooleanDetails(MODEL, true, whom)).toMatchObject({ errorCode: 'TYPE_MISMATCH' })
  })

  test('an account that has to be there', async () => {
    const details = await (await opened({ onUnknownAccount: 'error' })).getObjectDetails(
      MODEL,
      {},
      { targetingKey: 'nobody' },
    )
    expect(details.errorCode).toBe('INVALID_CONTEXT')
  })
})

describe('lifecycle and events', () => {
  test('an option that is wrong is final', async () => {
    const provider = new TenfoldProvider({ store: 'ftp://nowhere' })
    await expect(OpenFeature.setProviderAndWait('wrong', provider)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
    await OpenFeature.clearProviders()
  })

  test('a store that is there later is an error first, and then ready', async () => {
    const store = await storeWith({ accounts: ACCOUNTS })
    const url = `${store.url}-later/.tenfold/store`
    const provider = new TenfoldProvider({ store: url, keys: { from: 'env', env: KEYS }, refresh: { everyMs: 20 } })
    onTestFinished(() => OpenFeature.clearProviders())
    await expect(OpenFeature.setProviderAndWait('later', provider)).rejects.toMatchObject({ code: 'GENERAL' })
    const client = OpenFeature.getClient('later')
    expect(client.providerStatus).toBe('ERROR')
    const { pathname } = new URL(url)
    cpSync(new URL(store.url).pathname, pathname, { recursive: true })
    onTestFinished(() => rmSync(dirname(dirname(pathname)), { recursive: true, force: true }))
    await expect.poll(() => client.providerStatus).toBe('READY')
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ model: 'gpt-4' })
  })

  test('a store that is not there is an error of the provider, not of the call', async () => {
    const provider = new TenfoldProvider({ store: 'file:/nowhere/.tenfold/store' })
    await expect(OpenFeature.setProviderAndWait('broken', provider)).rejects.toMatchObject({ code: 'GENERAL' })
    const client = OpenFeature.getClient('broken')
    onTestFinished(() => OpenFeature.clearProviders())
    expect(await client.getStringDetails('prompts.clustering', 'x', { targetingKey: 'acme' })).toMatchObject({
      value: 'x',
      reason: 'ERROR',
    })
  })

  test('a release is told, and answers', async () => {
    const store = await storeWith({ accounts: ACCOUNTS })
    const settings = await store.open()
    const client = await clientOf(new TenfoldProvider(settings))
    const seen: unknown[] = []
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => void seen.push(event?.message))
    await store.publish({ accounts: { acme: openai('growth', { model: 'gpt-4o-mini' }) } })
    await settings.refresh()
    expect(seen).toEqual(['release 2'])
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ model: 'gpt-4o-mini' })
  })

  test('a release that is expired is an error that answers on, until there is another', async () => {
    const store = new RootedStore()
    await store.publish(numbered(1))
    const settings = await store.open()
    const client = await clientOf(new TenfoldProvider(settings))
    store.clock.now += 2 * DAY
    await settings.refresh()
    expect(client.providerStatus).toBe('ERROR')
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ max_tokens: 1 })
    await store.publish(numbered(2))
    await settings.refresh()
    await expect.poll(() => client.providerStatus).toBe('READY')
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ max_tokens: 2 })
  })

  test('settings that are stale when they are given are told as stale, once READY has been', async () => {
    const store = await storeWith({ accounts: ACCOUNTS })
    const cacheDir = temporaryFolder()
    await (await store.open({ cacheDir })).close()
    rmSync(new URL(store.url).pathname, { recursive: true })
    const settings = await store.open({ cacheDir })
    expect(settings.status.state).toBe('stale')
    const client = await clientOf(new TenfoldProvider(settings))
    const seen: string[] = []
    client.addHandler(ProviderEvents.Stale, () => void seen.push('stale'))
    await expect.poll(() => client.providerStatus, { timeout: 10_000 }).toBe('STALE')
    expect(await client.getObjectValue(MODEL, {}, { targetingKey: 'acme' })).toMatchObject({ model: 'gpt-4' })
    expect(seen).toEqual(['stale'])
  })

  test('what it opened it closes; what it was given it leaves open', async () => {
    const store = await storeWith({ accounts: ACCOUNTS })
    const settings = await store.open()
    await clientOf(new TenfoldProvider(settings))
    await clientOf(new TenfoldProvider({ store: store.url, keys: { from: 'env', env: KEYS } }))
    await OpenFeature.clearProviders()
    await store.publish({ accounts: {} })
    expect(await settings.refresh()).toBe(true)
  })

  test('its name', async () => {
    expect((await opened()).metadata.providerMetadata.name).toBe('tenfold')
  })
})
