import { expect, test } from 'vitest'
import { emitYaml, ownerAt, pathKey } from '../../../src/edit/text/emit-yaml.ts'
import { plain } from '../../../src/source/source-nodes.ts'
import { fileOf } from './support.ts'

const TREE = {
  id: 'acme',
  'a, b': 'yes',
  overrides: { openai: { model: 'gpt-4', temperature: 0, 'max tokens': 10 }, image: {} },
  prompts: { ideas: { customized: true, value: 'One\n\n  Two\n', default: 'One' } },
  sections: ['One', 'a, b', ''],
  none: [],
  last: '  begins with spaces\nand ends\n\n',
}

const TEXT = `id: acme
a, b: "yes"
overrides:
  openai:
    model: gpt-4
    temperature: 0
    max tokens: 10
  image: {}
prompts:
  ideas:
    customized: true
    value: |
      One

        Two
    default: One
sections: [One, "a, b", ""]
none: []
last: |2+
    begins with spaces
  and ends

`

test('a tree is one entry a line, with texts of several lines as blocks', () => {
  const { text } = emitYaml(TREE)
  expect(text).toBe(TEXT)
  const { root, problems } = fileOf(text)
  expect(problems).toEqual([])
  expect(root && plain(root)).toEqual(TREE)
})

test('the line of each entry is told by its path', () => {
  const { lines, text } = emitYaml(TREE)
  const at = Object.fromEntries([...lines].map(([path, line]) => [path.split('\0').join('.'), line]))
  expect(at).toEqual({
    id: 1,
    'a, b': 2,
    overrides: 3,
    'overrides.openai': 4,
    'overrides.openai.model': 5,
    'overrides.openai.temperature': 6,
    'overrides.openai.max tokens': 7,
    'overrides.image': 8,
    prompts: 9,
    'prompts.ideas': 10,
    'prompts.ideas.customized': 11,
    'prompts.ideas.value': 12,
    'prompts.ideas.default': 16,
    sections: 17,
    none: 18,
    last: 19,
  })
  expect(text.split('\n')[15]).toBe('    default: One')
})

test('a line is owned by the entry on it, or the nearest one around it that has an owner', () => {
  const file = emitYaml(TREE)
  const owners = new Map([
    [pathKey(['id']), 'the id'],
    [pathKey(['overrides']), 'the overrides'],
    [pathKey(['overrides', 'openai', 'model']), 'the model'],
    [pathKey(['prompts', 'ideas', 'value']), 'the text'],
  ])
  const owned = Array.from({ length: 20 }, (_, i) => ownerAt(file, owners, i + 1))
  expect(owned).toEqual([
    'the id',
    // Nobody's: what the file begins with.
    'the id',
    'the overrides',
    'the overrides',
    'the model',
    'the overrides',
    'the overrides',
    'the overrides',
    'the id',
    'the id',
    'the id',
    ...Array(4).fill('the text'),
    'the id',
    'the id',
    'the id',
    'the id',
    'the id',
  ])
  expect(ownerAt(file, new Map(), 1)).toBeUndefined()
  expect(ownerAt(file, owners, 0)).toBe('the id')
})
