import { expect, test } from 'vitest'
import { costText, planTable, riskLine } from '../../../src/review/render/overview-table.ts'
import type { Risk } from '../../../src/review/count-risks.ts'
import { NO_EFFECTS, diffWith } from '../support.ts'

const RISK: Risk = { model_changes: 1, prompt_changes: 2, limits_loosened: 3, keys: 4, cost_percent: null }

test('each plan has a line, in the order of the plans', () => {
  const by_plan = {
    free: { changed: 0, total: 1_000 },
    starter: { changed: 1, total: 2 },
    growth: { changed: 1_234, total: 12_345 },
    scale: { changed: 0, total: 0 },
  }
  const diff = diffWith({ summary: { accounts_changed: 1_235, accounts_total: 13_347, by_plan } })
  const shielded_by_plan = { free: 0, starter: 0, growth: 2_000, scale: 3 }
  expect(planTable(diff, { ...NO_EFFECTS, shielded_by_plan })).toBe(
    [
      '| plan | accounts | changed | shielded by an override |',
      '|---|---:|---:|---:|',
      '| free | 1,000 | 0 | 0 |',
      '| starter | 2 | 1 | 0 |',
      '| growth | 12,345 | 1,234 | 2,000 |',
      '| scale | 0 | 0 | 3 |',
    ].join('\n'),
  )
})

test('the risk is a line of counts', () => {
  expect(riskLine(RISK, NO_EFFECTS.cost)).toBe(
    '**Risk**: model change 1 · prompt change 2 · limit loosened 3 · keys 4 · estimated cost: not estimated',
  )
})

test.each<[percent: number | null, priced: number, unpriced: number, text: string]>([
  [null, 0, 0, 'estimated cost: not estimated'],
  [null, 0, 1, 'estimated cost: not estimated (1 call has no price)'],
  [null, 0, 2_000, 'estimated cost: not estimated (2,000 calls have no price)'],
  [0, 5, 0, 'estimated cost ±0 % at today’s mix'],
  [0.04, 5, 0, 'estimated cost ±0 % at today’s mix'],
  [-0.04, 5, 0, 'estimated cost ±0 % at today’s mix'],
  [0.05, 5, 0, 'estimated cost +0.1 % at today’s mix'],
  [9.94, 5, 0, 'estimated cost +9.9 % at today’s mix'],
  [-9.94, 5, 0, 'estimated cost −9.9 % at today’s mix'],
  [10.4, 5, 0, 'estimated cost +10 % at today’s mix'],
  [-10.6, 5, 0, 'estimated cost −11 % at today’s mix'],
  [1_234.5, 5, 0, 'estimated cost +1,235 % at today’s mix'],
  [1, 1_000, 1, 'estimated cost +1 % at today’s mix (of 1,001 calls, 1 call has no price)'],
  [1, 1, 3, 'estimated cost +1 % at today’s mix (of 4 calls, 3 calls have no price)'],
])('%s %% of %i priced and %i others: %s', (cost_percent, priced, unpriced, text) => {
  expect(costText({ ...RISK, cost_percent }, { before: 1, after: 1, priced, unpriced })).toBe(text)
})
