import { describe, expect, test } from 'vitest'
import { type Layer, misfits, modelOf, takenBy, takes } from '../../src/domain/model-fit.ts'
import type { Value } from '../../src/domain/plain-data.ts'
import type { Model } from '../../src/domain/settings-types.ts'
import { type Parameter, linkVocabulary } from '../../src/domain/vocabulary.ts'

const VOCABULARY = linkVocabulary({
  kinds: { text: { section: { most: { type: 'integer', maximum: 9 } } } },
  providers: {
    one: {
      kind: 'text',
      parameters: {
        heat: { type: 'number', minimum: 0, maximum: 2 },
        size: { type: 'string', format: 'dimensions', listed: true },
        name: { type: 'string' },
      },
    },
  },
})
const model = (parameters: Model['parameters'] = {}): Model => ({ provider: 'one', kind: 'text', parameters })
const HEAT: Parameter = { type: 'number', minimum: 0, maximum: 2 }
const SIZE: Parameter = { type: 'string', format: 'dimensions', listed: true }

describe('what a model takes of a parameter', () => {
  test.each<[about: string, parameters: Model['parameters'], name: string, parameter: Parameter, taken: unknown]>([
    ['what the provider takes', {}, 'heat', HEAT, HEAT],
    ['a narrower bound', { heat: { maximum: 1 } }, 'heat', HEAT, { ...HEAT, maximum: 1 }],
    ['nothing, where it says so', { heat: false }, 'heat', HEAT, undefined],
    ['nothing of another name', { heat: false }, 'name', { type: 'string' }, { type: 'string' }],
    ['nothing that it does not list', {}, 'size', SIZE, undefined],
    ['nothing that it narrows without a list', { size: { minimum: 1 } }, 'size', SIZE, undefined],
    ['what it lists', { size: { enum: ['1x1'] } }, 'size', SIZE, { ...SIZE, enum: ['1x1'] }],
    ['nothing of what objects have', {}, 'constructor', SIZE, undefined],
  ])('%s', (_, parameters, name, parameter, taken) => {
    expect(takenBy(model(parameters), name, parameter)).toEqual(taken)
    expect(takes(model(parameters), name, parameter)).toBe(taken !== undefined)
  })
})

describe('values that contradict the model', () => {
  const found = (
    parameters: Model['parameters'],
    fields: Readonly<Record<string, Value>>,
    layer: Layer = 'account',
  ) => {
    const layered = Object.entries(fields).map(([name, value]) => [name, { value, layer }] as const)
    return misfits(VOCABULARY, 'one', 'text', model(parameters), new Map(layered))
  }

  test.each<[about: string, parameters: Model['parameters'], fields: Readonly<Record<string, Value>>, want: unknown[]]>(
    [
      ['none', {}, { heat: 1, name: 'a', most: 3 }, []],
      ['none at the bounds', {}, { heat: 0 }, []],
      ['none at the upper bound', {}, { heat: 2, most: 9 }, []],
      ['above', {}, { heat: 2.1 }, [{ field: 'heat', reason: 'above', allowed: [2] }]],
      ['below', {}, { heat: -0.1 }, [{ field: 'heat', reason: 'below', allowed: [0] }]],
      [
        'above what the model takes',
        { heat: { maximum: 1 } },
        { heat: 1.5 },
        [{ field: 'heat', reason: 'above', allowed: [1] }],
      ],
      ['above, in the section', {}, { most: 10 }, [{ field: 'most', reason: 'above', allowed: [9] }]],
      [
        'not in its list',
        { size: { enum: ['1x1', '2x2'] } },
        { size: '3x3' },
        [{ field: 'size', reason: 'choice', allowed: ['1x1', '2x2'] }],
      ],
      ['in its list', { size: { enum: ['1x1', '2x2'] } }, { size: '2x2' }, []],
      [
        'in its list, of another form',
        { size: { enum: ['big'] } },
        { size: 'big' },
        [{ field: 'size', reason: 'form', allowed: [] }],
      ],
      ['without a list', {}, { size: '1x1' }, [{ field: 'size', reason: 'unlisted', allowed: [] }]],
      [
        'that the model does not take',
        { heat: false },
        { heat: 1 },
        [{ field: 'heat', reason: 'unlisted', allowed: [] }],
      ],
      ['none in what is no parameter', {}, { other: 5, model: 'm', provider: 'p' }, []],
      ['none in a text where there are bounds for numbers', { name: { maximum: 1 } }, { name: 'z' }, []],
      [
        'several',
        {},
        { heat: 3, most: 10 },
        [
          { field: 'heat', reason: 'above', allowed: [2] },
          { field: 'most', reason: 'above', allowed: [9] },
        ],
      ],
    ],
  )('%s', (_, parameters, fields, want) => expect(found(parameters, fields)).toEqual(want))

  test.each<Layer>(['provider', 'function'])(
    'a default of the %s that the model does not take is no contradiction',
    (layer) => {
      expect(found({ heat: false }, { heat: 1, size: '1x1' }, layer)).toEqual([])
      expect(found({}, { heat: 3 }, layer)).toEqual([{ field: 'heat', reason: 'above', allowed: [2] }])
    },
  )

  test('a model of another provider or kind is the only one', () => {
    const fields = new Map([['heat', { value: 9, layer: 'account' as const }]])
    const of = (other: Partial<Model>): unknown => misfits(VOCABULARY, 'one', 'text', { ...model(), ...other }, fields)
    expect(of({ provider: 'two' })).toEqual([{ field: 'model', reason: 'provider', allowed: [] }])
    expect(of({ kind: 'image' })).toEqual([{ field: 'model', reason: 'kind', allowed: [] }])
  })
})

test('a model is found by a name that is its own', () => {
  const models = { m: model() }
  expect(modelOf(models, 'm')).toBe(models.m)
  for (const value of ['n', 'constructor', 5, true, undefined]) expect(modelOf(models, value)).toBeUndefined()
})
