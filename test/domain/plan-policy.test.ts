import { expect, test } from 'vitest'
import { type Policy, limitOf, permits, permitsModel, permitsSome, policyOf } from '../../src/domain/plan-policy.ts'
import { resolveFunction, stoppedBy } from '../../src/domain/resolve-answers.ts'
import type { Plan, PlanName } from '../../src/domain/settings-types.ts'
import { settingsOf } from '../compare/support.ts'

const policy = (rule: Partial<Plan>, plan: PlanName = 'growth'): Policy => {
  return { plan, rule: { may_override: ['text', 'openai.model', 'openai.max_tokens'], ...rule } }
}

test('the policy of a plan is its rule', () => {
  const rule = policy({}).rule
  const plans = { free: policy({}).rule, starter: policy({}).rule, growth: rule, scale: policy({}).rule }
  expect(policyOf({ plans }, 'growth')).toEqual({ plan: 'growth', rule })
})

test.each<[section: string, field: string | undefined, is: boolean]>([
  ['text', undefined, true],
  ['text', 'provider', true],
  ['openai', undefined, false],
  ['openai', 'model', true],
  ['openai', 'temperature', false],
  ['openai.model', undefined, true],
  ['image', undefined, false],
  ['image', 'provider', false],
])('%s %s may be overridden: %s', (section, field, is) => {
  expect(permits(policy({}), section, field)).toBe(is)
  expect(permits(policy({}, 'free'), section, field)).toBe(false)
})

test.each([
  ['text', true],
  ['openai', true],
  ['open', false],
  ['image', false],
])('something of %s may be overridden: %s', (section, is) => {
  expect(permitsSome(policy({}), section)).toBe(is)
  expect(permitsSome(policy({}, 'free'), section)).toBe(false)
})

test.each<[models: Plan['models'], model: string, is: boolean]>([
  [undefined, 'a', true],
  [{}, 'a', true],
  [{ allow: ['a'] }, 'a', true],
  [{ allow: ['a'] }, 'b', false],
  [{ allow: [] }, 'a', false],
  [{ deny: ['a'] }, 'a', false],
  [{ deny: ['a'] }, 'b', true],
  [{ allow: ['a'], deny: ['a'] }, 'a', true],
])('under %j the model %s is permitted: %s', (models, model, is) => {
  expect(permitsModel(policy(models === undefined ? {} : { models }), model)).toBe(is)
})

test('a limit is that of its own name', () => {
  expect(limitOf(policy({ limits: { max_tokens: 5 } }), 'max_tokens')).toBe(5)
  expect(limitOf(policy({ limits: { max_tokens: 5 } }), 'constructor')).toBeUndefined()
  expect(limitOf(policy({}), 'max_tokens')).toBeUndefined()
})

const STRICT: Partial<Plan> = { models: { deny: ['a'] }, limits: { max_tokens: 5 } }
test.each<[plan: PlanName, section: string, field: string, value: string | number, rule: string | undefined]>([
  ['free', 'text', 'provider', 'openai', 'plan/free-no-overrides'],
  ['growth', 'text', 'provider', 'openai', undefined],
  ['growth', 'openai', 'temperature', 1, 'plan/not-allowed'],
  ['growth', 'openai', 'model', 'a', 'plan/model-not-allowed'],
  ['growth', 'openai', 'model', 'b', undefined],
  ['growth', 'text', 'provider', 'a', undefined],
  ['growth', 'openai', 'model', 5, undefined],
  ['growth', 'openai', 'max_tokens', 5, undefined],
  ['growth', 'openai', 'max_tokens', 6, 'plan/limit-exceeded'],
  ['growth', 'openai', 'max_tokens', '6', undefined],
])('%s: %s.%s %s is stopped by %s', (plan, section, field, value, rule) => {
  expect(stoppedBy(policy(STRICT, plan), section, field, value)).toBe(rule)
})

test('globals that select a provider without defining it resolve nothing', async () => {
  const { globals } = await settingsOf()
  const spec = globals.functions['generate_content']
  if (spec === undefined) throw new Error('there is no such function')
  const { openai: _, ...providers } = globals.providers
  const message = 'the globals select the provider "openai" without defining it'
  expect(() => resolveFunction({ ...globals, providers }, undefined, spec)).toThrow(message)
  const { openai: _openai, ...declared } = globals.vocabulary.providers
  const vocabulary = { ...globals.vocabulary, providers: declared }
  expect(() => resolveFunction({ ...globals, vocabulary }, undefined, spec)).toThrow(message)
})
