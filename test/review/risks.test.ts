import { expect, test } from 'vitest'
import type { Change, GlobalChange } from '../../src/compare/diff-types.ts'
import { riskOf } from '../../src/review/count-risks.ts'
import { NO_EFFECTS, diffWith } from './support.ts'

const LIMIT = 'plans.plans.growth.limits.max_tokens'
const ALLOW = 'plans.plans.growth.models.allow'
const DENY = 'plans.plans.growth.models.deny'
const MAY = 'plans.plans.growth.may_override'
const OUTPUT = 'models.models.gpt-4.max_output_tokens'

test.each<readonly [string, Pick<GlobalChange, 'field' | 'old' | 'new'>, number]>([
  ['a limit that is raised', { field: LIMIT, old: 4000, new: 8000 }, 1],
  ['a limit that is lowered', { field: LIMIT, old: 8000, new: 4000 }, 0],
  ['a limit that is gone', { field: LIMIT, old: 8000, new: null }, 1],
  ['a limit that is new', { field: LIMIT, old: null, new: 8000 }, 0],
  ['a model that is denied no more', { field: DENY, old: ['a', 'b'], new: ['a'] }, 1],
  ['a list of denials that is gone', { field: DENY, old: ['a'], new: null }, 1],
  ['another denial', { field: DENY, old: ['a'], new: ['a', 'b'] }, 0],
  ['another model that is allowed', { field: ALLOW, old: ['a'], new: ['a', 'b'] }, 1],
  ['a list of what is allowed that is gone', { field: ALLOW, old: ['a'], new: null }, 1],
  ['a list of what is allowed that is new', { field: ALLOW, old: null, new: ['a'] }, 0],
  ['another field that may be overridden', { field: MAY, old: ['text'], new: ['text', 'image'] }, 1],
  ['a field that may be overridden no more', { field: MAY, old: ['text', 'image'], new: ['text'] }, 0],
  ['a model that takes more', { field: OUTPUT, old: 4096, new: 8192 }, 1],
  ['a parameter of which a model takes more', { field: 'models.models.x.parameters.n.maximum', old: 1, new: 2 }, 1],
  ['a model that takes less', { field: OUTPUT, old: 8192, new: 4096 }, 0],
  ['a limit that stays', { field: LIMIT, old: 4000, new: 4000 }, 0],
  ['a limit that becomes a text', { field: LIMIT, old: 4000, new: 'many' }, 0],
  ['a part of a limit', { field: `${LIMIT}.note`, old: 1, new: 2 }, 0],
  ['a limit of something else', { field: 'settings.limits.max_tokens', old: 1, new: 2 }, 0],
  ['fewer models that are allowed', { field: ALLOW, old: ['a', 'b'], new: ['a'] }, 0],
  ['the end of what may be overridden', { field: MAY, old: ['text'], new: null }, 0],
  ['the beginning of what may be overridden', { field: MAY, old: null, new: ['text'] }, 0],
  ['fields that are named, and more of them', { field: MAY, old: { text: {} }, new: { text: {}, image: {} } }, 1],
  ['a title', { field: 'plans.plans.growth.title', old: 'A', new: 'B' }, 0],
])('%s counts as loosened: %o', (_, change, want) => {
  const diff = diffWith({ globals: [{ file: 'config/plans.yaml', line: 3, ...change }] })
  expect(riskOf(diff, [], NO_EFFECTS).limits_loosened).toBe(want)
})

test.each([
  ['dearer by half', { before: 2, after: 3, priced: 1 }, 50],
  ['half the price', { before: 4, after: 2, priced: 2 }, -50],
  ['free from now on', { before: 4, after: 0, priced: 1 }, -100],
  ['free until now', { before: 0, after: 2, priced: 1 }, null],
  ['without a price', { before: 0, after: 0, priced: 0 }, null],
])('calls that are %s: %o', (_, cost, want) => {
  const effects = { ...NO_EFFECTS, cost: { ...cost, unpriced: 1 } }
  expect(riskOf(diffWith({}), [], effects).cost_percent).toBe(want)
})

interface Counts {
  readonly models?: number
  readonly prompts?: number
  readonly limits?: number
  readonly keys?: number
}

const FROM = { secret: 'one' }
const TO = { secret: 'two' }

test.each<readonly [name: string, changes: readonly Change[], want: Counts]>([
  ['a model', [{ field: 'functions.ideas.model', old: 'a', new: 'b' }], { models: 1 }],
  ['a provider', [{ field: 'functions.ideas.provider', old: 'openai', new: 'other' }], { models: 1 }],
  [
    'the same move of two functions',
    ['ideas', 'outline'].map((name) => ({ field: `functions.${name}.model`, old: 'a', new: 'b' })),
    { models: 1 },
  ],
  [
    'two moves',
    ['b', 'c'].map((now) => ({ field: `functions.ideas-${now}.model`, old: 'a', new: now })),
    { models: 2 },
  ],
  ['a prompt', [{ field: 'prompts.ideas.prompt_value', old: 'a', new: 'b' }], { prompts: 1 }],
  [
    'two prompts with the same text',
    ['ideas', 'outline'].map((name) => ({ field: `prompts.${name}.prompt_value`, old: 'a', new: 'b' })),
    { prompts: 2 },
  ],
  ['the default of a prompt', [{ field: 'prompts.ideas.default_prompt', old: 'a', new: 'b' }], {}],
  ['whether a prompt is customized', [{ field: 'prompts.ideas.is_customized', old: false, new: true }], {}],
  ['as many tokens', [{ field: 'functions.ideas.max_tokens', old: 2, new: 2 }], {}],
  ['tokens that are a text', [{ field: 'functions.ideas.max_tokens', old: '1', new: 2 }], {}],
  ['more tokens', [{ field: 'functions.ideas.max_tokens', old: 1, new: 2 }], { limits: 1 }],
  ['fewer tokens', [{ field: 'functions.ideas.max_tokens', old: 2, new: 1 }], {}],
  ['tokens where none were', [{ field: 'functions.ideas.max_tokens', old: null, new: 1 }], {}],
  ['more of what counts nothing', [{ field: 'functions.ideas.temperature', old: 0.1, new: 0.2 }], {}],
  ['a key', [{ field: 'functions.ideas.api_key', old: FROM, new: TO }], { keys: 1 }],
  [
    'one key of two functions',
    ['ideas', 'outline'].map((name) => ({ field: `functions.${name}.api_key`, old: FROM, new: TO })),
    { keys: 1 },
  ],
  ['a function that is named like a prompt', [{ field: 'functions.prompts.x.prompt_value', old: 'a', new: 'b' }], {}],
  ['a prompt that is named like a function', [{ field: 'prompts.functions.x.model', old: 'a', new: 'b' }], {}],
  ['a prompt’s field that is named like a key', [{ field: 'prompts.ideas.api_key', old: FROM, new: TO }], {}],
  ['a prompt’s field that counts', [{ field: 'prompts.ideas.max_tokens', old: 1, new: 2 }], {}],
  [
    'everything of an account that is new',
    [
      { field: 'plan', old: null, new: 'growth' },
      { field: 'functions.ideas.model', old: null, new: 'b' },
    ],
    {},
  ],
  [
    'everything of an account that is gone',
    [
      { field: 'plan', old: 'growth', new: null },
      { field: 'functions.ideas.model', old: 'a', new: null },
    ],
    {},
  ],
  [
    'what moves with the plan',
    [
      { field: 'plan', old: 'growth', new: 'scale' },
      { field: 'functions.ideas.model', old: 'a', new: 'b' },
    ],
    { models: 1 },
  ],
])('of the answers of accounts, and of an account that there is not, %s counts as %o', (_, changes, want) => {
  const none = { free: 0, starter: 0, growth: 0, scale: 0 }
  const group = { changes, count: 1, by_plan: none, samples: [] }
  const counted = {
    model_changes: want.models ?? 0,
    prompt_changes: want.prompts ?? 0,
    limits_loosened: want.limits ?? 0,
    keys: want.keys ?? 0,
    cost_percent: null,
  }
  expect(riskOf(diffWith({}), [group], NO_EFFECTS)).toEqual(counted)
  expect(riskOf(diffWith({ unknown_accounts: changes }), [], NO_EFFECTS)).toEqual(counted)
  // The same move is one, wherever it is seen.
  expect(riskOf(diffWith({ unknown_accounts: changes }), [group, group], NO_EFFECTS)).toEqual(counted)
})

test('a secret that is renamed in a global file is the same move as in the answers', () => {
  const change = { field: 'functions.ideas.api_key', old: FROM, new: TO }
  const renamed = { file: 'config/settings.yaml', line: 3, field: 'openai.api_key.secret', old: 'one', new: 'two' }
  expect(riskOf(diffWith({ unknown_accounts: [change], globals: [renamed] }), [], NO_EFFECTS).keys).toBe(1)
  expect(riskOf(diffWith({ globals: [renamed] }), [], NO_EFFECTS).keys).toBe(1)
  expect(riskOf(diffWith({ globals: [{ ...renamed, field: 'openai.api_key.note' }] }), [], NO_EFFECTS).keys).toBe(0)
  // The first one, and the last, as answers have them.
  const both = [
    [{ old: null }, { ...change, old: null }],
    [{ new: null }, { ...change, new: null }],
  ] as const
  for (const [part, same] of both) {
    const diff = diffWith({ unknown_accounts: [same], globals: [{ ...renamed, ...part }] })
    expect(riskOf(diff, [], NO_EFFECTS).keys).toBe(1)
  }
})
