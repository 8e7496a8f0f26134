import { expect, test } from 'vitest'
import type { Provenance } from '../../src/store/format/provenance.ts'
import { codeOf, objectsOf, openai, storeWith } from './store.ts'

const globalsAt: Provenance[] = [
  {
    file: 'functions.yaml',
    blob: 'b',
    at: {
      'functions.auto_cluster.defaults.max_tokens': [4, 30],
      'functions.auto_cluster.defaults.response_format': [4, 50],
    },
  },
  {
    file: 'plans.yaml',
    blob: 'b',
    at: { 'plans.free.may_override': [2, 33], 'plans.scale.limits.max_tokens': [5, 60] },
  },
  {
    file: 'settings.yaml',
    blob: 'b',
    at: {
      'text.provider': [1, 19],
      'image.max_in_article': [2, 44],
      'providers.openai.model': [6, 12],
      'providers.openai.max_tokens': [6, 60],
    },
  },
]
const content = {
  globalsAt,
  accounts: { acme: openai('scale', { model: 'gpt-4', max_tokens: 4000 }) },
  at: {
    acme: {
      'overrides.openai.model': [4, 20],
      'overrides.openai.max_tokens': [4, 40],
      'overrides.openai.temperature': [5, 7],
    },
  },
} as const

test('every layer that is written, with its place, the winner, and the rule that stopped one', async () => {
  const settings = await (await storeWith(content)).open()
  const explanation = await settings.explain('acme', 'auto_cluster')
  expect(explanation).toMatchObject({
    account: 'acme',
    function: 'auto_cluster',
    known: true,
    plan: 'scale',
    commit: 'commit-1',
  })
  expect(Object.keys(explanation.fields)).toEqual(['provider', 'model', 'temperature', 'maxTokens', 'responseFormat'])
  expect(explanation.fields['provider']).toEqual({
    value: 'openai',
    layers: [{ layer: 'provider', value: 'openai', file: 'settings.yaml', line: 1, column: 19, wins: true }],
  })
  expect(explanation.fields['model']).toEqual({
    value: 'gpt-4',
    layers: [
      { layer: 'provider', value: 'gpt-4o-mini', file: 'settings.yaml', line: 6, column: 12 },
      { layer: 'account', value: 'gpt-4', file: 'accounts/acme.yaml', line: 4, column: 20, wins: true },
    ],
  })
  expect(explanation.fields['maxTokens']).toEqual({
    value: 3000,
    layers: [
      { layer: 'provider', value: 8192, file: 'settings.yaml', line: 6, column: 60 },
      { layer: 'function', value: 3000, file: 'functions.yaml', line: 4, column: 30, wins: true },
      {
        layer: 'account',
        value: 4000,
        file: 'accounts/acme.yaml',
        line: 4,
        column: 40,
        stoppedBy: { rule: 'plan/limit-exceeded', file: 'plans.yaml', line: 5 },
      },
    ],
  })
  // A null is written and never wins.
  expect(explanation.fields['temperature']?.layers.at(-1)).toEqual({
    layer: 'account',
    value: null,
    file: 'accounts/acme.yaml',
    line: 5,
    column: 7,
  })
})

test('a live plan shows what it stops; an unknown account has the globals’ layers', async () => {
  const settings = await (await storeWith(content)).open()
  const live = await settings.explain('acme', 'generate_content', { plan: 'free' })
  expect(live.fields['model']?.layers.at(-1)?.stoppedBy).toEqual({
    rule: 'plan/free-no-overrides',
    file: 'plans.yaml',
    line: 2,
  })
  const unknown = await settings.explain('new', 'generate_images')
  expect(unknown).toMatchObject({ known: false, plan: null })
  expect(unknown.fields['maxInArticle']).toEqual({
    value: 2,
    layers: [{ layer: 'provider', value: 2, file: 'settings.yaml', line: 2, column: 44, wins: true }],
  })
  expect(await codeOf(() => settings.explain('acme', 'nothing'))).toBe('unknown_function')
})

test('details are read when they are asked for: damage to them is seen only then', async () => {
  const store = await storeWith(content)
  const settings = await store.open()
  const { objects } = objectsOf(content)
  const details = objects.find(({ bytes }) => Buffer.from(bytes).toString().startsWith('["acme","accounts/'))
  store.damage(details?.ref ?? '')
  expect(await settings.refresh()).toBe(false)
  expect(await codeOf(() => settings.explain('acme', 'auto_cluster'))).toBe('store_damaged')
  expect(settings.getModelConfig('auto_cluster', 'acme').model).toBe('gpt-4')
})
