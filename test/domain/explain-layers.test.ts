import { expect, test } from 'vitest'
import { explainFunction } from '../../src/domain/explain-layers.ts'
import type { Account, PlanName } from '../../src/domain/settings-types.ts'
import { settingsOf } from '../compare/support.ts'
import { BASE } from '../support/config.ts'

const PLANS = `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [text, openai.temperature, image] }
  growth: { title: Growth, may_override: [text, image, openai, anthropic, dalle], models: { allow: [gpt-4o-mini, gpt-4o, dall-e-3, "runware:97@1"] } }
  scale: { title: Scale, may_override: [text, image, openai, anthropic, dalle], limits: { max_tokens: 5000 }, models: { deny: [claude-3-5-sonnet-20241022] } }
`

/**
 * Explains one function for an account: for each field its value, and a line for each layer with the file and the path
 * at which it is written, and those of the plan's rule that stops it.
 */
async function explained(
  account: Account | undefined,
  name = 'generate_content',
  livePlan?: PlanName,
  nulls: readonly string[] = [],
): Promise<Record<string, readonly unknown[]>> {
  const { globals } = await settingsOf({ 'plans.yaml': PLANS })
  const places: string[] = []
  const told = explainFunction(globals, account, name, livePlan, {
    accountFile: account === undefined ? undefined : 'accounts/a.yaml',
    position: (file, path) => {
      const isWritten = file !== 'accounts/a.yaml' || nulls.includes(path) || valueAt(account, path) !== undefined
      return isWritten ? [places.push(`${file} ${path}`), 7] : undefined
    },
  })
  return Object.fromEntries(
    [...(told ?? [])].map(([field, { value, layers }]) => [
      field,
      [
        value,
        ...layers.map(({ layer, value: written, file, line, column, wins, stoppedBy }) => {
          expect([places[line - 1]?.split(' ')[0], column]).toEqual([file, 7])
          const by = stoppedBy && ` stopped by ${stoppedBy.rule}, ${places[stoppedBy.line - 1] ?? ''}`
          return `${layer} ${String(written)}, ${places[line - 1] ?? ''}${wins === true ? ' wins' : ''}${by ?? ''}`
        }),
      ],
    ]),
  )
}

function valueAt(account: Account | undefined, path: string): unknown {
  const [, section = '', field = ''] = path.split('.')
  return account?.overrides?.[section]?.[field]
}

test('everybody has the globals, and a function of that name has no layers', async () => {
  expect(await explained(undefined, 'auto_cluster')).toEqual({
    provider: ['openai', 'provider openai, settings.yaml text.provider wins'],
    model: ['gpt-4o-mini', 'provider gpt-4o-mini, settings.yaml providers.openai.model wins'],
    temperature: [0.7, 'provider 0.7, settings.yaml providers.openai.temperature wins'],
    max_tokens: [
      3000,
      'provider 8192, settings.yaml providers.openai.max_tokens',
      'function 3000, functions.yaml functions.auto_cluster.defaults.max_tokens wins',
    ],
    response_format: ['json', 'function json, functions.yaml functions.auto_cluster.defaults.response_format wins'],
  })
  expect(await explained(undefined, 'nothing')).toEqual({})
  expect(await explained(undefined, 'constructor')).toEqual({})
})

test('a field of the kind’s own section is of that section', async () => {
  const { max_in_article: told } = await explained(
    { plan: 'growth', overrides: { image: { max_in_article: 1 } } },
    'generate_images',
  )
  expect(told).toEqual([
    1,
    'provider 2, settings.yaml image.max_in_article',
    'account 1, accounts/a.yaml overrides.image.max_in_article wins',
  ])
})

test('a function’s own model is that for the provider that is resolved', async () => {
  const files = {
    'plans.yaml': PLANS,
    'functions.yaml': (BASE['functions.yaml'] ?? '').replace(
      'prompts: [] }',
      'prompts: [], defaults: { models: { openai: gpt-4, anthropic: claude-3-haiku-20240307 } } }',
    ),
  }
  const { globals } = await settingsOf(files)
  const asked: string[] = []
  const origins = {
    accountFile: undefined,
    position: (file: string, path: string): undefined => void asked.push(`${file} ${path}`),
  }
  const told = explainFunction(globals, undefined, 'generate_content', undefined, origins)
  expect(told?.get('model')).toEqual({
    value: 'gpt-4',
    layers: [
      { layer: 'provider', value: 'gpt-4o-mini', file: 'settings.yaml', line: 1, column: 1 },
      { layer: 'function', value: 'gpt-4', file: 'functions.yaml', line: 1, column: 1, wins: true },
    ],
  })
  expect(asked).toContain('functions.yaml functions.generate_content.defaults.models.openai')
})

test('a null of the account is a layer that never wins', async () => {
  const nulls = ['overrides.openai.model', 'overrides.text.provider']
  const told = await explained({ plan: 'growth' }, 'generate_content', undefined, nulls)
  expect(told['model']?.at(-1)).toBe('account null, accounts/a.yaml overrides.openai.model')
  expect(told['provider']?.at(-1)).toBe('account null, accounts/a.yaml overrides.text.provider')
  expect(told['temperature']).toHaveLength(2)
})

test.each<[why: string, account: Account, livePlan: PlanName | undefined, field: string, last: string]>([
  [
    'Free overrides nothing',
    { plan: 'free', overrides: { openai: { temperature: 0.1 } } },
    undefined,
    'temperature',
    'account 0.1, accounts/a.yaml overrides.openai.temperature stopped by plan/free-no-overrides, plans.yaml plans.free.may_override',
  ],
  [
    'a plan that permits one field of a section',
    { plan: 'starter', overrides: { openai: { temperature: 0.1 } } },
    undefined,
    'temperature',
    'account 0.1, accounts/a.yaml overrides.openai.temperature wins',
  ],
  [
    'a plan that does not list the section',
    { plan: 'starter', overrides: { openai: { max_tokens: 10 } } },
    undefined,
    'max_tokens',
    'account 10, accounts/a.yaml overrides.openai.max_tokens stopped by plan/not-allowed, plans.yaml plans.starter.may_override',
  ],
  [
    'a model that is not among those allowed',
    { plan: 'growth', overrides: { openai: { model: 'gpt-4' } } },
    undefined,
    'model',
    'account gpt-4, accounts/a.yaml overrides.openai.model stopped by plan/model-not-allowed, plans.yaml plans.growth.models.allow',
  ],
  [
    'a value above the limit',
    { plan: 'scale', overrides: { openai: { max_tokens: 5001 } } },
    undefined,
    'max_tokens',
    'account 5001, accounts/a.yaml overrides.openai.max_tokens stopped by plan/limit-exceeded, plans.yaml plans.scale.limits.max_tokens',
  ],
  [
    'the live plan, where the committed one permits it',
    { plan: 'growth', overrides: { openai: { max_tokens: 5001 } } },
    'scale',
    'max_tokens',
    'account 5001, accounts/a.yaml overrides.openai.max_tokens stopped by plan/limit-exceeded, plans.yaml plans.scale.limits.max_tokens',
  ],
  [
    'the first plan that refuses it, of two',
    { plan: 'free', overrides: { openai: { max_tokens: 5001 } } },
    'scale',
    'max_tokens',
    'account 5001, accounts/a.yaml overrides.openai.max_tokens stopped by plan/free-no-overrides, plans.yaml plans.free.may_override',
  ],
  [
    'a provider whose own model is denied',
    { plan: 'scale', overrides: { text: { provider: 'anthropic' } } },
    undefined,
    'provider',
    'account anthropic, accounts/a.yaml overrides.text.provider stopped by plan/model-not-allowed, plans.yaml plans.scale.models.deny',
  ],
  [
    'a provider whose own model is not allowed, by the live plan',
    { plan: 'starter', overrides: { text: { provider: 'anthropic' } } },
    'growth',
    'provider',
    'account anthropic, accounts/a.yaml overrides.text.provider stopped by plan/model-not-allowed, plans.yaml plans.growth.models.allow',
  ],
  [
    'a provider with a model of the account that is denied, where the provider’s own is too',
    {
      plan: 'scale',
      overrides: { text: { provider: 'anthropic' }, anthropic: { model: 'claude-3-5-sonnet-20241022' } },
    },
    undefined,
    'provider',
    'account anthropic, accounts/a.yaml overrides.text.provider stopped by plan/model-not-allowed, plans.yaml plans.scale.models.deny',
  ],
  [
    'a provider with a model of the account that is permitted',
    { plan: 'scale', overrides: { text: { provider: 'anthropic' }, anthropic: { model: 'claude-3-haiku-20240307' } } },
    undefined,
    'provider',
    'account anthropic, accounts/a.yaml overrides.text.provider wins',
  ],
  [
    'a provider that the plan does not let it choose',
    { plan: 'free', overrides: { text: { provider: 'anthropic' } } },
    undefined,
    'provider',
    'account anthropic, accounts/a.yaml overrides.text.provider stopped by plan/free-no-overrides, plans.yaml plans.free.may_override',
  ],
])('what became of a value: %s', async (_, account, livePlan, field, last) => {
  const told = await explained(account, 'generate_content', livePlan)
  expect(told[field]?.at(-1)).toBe(last)
})
