import { expect, test } from 'vitest'
import type { Json } from '../../src/draft/operation.ts'
import { operationsBetween } from '../../src/draft/operations-between.ts'
import { replayOnFile, valueAt } from '../../src/draft/replay-operations.ts'
import { parsed } from './support.ts'

const ACME = 'id: acme\nplan: growth\n'

interface Case {
  readonly name: string
  readonly before: string
  readonly after: string
  /** Each as kind, path, and value where it has one. */
  readonly are: readonly (readonly [op: string, path: string, value?: Json])[]
}

const CASES: readonly Case[] = [
  { name: 'the same is nothing', before: ACME, after: ACME, are: [] },
  { name: 'the same in another form is nothing', before: ACME, after: '{ plan: growth, id: acme }\n', are: [] },
  {
    name: 'a value',
    before: ACME,
    after: ACME.replace('growth', 'scale'),
    are: [['set', 'plan', 'scale']],
  },
  {
    name: 'two fields of overrides, each by itself',
    before: `${ACME}overrides:\n  openai: { model: a, temperature: 0.5 }\n`,
    after: `${ACME}overrides:\n  openai: { model: b, temperature: 0.7 }\n`,
    are: [
      ['set', 'overrides.openai.model', 'b'],
      ['set', 'overrides.openai.temperature', 0.7],
    ],
  },
  {
    name: 'overrides that were not there, field by field: they only group',
    before: ACME,
    after: `${ACME}overrides:\n  openai: { model: b }\n`,
    are: [['set', 'overrides.openai.model', 'b']],
  },
  {
    name: 'overrides that are there no more, field by field',
    before: `${ACME}overrides:\n  openai: { model: a }\n`,
    after: ACME,
    are: [['unset', 'overrides.openai.model']],
  },
  {
    name: 'a record that is new, as a whole: a field of it alone means nothing',
    before: ACME,
    after: `${ACME}author_profiles:\n  house: { name: House, tone: warm }\n`,
    are: [['set', 'author_profiles.house', { name: 'House', tone: 'warm' }]],
  },
  {
    name: 'a record that is gone, as a whole',
    before: `${ACME}author_profiles:\n  house: { name: House }\n  blog: { name: Blog }\n`,
    after: `${ACME}author_profiles:\n  blog: { name: Blog }\n`,
    are: [['unset', 'author_profiles.house']],
  },
  {
    name: 'a field of a record that both have',
    before: `${ACME}author_profiles:\n  house: { name: House, tone: warm }\n`,
    after: `${ACME}author_profiles:\n  house: { name: House, tone: cold }\n`,
    are: [['set', 'author_profiles.house.tone', 'cold']],
  },
  {
    name: 'a list, as a whole',
    before: `${ACME}overrides:\n  openai: { stop: [a, b] }\n`,
    after: `${ACME}overrides:\n  openai: { stop: [a, c] }\n`,
    are: [['set', 'overrides.openai.stop', ['a', 'c']]],
  },
  {
    name: 'a value where there was a list of fields',
    before: `${ACME}overrides:\n  openai: { model: a }\n`,
    after: `${ACME}overrides:\n  openai: none\n`,
    are: [['set', 'overrides.openai', 'none']],
  },
  {
    name: 'a text of several lines, to be merged line by line',
    before: 'value: |\n  One.\n  Two.\n',
    after: 'value: |\n  One.\n  Three.\n',
    are: [['text', 'value', 'One.\nThree.\n']],
  },
  {
    name: 'a text of one line, which is one value',
    before: 'value: |\n  One.\n  Two.\n',
    after: 'value: One.\n',
    are: [['set', 'value', 'One.']],
  },
  {
    name: 'a text of several lines where none was',
    before: 'title: T\n',
    after: 'title: T\nvalue: |\n  One.\n  Two.\n',
    are: [['set', 'value', 'One.\nTwo.\n']],
  },
]

test.each(CASES)('$name', ({ before, after, are }) => {
  const file = before.startsWith('id:') ? 'accounts/acme' : 'prompts/ideas'
  const [then, now] = [before, after].map((text) => parsed(`${file}.yaml`, text))
  if (then === undefined || now === undefined) throw new Error('there are two')
  const operations = operationsBetween(file, then, now, (path) => valueAt(then, path))
  expect(
    operations.map((one) => [one.op, 'path' in one ? one.path.join('.') : '', ...('value' in one ? [one.value] : [])]),
  ).toEqual(are)
  for (const one of operations) {
    expect(one.file).toBe(file)
    if ('saw' in one && 'path' in one) expect(one.saw).toEqual(valueAt(then, one.path))
  }
  // Replayed, they lead there.
  const replayed = replayOnFile(then, operations)
  expect(replayed === undefined ? undefined : valueAt(replayed, [])).toEqual(valueAt(now, []))
})

test('what was seen before any draft counts, and not what the draft has made of it', () => {
  const then = parsed('accounts/acme.yaml', ACME)
  const now = parsed('accounts/acme.yaml', ACME.replace('growth', 'scale'))
  expect(operationsBetween('accounts/acme', then, now, () => 'starter')).toEqual([
    { op: 'set', file: 'accounts/acme', path: ['plan'], value: 'scale', saw: 'starter' },
  ])
})
