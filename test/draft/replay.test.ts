import { describe, expect, test } from 'vitest'
import type { Operation } from '../../src/draft/operation.ts'
import { conflictsIn } from '../../src/draft/replay-operations.ts'
import { OWN, outcomesOf, replayOn } from './support.ts'

const MODEL = { op: 'set', file: 'accounts/acme', path: ['overrides', 'openai', 'model'] } as const
const PROMPT = { op: 'text', file: 'prompts/clustering', path: ['value'] } as const

const ACME = `id: acme
plan: growth # since May
overrides:
  # They asked for it.
  openai: { model: gpt-4, temperature: 0.8 }
author_profiles:
  house: { name: House, tone: warm }
`
const LINES = 'One.\nTwo.\nThree.\n[IGNY8_KEYWORDS]\n'
const CLUSTERING = (text: string): string =>
  `title: T\nplaceholders: brackets\nvariables: { IGNY8_KEYWORDS: {} }\nvalue: |\n${text.replaceAll(/^(?=.)/gm, '  ')}`

interface Case {
  readonly name: string
  readonly on?: Readonly<Record<string, string | null>>
  readonly operation: Operation
  readonly is: 'lands' | 'done' | 'changed' | 'gone' | 'opaque' | 'layout'
  /** The text of the operation's file afterwards; left out where it stays. */
  readonly text?: string | null
}

const CASES: readonly Case[] = [
  {
    name: 'what is as it was seen is set, and the comments stay',
    operation: { ...MODEL, value: 'gpt-4o', saw: 'gpt-4' },
    is: 'lands',
    text: ACME.replace('gpt-4', 'gpt-4o'),
  },
  { name: 'what is as it is wanted is done', operation: { ...MODEL, value: 'gpt-4', saw: 'gpt-4o' }, is: 'done' },
  {
    name: 'what is something else is a conflict',
    operation: { ...MODEL, value: 'gpt-4.1', saw: 'gpt-4o' },
    is: 'changed',
  },
  {
    name: 'a field that nobody had is set',
    operation: { ...MODEL, path: ['overrides', 'dalle', 'size'], value: '1024x1024', saw: null },
    is: 'lands',
    text: ACME.replace('0.8 }\n', '0.8 }\n  dalle: { size: 1024x1024 }\n'),
  },
  {
    name: 'a null and nothing are the same',
    on: { 'accounts/acme.yaml': ACME.replace('temperature: 0.8', 'temperature: null') },
    operation: { op: 'set', file: 'accounts/acme', path: ['overrides', 'openai', 'temperature'], value: 0, saw: null },
    is: 'lands',
    text: ACME.replace('0.8', '0'),
  },
  {
    name: 'zero is a value that somebody else may have set',
    on: { 'accounts/acme.yaml': ACME.replace('0.8', '0') },
    operation: { op: 'set', file: 'accounts/acme', path: ['overrides', 'openai', 'temperature'], value: 1, saw: null },
    is: 'changed',
  },
  {
    name: 'unset takes the field, and the sections that hold nothing else',
    on: { 'accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n' },
    operation: { ...MODEL, op: 'unset', saw: 'gpt-4' },
    is: 'lands',
    text: 'id: acme\nplan: growth\n',
  },
  {
    name: 'unset of what is gone is done',
    on: { 'accounts/acme.yaml': 'id: acme\nplan: growth\n' },
    operation: { ...MODEL, op: 'unset', saw: 'gpt-4' },
    is: 'done',
  },
  {
    name: 'unset of what has changed is a conflict',
    operation: { ...MODEL, op: 'unset', saw: 'gpt-4o' },
    is: 'changed',
  },
  {
    name: 'set creates no file',
    on: { 'accounts/acme.yaml': null },
    operation: { ...MODEL, value: 'gpt-4o', saw: null },
    is: 'gone',
  },
  {
    name: 'a field of a record that is gone makes no record of one field',
    on: { 'accounts/acme.yaml': 'id: acme\nplan: growth\n' },
    operation: {
      op: 'set',
      file: 'accounts/acme',
      path: ['author_profiles', 'house', 'language'],
      value: 'en',
      saw: null,
    },
    is: 'gone',
  },
  {
    name: 'a record of one’s own is set as a whole',
    operation: {
      op: 'set',
      file: 'accounts/acme',
      path: ['author_profiles', 'blog'],
      value: { name: 'Blog' },
      saw: null,
    },
    is: 'lands',
    text: `${ACME}  blog: { name: Blog }\n`,
  },
  {
    name: 'a file that cannot be understood is left as it is',
    on: { 'accounts/acme.yaml': 'id: [\n' },
    operation: { ...MODEL, value: 'gpt-4o', saw: 'gpt-4' },
    is: 'opaque',
  },
  {
    name: 'a scalar in the place of a section is somebody else’s',
    on: { 'accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: 3\n' },
    operation: { ...MODEL, value: 'gpt-4o', saw: null },
    is: 'changed',
  },
  {
    name: 'add comes behind the others',
    on: {
      'plans.yaml':
        OWN['plans.yaml']?.replace(
          /^ {2}starter:[^]*?(?=^ {2}growth:)/m,
          '  starter: { title: Starter, may_override: [text] }\n',
        ) ?? '',
    },
    operation: { op: 'add', file: 'plans', path: ['plans', 'starter', 'may_override'], item: 'openai' },
    is: 'lands',
  },
  {
    name: 'add of what is there is done',
    operation: { op: 'add', file: 'plans', path: ['plans', 'starter', 'may_override'], item: 'openai' },
    is: 'done',
  },
  {
    name: 'take of what is not there is done',
    operation: { op: 'take', file: 'plans', path: ['plans', 'starter', 'may_override'], item: 'nothing' },
    is: 'done',
  },
  {
    name: 'texts merge line by line',
    on: { 'prompts/clustering.yaml': CLUSTERING(LINES.replace('Three.', '3.')) },
    operation: { ...PROMPT, value: LINES.replace('One.', '1.'), saw: LINES },
    is: 'lands',
    text: CLUSTERING('1.\nTwo.\n3.\n[IGNY8_KEYWORDS]\n'),
  },
  {
    name: 'lines that both changed are a conflict',
    on: { 'prompts/clustering.yaml': CLUSTERING(LINES.replace('One.', 'Uno.')) },
    operation: { ...PROMPT, value: LINES.replace('One.', '1.'), saw: LINES },
    is: 'changed',
  },
  {
    name: 'a whole file is replaced even where it cannot be understood',
    on: { 'accounts/acme.yaml': 'id: [\n' },
    operation: { op: 'text', file: 'accounts/acme', path: [], value: ACME, saw: 'id: [\n' },
    is: 'lands',
    text: ACME,
  },
  {
    name: 'create makes a file',
    on: { 'accounts/acme.yaml': null },
    operation: { op: 'create', file: 'accounts/acme', value: ACME },
    is: 'lands',
    text: ACME,
  },
  {
    name: 'create of the same file is done',
    operation: { op: 'create', file: 'accounts/acme', value: ACME },
    is: 'done',
  },
  {
    name: 'create of another’s file is a conflict',
    operation: { op: 'create', file: 'accounts/acme', value: 'id: acme\nplan: free\n' },
    is: 'changed',
  },
  {
    name: 'delete takes the file that was seen',
    operation: { op: 'delete', file: 'accounts/acme', saw: ACME },
    is: 'lands',
    text: null,
  },
  {
    name: 'delete of a changed file is a conflict',
    operation: { op: 'delete', file: 'accounts/acme', saw: 'x' },
    is: 'changed',
  },
  {
    name: 'delete of what is gone is done',
    on: { 'accounts/acme.yaml': null },
    operation: { op: 'delete', file: 'accounts/acme', saw: ACME },
    is: 'done',
  },
]

describe('an operation', () => {
  test.each(CASES)('$name', async ({ on = {}, operation, is, text }) => {
    const files = { 'accounts/acme.yaml': ACME, 'prompts/clustering.yaml': CLUSTERING(LINES), ...on }
    const replayed = await replayOn(files, [operation])
    const [outcome] = replayed.outcomes.values()
    expect(outcome?.is === 'conflict' ? outcome.why : outcome?.is).toBe(is)
    const path = `${operation.file}.yaml`
    if (is !== 'lands') expect([...replayed.files.keys()]).toEqual([])
    else if (text !== undefined) expect(replayed.files.get(path)?.after).toBe(text)
    else expect(replayed.files.get(path)?.after).toContain('[text, openai]')
  })

  test('a file is found in any folder of accounts, by its id', async () => {
    const files = { 'accounts/acme.yaml': null, 'accounts/eu/acme.yaml': ACME }
    const { files: changed } = await replayOn(files, [{ ...MODEL, value: 'gpt-4o', saw: 'gpt-4' }])
    expect([...changed.keys()]).toEqual(['accounts/eu/acme.yaml'])
  })

  test('a conflict shows what is there, and the lines of a text', async () => {
    const theirs = LINES.replace('One.', 'Uno.')
    const files = { 'accounts/acme.yaml': ACME, 'prompts/clustering.yaml': CLUSTERING(theirs) }
    const replayed = await replayOn(files, [
      { ...MODEL, value: 'gpt-4.1', saw: 'gpt-4o' },
      { ...PROMPT, value: LINES.replace('One.', '1.'), saw: LINES },
    ])
    const [model, prompt] = conflictsIn(replayed).values()
    expect(model).toEqual({ is: 'conflict', why: 'changed', theirs: 'gpt-4' })
    expect(prompt).toMatchObject({
      theirs,
      regions: [{ ours: { lines: ['1.'] }, base: { lines: ['One.'] }, theirs: { lines: ['Uno.'] } }],
    })
  })

  test('what is in conflict keeps nothing else from landing', async () => {
    const replayed = await replayOn({ 'accounts/acme.yaml': ACME }, [
      { ...MODEL, value: 'gpt-4.1', saw: 'gpt-4o' },
      { ...MODEL, path: ['overrides', 'openai', 'temperature'], value: 0.5, saw: 0.8 },
    ])
    expect(outcomesOf(replayed)).toEqual(['conflict', 'lands'])
    expect(replayed.files.get('accounts/acme.yaml')?.after).toBe(ACME.replace('0.8', '0.5'))
  })

  test('the check says what is wrong with the result, in a global file too', async () => {
    const settings = {
      op: 'set',
      file: 'settings',
      path: ['providers', 'openai', 'temperature'],
      value: 5,
      saw: 0.7,
    } as const
    const replayed = await replayOn({ 'accounts/acme.yaml': ACME }, [
      settings,
      { ...MODEL, value: 'gpt-9', saw: 'gpt-4' },
    ])
    expect(replayed.diagnostics.map(({ rule }) => rule)).toEqual(['ref/unknown', 'schema/out-of-range'])
  })
})
