import { describe, expect, test } from 'vitest'
import { linkVocabulary } from '../../src/domain/vocabulary.ts'
import {
  answerFields,
  blockFields,
  defaultFields,
  functionFields,
  numericParameters,
  overridable,
  parameterNames,
  parameterOf,
  requiredOf,
  sectionFields,
  widestOf,
} from '../../src/domain/vocabulary-fields.ts'

const VOCABULARY = linkVocabulary({
  kinds: {
    text: {
      section: { tone: { type: 'string', enum: ['dry', 'warm'] } },
      function: { format: { type: 'string', enum: ['json'] }, seed: { type: 'integer' } },
    },
    image: { section: { most: { type: 'integer', minimum: 0, required: true } } },
    empty: {},
  },
  providers: {
    one: {
      kind: 'text',
      parameters: {
        temperature: { type: 'number', minimum: 0, maximum: 1, unit: 'none', description: 'Heat' },
        size: { type: 'integer', minimum: 5, required: true },
        stop: { type: 'string', format: 'dimensions' },
      },
    },
    two: {
      kind: 'text',
      parameters: {
        temperature: { type: 'number', minimum: -1, maximum: 2 },
        size: { type: 'number', minimum: 1, maximum: 9, listed: true },
        stop: { type: 'string' },
        tone: { type: 'string', enum: ['warm', 'cold'] },
      },
    },
    three: { kind: 'image', parameters: { size: { type: 'string', format: 'dimensions', listed: true } } },
    bare: { kind: 'image' },
  },
})

const names = (fields: ReadonlyMap<string, unknown>): string[] => [...fields.keys()]

test('the fields of a provider’s block begin with the model', () => {
  expect(names(blockFields(VOCABULARY, 'one'))).toEqual(['model', 'temperature', 'size', 'stop'])
  expect(names(blockFields(VOCABULARY, 'bare'))).toEqual(['model'])
  expect(blockFields(VOCABULARY, 'one').get('model')).toEqual({ type: 'string' })
  expect(names(blockFields(VOCABULARY, 'text'))).toEqual([])
})

test('the fields of a kind are those of its section, and those of its functions', () => {
  expect(names(sectionFields(VOCABULARY, 'text'))).toEqual(['tone'])
  expect(names(functionFields(VOCABULARY, 'text'))).toEqual(['format', 'seed'])
  for (const of of [sectionFields, functionFields, defaultFields]) {
    expect(names(of(VOCABULARY, 'empty'))).toEqual([])
    expect(names(of(VOCABULARY, 'one'))).toEqual([])
  }
})

test('what an account may override is each kind, and then each provider', () => {
  expect([...overridable(VOCABULARY)].map(([section, fields]) => `${section}: ${names(fields).join(' ')}`)).toEqual([
    'text: provider tone',
    'image: provider most',
    'empty: provider',
    'one: model temperature size stop',
    'two: model temperature size stop tone',
    'three: model size',
    'bare: model',
  ])
})

describe('a default of a function', () => {
  const fields = defaultFields(VOCABULARY, 'text')

  test('is of any provider of the kind, its section, or its functions', () => {
    expect(names(fields)).toEqual(['temperature', 'size', 'stop', 'tone', 'format', 'seed'])
    expect(names(defaultFields(VOCABULARY, 'image'))).toEqual(['size', 'most'])
  })

  test('takes whatever any declaration takes', () => {
    expect(Object.fromEntries(fields)).toEqual({
      temperature: { type: 'number', minimum: -1, maximum: 2, unit: 'none', description: 'Heat' },
      size: { type: 'number', minimum: 1, listed: true },
      stop: { type: 'string' },
      tone: { type: 'string', enum: ['warm', 'cold', 'dry'] },
      format: { type: 'string', enum: ['json'] },
      seed: { type: 'integer' },
    })
  })
})

test('a name that has several types is as wide as those of one type', () => {
  expect(widestOf(VOCABULARY, 'size', 'number')).toEqual({ type: 'number', minimum: 1, listed: true })
  expect(widestOf(VOCABULARY, 'size', 'integer')).toEqual(widestOf(VOCABULARY, 'size', 'number'))
  expect(widestOf(VOCABULARY, 'size', 'string')).toEqual({ type: 'string', format: 'dimensions', listed: true })
  expect(widestOf(VOCABULARY, 'size', 'boolean')).toBeUndefined()
  expect(widestOf(VOCABULARY, 'nothing', 'number')).toBeUndefined()
})

test('the names of all parameters, and those that are numbers somewhere', () => {
  const all = ['temperature', 'size', 'stop', 'tone', 'format', 'seed', 'most']
  expect([...parameterNames(VOCABULARY)]).toEqual(all)
  expect(names(numericParameters(VOCABULARY))).toEqual(['temperature', 'size', 'seed', 'most'])
  expect(numericParameters(VOCABULARY).get('most')).toEqual({ type: 'integer', minimum: 0, required: true })
})

test('what settings have to give is what is required', () => {
  expect(requiredOf(blockFields(VOCABULARY, 'one'))).toEqual(['size'])
  expect(requiredOf(sectionFields(VOCABULARY, 'image'))).toEqual(['most'])
  expect(requiredOf(sectionFields(VOCABULARY, 'text'))).toEqual([])
})

test.each([
  ['one', 'size', { type: 'integer', minimum: 5, required: true }],
  ['one', 'tone', { type: 'string', enum: ['dry', 'warm'] }],
  // A provider's own comes before its kind's.
  ['two', 'tone', { type: 'string', enum: ['warm', 'cold'] }],
  ['one', 'format', { type: 'string', enum: ['json'] }],
  ['three', 'most', { type: 'integer', minimum: 0, required: true }],
  ['three', 'tone', undefined],
  ['one', 'most', undefined],
  ['nobody', 'tone', undefined],
])('of %s, %s is %j', (provider, field, parameter) => {
  expect(parameterOf(VOCABULARY, provider, field)).toEqual(parameter)
})

describe('the fields of an answer', () => {
  const told = (provider: string, kind: string): string[] =>
    answerFields(VOCABULARY, provider, kind).map(
      ({ name, from, parameter }) => `${from} ${name} ${parameter?.type ?? ''}`,
    )

  test('are the block’s, the section’s, and those of functions alone', () => {
    expect(told('one', 'text')).toEqual([
      'block model ',
      'block temperature number',
      'block size integer',
      'block stop string',
      'section tone string',
      'function format string',
      'function seed integer',
    ])
    expect(told('three', 'image')).toEqual(['block model ', 'block size string', 'section most integer'])
    expect(told('one', 'image')).toEqual([
      'block model ',
      'block temperature number',
      'block size integer',
      'block stop string',
      'section most ',
    ])
  })

  test('are determined once for each provider and kind', () => {
    const once = answerFields(VOCABULARY, 'one', 'text')
    expect(answerFields(VOCABULARY, 'one', 'text')).toBe(once)
    expect(answerFields(VOCABULARY, 'one', 'image')).not.toBe(once)
    expect(answerFields(VOCABULARY, 'two', 'text')).not.toBe(once)
    expect(answerFields(linkVocabulary({ kinds: {}, providers: {} }), 'one', 'text')).toEqual([])
  })
})
