import { expect, test } from 'vitest'
import { composed, composedAll, having } from '../../src/draft/compose-operations.ts'
import type { Operation, OperationOf } from '../../src/draft/operation.ts'

const at = (path: string): { file: string; path: string[] } => ({ file: 'accounts/acme', path: path.split('.') })
const model = (value: string): Operation => ({ op: 'set', ...at('overrides.openai.model'), value, saw: 'gpt-4' })
const profile: Operation = { op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog' }, saw: null }
const created: OperationOf<'create'> = { op: 'create', file: 'accounts/new', value: 'id: new\nplan: growth\n' }
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
  {
    name: 'a field that is set where its record goes stays beside that',
    steps: [
      { op: 'unset', ...at('author_profiles.blog'), saw: { name: 'Blog' } },
      { op: 'set', ...at('author_profiles.blog.tone'), value: 'warm', saw: null },
    ],
    draft: [
      { op: 'unset', ...at('author_profiles.blog'), saw: { name: 'Blog' } },
      { op: 'set', ...at('author_profiles.blog.tone'), value: 'warm', saw: null },
    ],
  },
  {
    name: 'what is no part of a new record stays beside it',
    steps: [profile, { op: 'set', ...at('author_profiles.house.tone'), value: 'warm', saw: 'dry' }],
    draft: [profile, { op: 'set', ...at('author_profiles.house.tone'), value: 'warm', saw: 'dry' }],
  },
  {
    name: 'a text in a new record becomes a part of it',
    steps: [profile, { op: 'text', ...at('author_profiles.blog.about'), value: 'B', saw: 'A' }],
    draft: [{ op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog', about: 'B' }, saw: null }],
  },
  {
    name: 'items in a new record become a part of it',
    steps: [
      { op: 'set', ...at('strategies.weekly'), value: { name: 'Weekly', sections: ['One', 'Two'] }, saw: null },
      { op: 'take', ...at('strategies.weekly.sections'), item: 'One' },
      { op: 'add', ...at('strategies.weekly.sections'), item: 'Three' },
      { op: 'add', ...at('strategies.weekly.sections'), item: 'Two' },
      { op: 'add', ...at('strategies.weekly.more'), item: 'Four' },
    ],
    draft: [
      {
        op: 'set',
        ...at('strategies.weekly'),
        value: { name: 'Weekly', sections: ['Three', 'Two'], more: ['Four'] },
        saw: null,
      },
    ],
  },
  {
    name: 'a record that is what was seen once a field is set is nothing',
    steps: [
      { op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog' }, saw: { name: 'Blog', tone: 'dry' } },
      { op: 'set', ...at('author_profiles.blog.tone'), value: 'dry', saw: null },
    ],
    draft: [],
  },
  {
    name: 'a record that is set takes the changes of its fields along, and nobody else’s',
    steps: [
      { op: 'set', ...at('author_profiles.blog.tone'), value: 'warm', saw: 'dry' },
      { op: 'add', ...at('author_profiles.blog.sections'), item: 'One' },
      { op: 'set', ...at('author_profiles.blog2.tone'), value: 'warm', saw: 'dry' },
      { op: 'set', ...at('author_profiles.blog.tone'), file: 'accounts/other', value: 'warm', saw: 'dry' },
      { op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog' }, saw: { name: 'Blog', tone: 'dry' } },
    ],
    draft: [
      { op: 'set', ...at('author_profiles.blog2.tone'), value: 'warm', saw: 'dry' },
      { op: 'set', ...at('author_profiles.blog.tone'), file: 'accounts/other', value: 'warm', saw: 'dry' },
      { op: 'set', ...at('author_profiles.blog'), value: { name: 'Blog' }, saw: { name: 'Blog', tone: 'dry' } },
    ],
  },
  {
    name: 'a list that is set takes the changes of its items along',
    steps: [
      { op: 'add', ...at('author_profiles.blog.sections'), item: 'One' },
      { op: 'set', ...at('author_profiles.blog.sections'), value: ['Two'], saw: ['Three'] },
    ],
    draft: [{ op: 'set', ...at('author_profiles.blog.sections'), value: ['Two'], saw: ['Three'] }],
  },
  {
    name: 'an item takes nothing along',
    steps: [
      { op: 'set', ...at('author_profiles.blog.sections'), value: ['Two'], saw: ['Three'] },
      { op: 'add', ...at('author_profiles.blog.sections'), item: 'One' },
    ],
    draft: [
      { op: 'set', ...at('author_profiles.blog.sections'), value: ['Two'], saw: ['Three'] },
      { op: 'add', ...at('author_profiles.blog.sections'), item: 'One' },
    ],
  },
  {
    name: 'each kind of change becomes a part of a new file',
    steps: [
      { ...created, value: 'id: new\nplan: growth\nname: New\nsections: [One]\n' },
      { op: 'unset', file: 'accounts/new', path: ['name'], saw: 'New' },
      { op: 'add', file: 'accounts/new', path: ['sections'], item: 'Two' },
      { op: 'take', file: 'accounts/new', path: ['sections'], item: 'One' },
      { op: 'text', file: 'accounts/new', path: ['plan'], value: 'free', saw: 'growth' },
    ],
    draft: [{ ...created, value: 'id: new\nplan: free\nsections: [Two]\n' }],
  },
  {
    name: 'a whole text takes what comes later in',
    steps: [
      { op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nplan: free\n', saw: 'id: acme\n' },
      { op: 'set', file: 'accounts/acme', path: ['plan'], value: 'growth', saw: 'free' },
    ],
    draft: [{ op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nplan: growth\n', saw: 'id: acme\n' }],
  },
  {
    name: 'and another whole text replaces it',
    steps: [
      { op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nplan: free\n', saw: 'id: acme\n' },
      { op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nname: A\n', saw: 'id: acme\nplan: free\n' },
    ],
    draft: [{ op: 'text', file: 'accounts/acme', path: [], value: 'id: acme\nname: A\n', saw: 'id: acme\n' }],
  },
  {
    name: 'a new file that is replaced as a whole stays new',
    steps: [
      created,
      { op: 'text', file: 'accounts/new', path: [], value: 'id: new\n', saw: 'id: new\nplan: growth\n' },
    ],
    draft: [{ ...created, value: 'id: new\n' }],
  },
  {
    name: 'a new file of a name that is taken in the draft is the last one',
    steps: [created, { ...created, value: 'id: new\nplan: free\n' }],
    draft: [{ ...created, value: 'id: new\nplan: free\n' }],
  },
  {
    name: 'texts that differ in line ends alone are nothing',
    steps: [{ ...text('A\nB\r\n'), saw: 'A\r\nB\n' }],
    draft: [],
  },
  { name: 'unset of nothing is nothing', steps: [{ op: 'unset', ...at('overrides.openai'), saw: null }], draft: [] },
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

test('many operations are composed file by file, in the order in which a file came first', () => {
  const other: Operation = { op: 'set', file: 'accounts/other', path: ['name'], value: 'O', saw: null }
  expect(composedAll([model('a')], [other, model('b')])).toEqual([model('b'), other])
  expect(composedAll([], [])).toEqual([])
  expect(composedAll([other], [model('a'), model('gpt-4')])).toEqual([other])
})
