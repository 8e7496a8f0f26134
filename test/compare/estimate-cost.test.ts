import { expect, test } from 'vitest'
import { Estimate } from '../../src/compare/estimate-cost.ts'
import type { Cost } from '../../src/compare/diff-types.ts'
import { type Globals, PLANS } from '../../src/domain/settings-types.ts'
import { settingsOf } from './support.ts'

const PROVIDERS = `kinds:
  text: {}
  image: {}
  speech: {}
providers:
  openai: { kind: text, parameters: { max_tokens: { type: integer, unit: tokens }, temperature: { type: number } } }
  plain: { kind: text, parameters: { temperature: { type: number } } }
  dalle: { kind: image, parameters: { count: { type: integer, unit: images } } }
  voice: { kind: speech, parameters: { length: { type: integer, unit: characters }, style: { type: string } } }
`
const SETTINGS = `text: { provider: openai }
image: { provider: dalle }
speech: { provider: voice }
providers:
  openai: { api_key: { secret: OPENAI_API_KEY }, model: small }
  plain: { api_key: { secret: OPENAI_API_KEY }, model: terse }
  dalle: { api_key: { secret: DALLE_API_KEY }, model: picture }
  voice: { api_key: { secret: OPENAI_API_KEY }, model: speaker }
`
const MODELS = `models:
  small: { provider: openai, kind: text, price: { input: 1, output: 3 } }
  large: { provider: openai, kind: text, price: { input: 10, output: 30 } }
  gratis: { provider: openai, kind: text, price: { input: 0, output: 0 } }
  unpriced: { provider: openai, kind: text }
  terse: { provider: plain, kind: text, price: { input: 1, output: 3 } }
  picture: { provider: dalle, kind: image, price: { image: 0.5 } }
  speaker: { provider: voice, kind: speech, price: { per: characters, amount: 0.25 } }
  by-seconds: { provider: voice, kind: speech, price: { per: seconds, amount: 0.25 } }
`
const FILES = {
  'providers.yaml': PROVIDERS,
  'settings.yaml': SETTINGS,
  'models.yaml': MODELS,
  'plans.yaml': `plans: ${JSON.stringify(Object.fromEntries(PLANS.map((name) => [name, { title: name, may_override: [] }])))}\n`,
  'functions.yaml': 'functions: { write: { kind: text, prompts: [] } }\n',
  'prompts/clustering.yaml': null,
  'prompts/image_prompt.yaml': null,
}

let checked: Promise<Globals> | undefined

/** What `FILES` says: many rows ask, and none changes it. */
function priced(): Promise<Globals> {
  return (checked ??= settingsOf(FILES).then(({ globals }) => globals))
}

type Answers = Readonly<Record<string, unknown>>

function costOf(before: Globals, after: Globals, ...accounts: readonly (readonly [unknown, unknown])[]): Cost {
  const estimate = new Estimate(before, after)
  for (const [then, now] of accounts) estimate.add({ functions: then }, { functions: now })
  return estimate.sums()
}

const small = { model: 'small', max_tokens: 1_000_000 }
const NOTHING: Cost = { before: 0, after: 0, priced: 0, unpriced: 0 }
const once = (before: number, after: number): Cost => ({ before, after, priced: 1, unpriced: 0 })

test.each<readonly [string, Answers, Answers, Cost]>([
  ['a call as it was', small, small, once(4, 4)],
  ['a dearer model', small, { ...small, model: 'large' }, once(4, 40)],
  ['half of the tokens', small, { ...small, max_tokens: 500_000 }, once(4, 2)],
  ['a model that costs nothing', small, { ...small, model: 'gratis' }, once(4, 0)],
  ['a model without a price', small, { ...small, model: 'unpriced' }, { ...NOTHING, unpriced: 1 }],
  ['a model that had no price', { ...small, model: 'unpriced' }, small, { ...NOTHING, unpriced: 1 }],
  ['a model that nobody knows', small, { ...small, model: 'gone' }, { ...NOTHING, unpriced: 1 }],
  ['a name that objects inherit', small, { ...small, model: 'constructor' }, { ...NOTHING, unpriced: 1 }],
  ['tokens that nothing limits', { model: 'small' }, small, { ...NOTHING, unpriced: 1 }],
  ['tokens that are no number', { ...small, max_tokens: 'many' }, small, { ...NOTHING, unpriced: 1 }],
  ['a number that counts nothing', { model: 'terse', temperature: 7 }, small, { ...NOTHING, unpriced: 1 }],
  ['a number that has the name of the unit', { model: 'terse', tokens: 500_000 }, small, once(2, 4)],
  ['another number first', small, { temperature: 9, ...small }, once(4, 4)],
  ['one image, where nothing says how many', { model: 'picture' }, { model: 'picture', count: 3 }, once(0.5, 1.5)],
  ['no image at all', { model: 'picture', count: 2 }, { model: 'picture', count: 0 }, once(1, 0)],
  ['what a unit of its own counts', { model: 'speaker', length: 8 }, { model: 'speaker', length: 4 }, once(2, 1)],
  [
    'a unit that no parameter has',
    { model: 'speaker', length: 8 },
    { model: 'by-seconds', length: 8 },
    { ...NOTHING, unpriced: 1 },
  ],
  ['a unit that is not counted', { model: 'speaker', length: 8 }, { model: 'speaker' }, { ...NOTHING, unpriced: 1 }],
])('prices %s', async (_, then, now, want) => {
  const globals = await priced()
  expect(costOf(globals, globals, [{ write: then }, { write: now }])).toEqual(want)
})

test('adds up functions and accounts', async () => {
  const globals = await priced()
  const picture = { model: 'picture' }
  const accounts = [
    [
      { write: small, draw: picture },
      { write: small, draw: { ...picture, count: 2 } },
    ],
    [{ write: small }, { write: { ...small, model: 'unpriced' } }],
    [{ write: small }, { write: { ...small, model: 'large' } }],
  ] as const
  expect(costOf(globals, globals, ...accounts)).toEqual({ before: 8.5, after: 45, priced: 3, unpriced: 1 })
})

test.each<readonly [string, unknown, unknown]>([
  ['a function that is new', {}, { write: small }],
  ['a function that is gone', { write: small }, {}],
  ['a function with the name of what objects inherit', {}, { constructor: small }],
  ['an account that is new', undefined, { write: small }],
  ['an account that is gone', { write: small }, undefined],
  ['an answer that was none', { write: null }, { write: small }],
  ['an answer that is none', { write: small }, { write: null }],
])('compares nothing for %s', async (_, then, now) => {
  const globals = await priced()
  expect(costOf(globals, globals, [then, now])).toEqual(NOTHING)
})

test('prices both sides by the catalogue of HEAD, and what it lacks by that of BASE', async () => {
  const before = await priced()
  const dearer = MODELS.replace('input: 1, output: 3', 'input: 5, output: 15')
  const { globals: after } = await settingsOf({ ...FILES, 'models.yaml': dearer.replace(/ {2}large: .*\n/, '') })
  const large = { ...small, model: 'large' }
  expect(costOf(before, after, [{ write: small }, { write: small }])).toEqual(once(20, 20))
  expect(costOf(before, after, [{ write: large }, { write: small }])).toEqual(once(40, 20))
})

test('counts by what BASE declared where HEAD declares it no more', async () => {
  const before = await priced()
  const fewer = PROVIDERS.replace(', unit: tokens', '')
  const { globals: after } = await settingsOf({ ...FILES, 'providers.yaml': fewer })
  expect(costOf(before, after, [{ write: small }, { write: small }])).toEqual(once(4, 4))
  expect(costOf(after, after, [{ write: small }, { write: small }])).toEqual({ ...NOTHING, unpriced: 1 })
})
