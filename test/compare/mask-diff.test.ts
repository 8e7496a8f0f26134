import { expect, test } from 'vitest'
import type { Diff } from '../../src/compare/diff-types.ts'
import { withoutCredentials } from '../../src/compare/mask-diff.ts'
import { diffWith } from '../review/support.ts'

// In two parts, or a scanner of this repository would find a key.
const KEY = `sk-proj-${'a1B2c3D4e5F6g7H8'.repeat(3)}`
const HIDDEN = '••••••••'

/** What becomes of a change, wherever in a diff it is; everything beside its values stays. */
function masked(before: unknown, after: unknown): unknown {
  const hidden = withoutCredentials(diffOf(before, after))
  const [change] = hidden.unknown_accounts
  expect(hidden).toEqual(diffOf(change?.old, change?.new))
  return [change?.old, change?.new]
}

function diffOf(before: unknown, after: unknown): Diff {
  const change = { field: 'prompts.clustering.prompt_value', old: before, new: after }
  return diffWith({
    globals: [{ ...change, file: 'config/prompts/clustering.yaml', line: 3 }],
    accounts: [{ account: '42', plan: 'growth', changes: [change] }],
    unknown_accounts: [change],
  })
}

test.each<readonly [string, unknown, unknown]>([
  ['a text', 'Group these', 'Group these'],
  ['a number', 0.5, 0.5],
  ['a switch', false, false],
  ['what is absent', null, null],
  ['a text with a key, as a whole', `Call it with ${KEY}, please`, HIDDEN],
  ['a key in a list', ['a', KEY, 1], ['a', HIDDEN, 1]],
  ['a key in a record', { name: 'Clara', tone: KEY, active: true }, { name: 'Clara', tone: HIDDEN, active: true }],
  ['a key below both', { all: [{ x: [KEY] }], none: null }, { all: [{ x: [HIDDEN] }], none: null }],
])('masks %s', (_, value, want) => {
  expect(masked(value, 'as it is')).toEqual([want, 'as it is'])
  expect(masked('as it was', value)).toEqual(['as it was', want])
  expect(masked(value, value)).toEqual([want, want])
})
