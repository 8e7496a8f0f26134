import { expect, test } from 'vitest'
import { composed, having } from '../../src/draft/compose-operations.ts'
import type { Operation, OperationOf } from '../../src/draft/operation.ts'

const at = (path: string): { file: string; path: string[] } => ({ file: 'accounts/acme', path: path.split('.') })
const model = (value: string): Operation => ({ op: 'set', ...at('overrides.openai.model'), value, saw: 'gpt-4' })
const profile: Operation = { op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog' }, saw: null }
const created: Operation = { op: 'create', file: 'accounts/new', value: 'id: new\nplan: growth\n' }
const text = (value: string): OperationOf<'text'> => ({
  op: 'text',
  file: 'prompts/ideas',
  path: ['value'],
  value,
  saw: 'A',
})
const item = (op: 'add' | 'take'): Operation => ({
  op,
  file: 'plans',
  path: ['plans', 'growth', 'may_override'],
  item: 'text',
})

interface Case {
  readonly name: string
  readonly steps: readonly Operation[]
  readonly draft: readonly Operation[]
}

const CASES: readonly Case[] = [
  { name: 'the last value of a field counts', steps: [model('a'), model('b')], draft: [model('b')] },
  {
    name: 'and what was seen first',
    steps: [model('a'), { op: 'set', ...at('overrides.openai.model'), value: 'b', saw: 'a' }],
    draft: [model('b')],
  },
  { name: 'back to what was seen is nothing', steps: [model('a'), model('gpt-4')], draft: [] },
  {
    name: 'unset after set',
    steps: [model('a'), { op: 'unset', ...at('overrides.openai.model'), saw: 'gpt-4' }],
    draft: [{ op: 'unset', ...at('overrides.openai.model'), saw: 'gpt-4' }],
  },
  {
    name: 'unset of what was only in the draft is nothing',
    steps: [
      { ...model('a'), op: 'set', value: 'a', saw: null, ...at('overrides.openai.model') },
      { op: 'unset', ...at('overrides.openai.model'), saw: null },
    ],
    draft: [],
  },
  {
    name: 'a field of a new record becomes a part of it',
    steps: [profile, { op: 'set', ...at('author_profiles.blog.tone'), value: 'warm', saw: null }],
    draft: [{ ...profile, op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog', tone: 'warm' }, saw: null }],
  },
  {
    name: 'and goes from it',
    steps: [
      profile,
      { op: 'set', ...at('author_profiles.blog.tone'), value: 'warm', saw: null },
      { op: 'unset', ...at('author_profiles.blog.tone'), saw: null },
    ],
    draft: [profile],
  },
  {
    name: 'a new record that goes is nothing',
    steps: [profile, { op: 'unset', ...at('author_profiles.blog'), saw: null }],
    draft: [],
  },
  {
    name: 'a record that goes takes the changes of its fields along',
    steps: [
      { op: 'set', ...at('author_profiles.house.tone'), value: 'warm', saw: 'dry' },
      { op: 'unset', ...at('author_profiles.house'), saw: { name: 'House', tone: 'dry' } },
    ],
    draft: [{ op: 'unset', ...at('author_profiles.house'), saw: { name: 'House', tone: 'dry' } }],
  },
  {
    name: 'a field of a new file becomes a part of its text',
    steps: [created, { op: 'set', file: 'accounts/new', path: ['name'], value: 'New', saw: null }],
    draft: [{ ...created, op: 'create', value: 'id: new\nplan: growth\nname: New\n' }],
  },
  {
    name: 'a new file that goes is nothing',
    steps: [created, { op: 'delete', file: 'accounts/new', saw: '' }],
    draft: [],
  },
  {
    name: 'a file that goes takes its changes along',
    steps: [model('a'), { op: 'delete', file: 'accounts/acme', saw: 'id: acme\n' }],
    draft: [{ op: 'delete', file: 'accounts/acme', saw: 'id: acme\n' }],
  },
  {
    name: 'a file that goes and comes again is replaced',
    steps: [
      { op: 'delete', file: 'accounts/acme', saw: 'id: acme\n' },
      { op: 'create', file: 'accounts/acme', value: 'id: acme\nplan: free\n' },
    ],
    draft: [{ op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nplan: free\n', saw: 'id: acme\n' }],
  },
  {
    name: 'texts keep what was seen first',
    steps: [text('B'), { ...text('C'), saw: 'B' }],
    draft: [text('C')],
  },
  { name: 'add after take is nothing', steps: [item('take'), item('add')], draft: [] },
  { name: 'add twice is once', steps: [item('add'), item('add')], draft: [item('add')] },
]

test.each(CASES)('$name', ({ steps, draft }) => {
  expect(steps.reduce<readonly Operation[]>(composed, [])).toEqual(draft)
})

test('an operation that has seen what is there lands on it', () => {
  expect(having(model('b'), 'gpt-4o')).toEqual({ ...model('b'), saw: 'gpt-4o' })
  expect(having(created, 'id: new\n')).toEqual({
    op: 'text',
    file: 'accounts/new',
    path: [],
    value: 'id: new\nplan: growth\n',
    saw: 'id: new\n',
  })
})

test('what a draft began from, wanted back once the file has something else, is a change', () => {
  const back: Operation = { op: 'set', ...at('overrides.openai.model'), value: 'gpt-4', saw: 'gpt-4.1' }
  expect(composed([model('a')], back)).toEqual([back])
})

test('a text where nothing was at first replaces what the draft had', () => {
  const [first, after]: Operation[] = [
    { op: 'set', file: 'prompts/ideas', path: ['value'], value: 'B', saw: null },
    { op: 'set', file: 'prompts/ideas', path: ['value'], value: 'C', saw: null },
  ]
  expect(composed(first === undefined ? [] : [first], text('C'))).toEqual([after])
})

test('a text is kept although somebody has put something else in its place', () => {
  const kept = { op: 'set', file: 'prompts/ideas', path: ['value'], value: 'B', saw: 5 }
  expect(having(text('B'), 5)).toEqual(kept)
})
