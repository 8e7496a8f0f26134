import { describe, expect, test } from 'vitest'
import type { AccountChange, Change, Diff, Effects } from '../../../src/compare/diff-types.ts'
import { diffJson } from '../../../src/review/render/diff-json.ts'
import { diffTable, move } from '../../../src/review/render/diff-table.ts'
import { logText } from '../../../src/review/render/log-text.ts'
import { NO_EFFECTS, diffWith } from '../support.ts'

const MODEL: Change = { field: 'functions.write.model', old: 'gpt-4o-mini', new: 'gpt-4o' }
const account = (i: number, changes: readonly Change[] = [MODEL]): AccountChange => {
  return { account: `a${i}`, plan: 'scale', changes }
}
const table = (diff: Partial<Diff>, effects: Partial<Effects> = {}, color = false): string => {
  return diffTable({ diff: diffWith(diff), effects: { ...NO_EFFECTS, ...effects } }, color)
}

const NONE = `0 of 0 accounts changed
  free            0 of 0
  starter         0 of 0
  growth          0 of 0
  scale           0 of 0
`
const RISK = '  model change 0 · prompt change 0 · limit loosened 0 · keys 0 · estimated cost: not estimated\n'

describe('the table of a diff', () => {
  test('of nothing is the plans', () => {
    expect(table({})).toBe(NONE)
  })

  test('has the global changes first, with the place of each', () => {
    const globals = [
      { field: 'providers.openai.temperature', old: 0.7, new: 0.5, file: 'config/settings.yaml', line: 4 },
    ]
    expect(table({ globals })).toBe(
      `1 global change\n  providers.openai.temperature: 0.7 → 0.5  config/settings.yaml:4\n\n${NONE}${RISK}`,
    )
    expect(table({ globals: [...globals, ...globals] })).toMatch(/^2 global changes\n/)
    expect(table({ globals }, {}, true)).toMatch(
      /^\u001b\[1m1 global change\u001b\[22m\n .* {2}\u001b\[2mconfig\/settings\.yaml:4\u001b\[22m\n\n\u001b\[1m0 of/,
    )
  })

  test('has the counts of each plan, and how many are shielded', () => {
    const by_plan = {
      free: { changed: 1_000, total: 20_000 },
      starter: { changed: 0, total: 0 },
      growth: { changed: 2, total: 3 },
      scale: { changed: 0, total: 1 },
    }
    const shielded_by_plan = { free: 0, starter: 0, growth: 1_001, scale: 1 }
    const said = table({ summary: { accounts_changed: 1_002, accounts_total: 20_004, by_plan } }, { shielded_by_plan })
    expect(said).toBe(`1,002 of 20,004 accounts changed
  free        1,000 of 20,000
  starter         0 of 0
  growth          2 of 3         1,001 shielded
  scale           0 of 1         1 shielded
${RISK}`)
  })

  test('names five of the accounts that a field is kept from', () => {
    const said = table({ shielded: { 'openai.temperature': ['a'], 'openai.model': ['a', 'b', 'c', 'd', 'e'] } })
    expect(said).toContain('  openai.temperature is kept from 1 account: a\n')
    expect(said).toContain('  openai.model is kept from 5 accounts: a, b, c, d, e\n')
    expect(table({ shielded: { x: ['a', 'b', 'c', 'd', 'e', 'f'] } })).toContain('6 accounts: a, b, c, d, e, …\n')
  })

  test('has what an account without a file gets', () => {
    expect(table({ unknown_accounts: [MODEL] })).toBe(
      `${NONE}\nan account without a file\n  functions.write.model: gpt-4o-mini → gpt-4o\n`,
    )
  })

  test('has fifty accounts, and twenty fields of each', () => {
    const said = table({ accounts: Array.from({ length: 50 }, (_, i) => account(i)) })
    expect(said.match(/\na\d+ \(scale\)\n {2}functions\.write\.model: /g)).toHaveLength(50)
    expect(said).not.toContain('more')
    const more = table({ accounts: Array.from({ length: 1_051 }, (_, i) => account(i)) })
    expect(more.match(/\na\d+ \(scale\)\n/g)).toHaveLength(50)
    expect(more).toMatch(/\n\n… and 1,001 more \(use --format json to see all\)\n$/)
    const fields = (count: number): Change[] =>
      Array.from({ length: count }, (_, i) => ({ field: `f${i}`, old: 1, new: 2 }))
    expect(table({ accounts: [account(1, fields(20))] })).toMatch(/\n {2}f19: 1 → 2\n$/)
    expect(table({ accounts: [account(1, fields(22))] })).toMatch(/\n {2}f19: 1 → 2\n {2}… and 2 more\n$/)
  })

  test('names an account that is new or gone, without its fields', () => {
    const plan = (old: unknown, now: unknown): Change => ({ field: 'plan', old, new: now })
    const said = table({ accounts: [account(1, [plan(null, 'scale'), MODEL]), account(2, [plan('scale', null)])] })
    expect(said).toMatch(/\n\na1 \(scale\): new\n\na2 \(scale\): gone\n$/)
    expect(table({ accounts: [account(3, [plan('free', 'scale')])] })).toMatch(
      /\na3 \(scale\)\n {2}plan: free → scale\n$/,
    )
  })

  test('shows what a terminal would obey', () => {
    expect(table({ accounts: [account(1, [{ field: 'a\u001b[2J', old: 'x', new: 'y' }])] })).not.toContain('\u001b')
  })
})

test.each<[old: unknown, now: unknown, text: string]>([
  ['a', 'b', 'f: a → b'],
  [null, 1, 'f: — → 1'],
  ['x'.repeat(61), 'x'.repeat(60), `f: ${'x'.repeat(59)}… → ${'x'.repeat(60)}`],
  ['a', 'b\nc', 'f: +2 −1 lines'],
  ['b\nc', 'b', 'f: +0 −1 lines'],
  [null, 'x'.repeat(81), 'f: +1 −0 lines'],
  ['x'.repeat(81), 5, 'f: +0 −1 lines'],
])('the move from %j to %j', (old, now, text) => expect(move({ field: 'f', old, new: now })).toBe(text))

describe('a log', () => {
  const item = {
    commit: 'abcdef0123456789'.repeat(2),
    date: '2026-01-31',
    author: 'Ada',
    subject: 'Raise it',
    changes: [{ ...MODEL, layer: 'account' as const }],
  }

  test('of nothing says so', () => {
    expect(logText('acme', [], false)).toBe('acme: no commit has changed this\n')
  })

  test('has a commit, and below it each field with where it comes from', () => {
    const one = 'abcdef012345 2026-01-31  Ada  Raise it\n  functions.write.model: gpt-4o-mini → gpt-4o  account\n'
    expect(logText('acme', [item], false)).toBe(one)
    expect(logText('acme', [item, item], false)).toBe(`${one}\n${one}`)
    expect(logText('acme', [{ ...item, subject: 'a\u0007' }], false)).not.toContain('\u0007')
    expect(logText('acme', [item], true)).toBe(
      '\u001b[1mabcdef012345 2026-01-31\u001b[22m  Ada  Raise it\n' +
        '  functions.write.model: gpt-4o-mini → gpt-4o  \u001b[2maccount\u001b[22m\n',
    )
  })
})

describe('the JSON of a diff', () => {
  const json = (...given: Parameters<typeof diffJson>): string => [...diffJson(...given)].join('')

  test.each([0, 1, 3])('of %i accounts is that of the whole, in the order of its members', (count) => {
    const diff = diffWith({ accounts: Array.from({ length: count }, (_, i) => account(i)), shielded: { x: ['a'] } })
    const text = json(diff, { risk: { keys: 1 } })
    const { base, head, globals, accounts, ...others } = diff
    expect(JSON.parse(text)).toEqual({ ...diff, risk: { keys: 1 } })
    expect(text).toBe(`${JSON.stringify({ base, head, globals, accounts, ...others, risk: { keys: 1 } }, null, 2)}\n`)
  })

  test('has what may be shown of each member', () => {
    const shown = (member: unknown): unknown => (member === 'a'.repeat(40) ? 'hidden' : member)
    expect(JSON.parse(json(diffWith({}), {}, shown))).toMatchObject({ base: 'hidden', head: 'b'.repeat(40) })
  })
})
