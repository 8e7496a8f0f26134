import { expect, test } from 'vitest'
import type { Operation } from '../../src/draft/operation.ts'
import { summaryOf } from '../../src/draft/summarize-operations.ts'

const model = (account: string, path = ['overrides', 'openai', 'model']): Operation => {
  return { op: 'set', file: `accounts/${account}`, path, value: 'gpt-4o', saw: 'gpt-4' }
}
const item = (op: 'add' | 'take'): Operation => {
  return { op, file: 'plans', path: ['plans', 'growth', 'may_override'], item: 'text' }
}

test.each<[summary: string, operations: readonly Operation[]]>([
  ['Change nothing', []],
  ['Set openai.model of acme', [model('acme')]],
  ['Unset plan of acme', [{ op: 'unset', file: 'accounts/acme', path: ['plan'], saw: 'growth' }]],
  ['Extend plans.growth.may_override of plans', [item('add')]],
  ['Narrow plans.growth.may_override of plans', [item('take')]],
  ['Edit value of prompts/ideas', [{ op: 'text', file: 'prompts/ideas', path: ['value'], value: 'A', saw: 'B' }]],
  ['Create acme', [{ op: 'create', file: 'accounts/acme', value: 'id: acme\n' }]],
  ['Delete prompts/ideas', [{ op: 'delete', file: 'prompts/ideas', saw: 'kind: text\n' }]],
  ['Change openai.model of acme, bolt', [model('acme'), model('bolt')]],
  ['Change openai.model of acme, bolt, cargo', [model('acme'), model('bolt'), model('cargo')]],
  ['Change openai.model of acme and 3 more', [model('acme'), model('bolt'), model('cargo'), model('dune')]],
  ['Change 2 settings of acme', [model('acme'), model('acme', ['plan'])]],
  ['Change 3 settings of acme, plans', [model('acme'), model('acme', ['plan']), item('add')]],
  // A file as a whole has no path that could be named.
  [
    'Change 2 settings of acme, bolt',
    ['acme', 'bolt'].map((id) => ({ op: 'create', file: `accounts/${id}`, value: `id: ${id}\n` })),
  ],
  // Only the overrides of an account are what the command line calls by what comes after.
  ['Set overrides_of.model of acme', [model('acme', ['overrides_of', 'model'])]],
  ['Set house.overrides.model of acme', [model('acme', ['house', 'overrides', 'model'])]],
])('%s', (summary, operations) => {
  expect(summaryOf(operations)).toBe(summary)
})
