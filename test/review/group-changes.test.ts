import { expect, test } from 'vitest'
import type { AccountChange, Change } from '../../src/compare/diff-types.ts'
import type { PlanName } from '../../src/domain/settings-types.ts'
import { grouped, isGone, isNew } from '../../src/review/group-changes.ts'

const change = (field: string, old: unknown, now: unknown): Change => ({ field, old, new: now })
const warmer = [change('functions.write.temperature', 0.5, 0.6)]
const colder = [change('functions.write.temperature', 0.5, 0.4)]
const of = (account: string, plan: PlanName, changes: readonly Change[]): AccountChange => ({ account, plan, changes })

test('accounts that change in the same way are one group, the largest first, and the first of equals', () => {
  const accounts = [
    of('1', 'free', colder),
    of('2', 'growth', warmer),
    of('3', 'growth', [...warmer]),
    of('4', 'scale', [...warmer, ...colder]),
    of('5', 'starter', [...warmer]),
    of('6', 'growth', [...warmer]),
  ]
  expect(grouped(accounts)).toEqual([
    {
      changes: warmer,
      count: 4,
      by_plan: { free: 0, starter: 1, growth: 3, scale: 0 },
      samples: [
        { account: '2', plan: 'growth' },
        { account: '3', plan: 'growth' },
        { account: '5', plan: 'starter' },
      ],
    },
    {
      changes: colder,
      count: 1,
      by_plan: { free: 1, starter: 0, growth: 0, scale: 0 },
      samples: [{ account: '1', plan: 'free' }],
    },
    {
      changes: [...warmer, ...colder],
      count: 1,
      by_plan: { free: 0, starter: 0, growth: 0, scale: 1 },
      samples: [{ account: '4', plan: 'scale' }],
    },
  ])
  expect(grouped([])).toEqual([])
})

test.each<readonly [string, readonly Change[], boolean, boolean]>([
  ['that is new', [...warmer, change('plan', null, 'free')], true, false],
  ['that is gone', [change('plan', 'free', null), ...warmer], false, true],
  ['of another plan', [change('plan', 'free', 'growth')], false, false],
  ['that gets a function', [change('functions.write', null, {})], false, false],
  ['that gets a function no more', [change('functions.write', {}, null)], false, false],
  ['that stays', [], false, false],
])('an account %s', (_, changes, fresh, gone) => {
  expect([isNew(changes), isGone(changes)]).toEqual([fresh, gone])
})
