import { describe, expect, test } from 'vitest'
import { put } from '../../src/edit/text/put-value.ts'
import { remove } from '../../src/edit/text/remove-entry.ts'
import { fileOf } from './support.ts'

const MODEL = ['overrides', 'openai', 'model']
const HEAD = 'id: acme\nplan: growth\n'

interface Case {
  readonly name: string
  readonly before: string
  readonly path?: readonly string[]
  readonly value?: string | number
  readonly after: string
}

/** Each sets `overrides.openai.model` to gpt-4o where it does not say otherwise. */
const SET: readonly Case[] = [
  { name: 'no section yet', before: HEAD, after: `${HEAD}overrides:\n  openai:\n    model: gpt-4o\n` },
  {
    name: 'no final line end',
    before: 'id: acme\nplan: growth',
    after: 'id: acme\nplan: growth\noverrides:\n  openai:\n    model: gpt-4o',
  },
  {
    name: 'Windows line ends',
    before: 'id: acme\r\nplan: growth\r\n',
    after: 'id: acme\r\nplan: growth\r\noverrides:\r\n  openai:\r\n    model: gpt-4o\r\n',
  },
  {
    name: 'before what people expect after it, and before its comment',
    before: `${HEAD}name: A # the name\n\n# Own profiles:\nauthor_profiles:\n  a: { name: A }\n`,
    after: `${HEAD}name: A # the name\noverrides:\n  openai:\n    model: gpt-4o\n\n# Own profiles:\nauthor_profiles:\n  a: { name: A }\n`,
  },
  {
    name: 'the indentation of the file',
    before: `${HEAD}author_profiles:\n    a:\n        name: A\n`,
    after: `${HEAD}overrides:\n    openai:\n        model: gpt-4o\nauthor_profiles:\n    a:\n        name: A\n`,
  },
  {
    name: 'a field beside others',
    before: `${HEAD}overrides:\n  openai:\n    temperature: 0 # cold\n\n  # and images\n  image: { provider: dalle }\n`,
    after: `${HEAD}overrides:\n  openai:\n    temperature: 0 # cold\n    model: gpt-4o\n\n  # and images\n  image: { provider: dalle }\n`,
  },
  {
    name: 'a field that is there, its comment kept',
    before: `${HEAD}overrides:\n  openai:\n    model:   "gpt-4"   # was better\n    temperature: 0\n`,
    after: `${HEAD}overrides:\n  openai:\n    model:   "gpt-4o"   # was better\n    temperature: 0\n`,
  },
  {
    name: 'a quoted key',
    before: `${HEAD}"overrides":\n  'openai': { "model" : gpt-4, temperature: 0 }\n`,
    after: `${HEAD}"overrides":\n  'openai': { "model" : gpt-4o, temperature: 0 }\n`,
  },
  {
    name: 'a flow section',
    before: `${HEAD}overrides:\n  openai: { temperature: 0 } # cold\n`,
    after: `${HEAD}overrides:\n  openai: { temperature: 0, model: gpt-4o } # cold\n`,
  },
  {
    name: 'a section like the one beside it',
    before: `${HEAD}overrides:\n  image: { provider: dalle }\n`,
    after: `${HEAD}overrides:\n  image: { provider: dalle }\n  openai: { model: gpt-4o }\n`,
  },
  {
    name: 'a tight flow section with a trailing comma',
    before: `${HEAD}overrides: {openai: {temperature: 0,}}\n`,
    after: `${HEAD}overrides: {openai: {temperature: 0, model: gpt-4o,}}\n`,
  },
  {
    name: 'a flow section with a line for each field',
    before: `${HEAD}overrides:\n  openai: {\n    temperature: 0, # cold\n    max_tokens: 100 # few\n  }\n`,
    after: `${HEAD}overrides:\n  openai: {\n    temperature: 0, # cold\n    max_tokens: 100, # few\n    model: gpt-4o\n  }\n`,
  },
  {
    name: 'a flow section with a line for each field and a comma behind the last',
    before: `${HEAD}overrides:\n  openai: {\n    temperature: 0,\n  }\n`,
    after: `${HEAD}overrides:\n  openai: {\n    temperature: 0,\n    model: gpt-4o,\n  }\n`,
  },
  {
    name: 'a file in one flow mapping',
    before: '{ id: acme, plan: growth, prompts: {} }\n',
    after: '{ id: acme, plan: growth, overrides: { openai: { model: gpt-4o } }, prompts: {} }\n',
  },
  {
    name: 'a key without a value',
    before: `${HEAD}overrides:\nname: A\n`,
    after: `${HEAD}overrides:\n  openai:\n    model: gpt-4o\nname: A\n`,
  },
  {
    name: 'a key without a value, but with comments',
    before: `${HEAD}overrides: # soon\n  # nothing yet\nname: A\n`,
    after: `${HEAD}overrides: # soon\n  openai:\n    model: gpt-4o\n  # nothing yet\nname: A\n`,
  },
  {
    name: 'a null',
    before: `${HEAD}overrides: null # soon\n`,
    after: `${HEAD}overrides: # soon\n  openai:\n    model: gpt-4o\n`,
  },
  {
    name: 'a null section',
    before: `${HEAD}overrides:\n  openai: ~\n  dalle: null\n`,
    after: `${HEAD}overrides:\n  openai:\n    model: gpt-4o\n  dalle: null\n`,
  },
  {
    name: 'a null field',
    before: `${HEAD}overrides:\n  openai:\n    model: # inherit\n    temperature: 0\n`,
    after: `${HEAD}overrides:\n  openai:\n    model: gpt-4o # inherit\n    temperature: 0\n`,
  },
  {
    name: 'a null in a flow section',
    before: `${HEAD}overrides: { openai: , dalle: }\n`,
    after: `${HEAD}overrides: { openai: { model: gpt-4o } , dalle: }\n`,
  },
  {
    name: 'an empty section',
    before: `${HEAD}overrides: {} # none\n`,
    after: `${HEAD}overrides: # none\n  openai:\n    model: gpt-4o\n`,
  },
  {
    name: 'an empty section in a flow',
    before: `${HEAD}overrides: { openai: {} }\n`,
    after: `${HEAD}overrides: { openai: { model: gpt-4o } }\n`,
  },
  {
    name: 'an empty section that holds a comment',
    before: `${HEAD}overrides:\n  openai: { # none\n  }\n`,
    after: `${HEAD}overrides:\n  openai: { model: gpt-4o # none\n  }\n`,
  },
  {
    name: 'behind a text that keeps its blank lines',
    before: `${HEAD}name: |+\n  Acme\n\n\n# the end\n`,
    after: `${HEAD}name: |+\n  Acme\n\n\noverrides:\n  openai:\n    model: gpt-4o\n# the end\n`,
  },
  {
    name: 'an explicit key',
    before: `${HEAD}? overrides\n: ? openai\n  : ? model\n    : gpt-4 # old\n`,
    after: `${HEAD}? overrides\n: ? openai\n  : ? model\n    : gpt-4o # old\n`,
  },
  {
    name: 'markers of a document',
    before: `---\n${HEAD}...\n`,
    after: `---\n${HEAD}overrides:\n  openai:\n    model: gpt-4o\n...\n`,
  },
  {
    name: 'what says it already',
    before: `${HEAD}overrides:\n  openai: { model: 'gpt-4o' }\n`,
    after: `${HEAD}overrides:\n  openai: { model: 'gpt-4o' }\n`,
  },
  {
    name: 'a number',
    path: ['overrides', 'openai', 'temperature'],
    value: 0.5,
    before: `${HEAD}overrides: { openai: { temperature: 0 } }\n`,
    after: `${HEAD}overrides: { openai: { temperature: 0.5 } }\n`,
  },
  {
    name: 'a name',
    path: ['name'],
    value: 'Café & Söhne, Ltd.',
    before: `${HEAD}prompts: {}\n`,
    after: `${HEAD}name: Café & Söhne, Ltd.\nprompts: {}\n`,
  },
  {
    name: 'a name over several lines',
    path: ['name'],
    value: 'B',
    before: `${HEAD}name: |- # long\n  Acme\n  Ltd\nprompts: {}\n`,
    after: `${HEAD}name: B # long\nprompts: {}\n`,
  },
  {
    name: 'a name over several plain lines',
    path: ['name'],
    value: 'B',
    before: `${HEAD}name: Acme\n  Ltd # long\nprompts: {}\n`,
    after: `${HEAD}name: B # long\nprompts: {}\n`,
  },
  {
    name: 'JSON on one line',
    before: '{"id": "acme", "plan": "growth"}',
    after: '{"id": "acme", "plan": "growth", "overrides": { "openai": { "model": "gpt-4o" } }}',
  },
  {
    name: 'a name in JSON',
    path: ['name'],
    value: 'Acme Ltd',
    before: '{"id": "acme", "plan": "growth"}',
    after: '{"id": "acme", "plan": "growth", "name": "Acme Ltd"}',
  },
  {
    name: 'a text that is there in JSON',
    before: '{"id": "acme", "overrides": {"openai": {"model": "gpt-4"}}}',
    after: '{"id": "acme", "overrides": {"openai": {"model": "gpt-4o"}}}',
  },
  {
    name: 'JSON on lines of its own',
    before: '{\n  "id": "acme",\n  "overrides": {\n    "openai": {\n      "temperature": 0\n    }\n  }\n}\n',
    after:
      '{\n  "id": "acme",\n  "overrides": {\n    "openai": {\n      "temperature": 0,\n      "model": "gpt-4o"\n    }\n  }\n}\n',
  },
  {
    name: 'a null in JSON',
    before: '{"id": "acme", "overrides": null}',
    after: '{"id": "acme", "overrides": { "openai": { "model": "gpt-4o" } }}',
  },
  {
    name: 'several lines in JSON',
    path: ['prompts', 'a'],
    value: 'one\n"two"\n',
    before: '{"id": "acme"}',
    after: '{"id": "acme", "prompts": { "a": "one\\n\\"two\\"\\n" }}',
  },
  {
    name: 'keys in quotes',
    path: ['overrides', 'openai', 'temperature'],
    value: 0.5,
    before: `${HEAD}"overrides":\n  "openai":\n    "model": "gpt-4o"\n`,
    after: `${HEAD}"overrides":\n  "openai":\n    "model": "gpt-4o"\n    "temperature": 0.5\n`,
  },
  {
    name: 'single quotes',
    before: `'id': 'acme'\n'overrides':\n  'openai':\n    'model': 'gpt-4'\n`,
    after: `'id': 'acme'\n'overrides':\n  'openai':\n    'model': 'gpt-4o'\n`,
  },
  {
    name: 'an apostrophe in single quotes',
    path: ['name'],
    value: "Acme's",
    before: `'id': 'acme'\n`,
    after: `'id': 'acme'\n'name': 'Acme''s'\n`,
  },
  {
    name: 'an escape beside single quotes',
    path: ['name'],
    value: 'a\tb',
    before: `'id': 'acme'\n`,
    after: `'id': 'acme'\n'name': "a\\tb"\n`,
  },
  {
    name: 'texts in quotes and keys without',
    before: 'id: "acme"\nplan: "growth"\n',
    after: 'id: "acme"\nplan: "growth"\noverrides:\n  openai:\n    model: "gpt-4o"\n',
  },
  {
    name: 'texts with and without quotes',
    before: 'id: acme\nplan: "growth"\n',
    after: 'id: acme\nplan: "growth"\noverrides:\n  openai:\n    model: gpt-4o\n',
  },
  {
    name: 'a list where a section belongs is left to the check',
    before: `${HEAD}overrides: [openai]\n`,
    after: `${HEAD}overrides: [openai]\n`,
  },
  { name: 'a file of comments is left to the check', before: '# nothing\n', after: '# nothing\n' },
]

describe('a file of JSON stays one', () => {
  const VALUES = ['Acme Ltd', 'yes', '012', 'a "b"\nc', "l'été", '{x}', '#', '', 0.5, 1e21, '\u2028\t']
  const FILES = [
    { id: 'acme' },
    { id: 'acme', name: null, overrides: {} },
    { id: 'acme', name: 'x', overrides: { openai: { temperature: 0 }, image: {} }, prompts: { a: { default: 'd\n' } } },
  ]
  const PATHS = [
    ['name'],
    MODEL,
    ['overrides', 'image', 'provider'],
    ['prompts', 'a', 'value'],
    ['prompts', 'b', 'default'],
    ['strategies', 's', 'name'],
  ]

  test.each([undefined, 1, 2, 4, '\t'].map((indent) => [indent]))('indented by %j', (indent) => {
    for (const file of FILES) {
      for (const path of PATHS) {
        for (const value of VALUES) {
          const before = JSON.stringify(file, null, indent)
          if (before.includes('\t')) continue
          const after = put(fileOf(before), path, value)
          expect(() => JSON.parse(after), after).not.toThrow()
          const read: unknown = path.reduce<unknown>((at, key) => Object(at)[key], JSON.parse(after))
          expect(read).toBe(value)
          const less = remove(fileOf(after), path)
          expect(() => JSON.parse(less), less).not.toThrow()
        }
      }
    }
  })
})

describe('set', () => {
  test.each(SET)('$name', ({ before, path = MODEL, value = 'gpt-4o', after }) => {
    expect(put(fileOf(before), path, value)).toBe(after)
    expect(put(fileOf(after), path, value)).toBe(after)
  })

  test('a record with lists is written with each of them on one line', () => {
    const record = { name: 'A', prompt_types: [], sections: ['Problem', 'yes', 'a, b'], active: false }
    const written = `strategies:
  a:
    name: A
    prompt_types: []
    sections: [Problem, "yes", "a, b"]
    active: false
`
    expect(put(fileOf(HEAD), ['strategies', 'a'], record)).toBe(HEAD + written)
    const sections = put(fileOf(HEAD + written), ['strategies', 'a', 'sections'], ['Proof'])
    expect(sections).toBe(HEAD + written.replace(/\[Problem.*\]/, '[Proof]'))
  })

  test.each([
    ['yes', '"yes"'],
    ['null', '"null"'],
    ['012', '"012"'],
    ['1.10', '"1.10"'],
    ['2026-01-31', '"2026-01-31"'],
    ['1_000', '"1_000"'],
    ['a: b', '"a: b"'],
    ['a #b', '"a #b"'],
    ['- a', '"- a"'],
    ['', '""'],
    [' a', '" a"'],
    ['a ', '"a "'],
    ['say "hi"', '"say \\"hi\\""'],
    ['runware:97@1', '"runware:97@1"'],
    ['1024x1024', '1024x1024'],
    ['4ever Young', '4ever Young'],
    ['a\tb', '"a\\tb"'],
    ['[a]', '"[a]"'],
  ])('the name %j is written %s', (value, written) => {
    expect(put(fileOf(HEAD), ['name'], value)).toBe(`${HEAD}name: ${written}\n`)
  })
})

/** Each takes `overrides.openai.model` away where it does not say otherwise. */
const UNSET: readonly Case[] = [
  {
    name: 'the last field takes all along',
    before: `${HEAD}overrides:\n  openai:\n    model: gpt-4 # old\nname: A\n`,
    after: `${HEAD}name: A\n`,
  },
  {
    name: 'the last field of a section',
    before: `${HEAD}overrides:\n  openai: { model: gpt-4 }\n  image: { provider: dalle }\n`,
    after: `${HEAD}overrides:\n  image: { provider: dalle }\n`,
  },
  {
    name: 'a field, and no comment but its own',
    before: `${HEAD}overrides:\n  openai:\n    # the model\n    model: gpt-4 # old\n    # the rest\n    temperature: 0\n`,
    after: `${HEAD}overrides:\n  openai:\n    # the model\n    # the rest\n    temperature: 0\n`,
  },
  {
    name: 'the first of a flow section',
    before: `${HEAD}overrides: { openai: { model: gpt-4, temperature: 0 } }\n`,
    after: `${HEAD}overrides: { openai: { temperature: 0 } }\n`,
  },
  {
    name: 'the last of a flow section',
    before: `${HEAD}overrides: { openai: { temperature: 0, model: gpt-4 } }\n`,
    after: `${HEAD}overrides: { openai: { temperature: 0 } }\n`,
  },
  {
    name: 'all of a flow section',
    before: `{ id: acme, overrides: { openai: { model: gpt-4 } }, plan: growth }\n`,
    after: `{ id: acme, plan: growth }\n`,
  },
  {
    name: 'a line of a flow section',
    before: `${HEAD}overrides:\n  openai: {\n    temperature: 0, # cold\n    model: gpt-4 # old\n  }\n`,
    after: `${HEAD}overrides:\n  openai: {\n    temperature: 0 # cold\n  }\n`,
  },
  {
    name: 'a line in the midst of a flow section',
    before: `${HEAD}overrides:\n  openai: {\n    model: gpt-4, # old\n    temperature: 0, # cold\n  }\n`,
    after: `${HEAD}overrides:\n  openai: {\n    temperature: 0, # cold\n  }\n`,
  },
  {
    name: 'behind a comment in a flow section',
    before: `${HEAD}overrides: { openai: { temperature: 0, # cold\n  model: gpt-4 } }\n`,
    after: `${HEAD}overrides: { openai: { temperature: 0, # cold\n   } }\n`,
  },
  {
    name: 'a null',
    before: `${HEAD}overrides:\n  openai:\n    model:\n    temperature: 0\n`,
    after: `${HEAD}overrides:\n  openai:\n    temperature: 0\n`,
  },
  {
    name: 'the end of a file without a line end',
    before: `${HEAD}overrides:\n  openai:\n    model: gpt-4`,
    after: 'id: acme\nplan: growth',
  },
  {
    name: 'Windows line ends, and none at the end',
    before: 'id: acme\r\nplan: growth\r\nname: A',
    path: ['name'],
    after: 'id: acme\r\nplan: growth',
  },
  {
    name: 'a name over several lines',
    before: `${HEAD}name: |\n  Acme\n\n  Ltd\nprompts: {}\n`,
    path: ['name'],
    after: `${HEAD}prompts: {}\n`,
  },
  {
    name: 'what is not there',
    before: `${HEAD}overrides: { openai: null }\n`,
    after: `${HEAD}overrides: { openai: null }\n`,
  },
]

describe('unset', () => {
  test.each(UNSET)('$name', ({ before, path = MODEL, after }) => {
    expect(remove(fileOf(before), path)).toBe(after)
    expect(remove(fileOf(after), path)).toBe(after)
  })

  test('what cannot be taken away without changing another meaning is refused', () => {
    const before = `${HEAD}name: |\n  Acme\noverrides:\n  openai:\n    model: gpt-4\n    # a comment that would become text\n`
    expect(() => remove(fileOf(before), MODEL)).toThrow('is written in a way that this edit would disturb')
  })
})
