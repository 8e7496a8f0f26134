import { expect, test } from 'vitest'
import type { GlobalChange } from '../../src/compare/diff-types.ts'
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
