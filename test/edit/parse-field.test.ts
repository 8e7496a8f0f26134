import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { type Field, fieldOf, fieldsIn, valueOf } from '../../src/edit/parse-field.ts'

const field = (type: Field['type'], name = 'openai.x'): Field => ({ name, path: [], type })

describe('a value', () => {
  test.each<[Field['type'], string, string | number | boolean]>([
    ['string', '1', '1'],
    ['string', 'true', 'true'],
    ['string', '', ''],
    ['number', '0.5', 0.5],
    ['number', '.5', 0.5],
    ['number', '5.', 5],
    ['number', '-1', -1],
    ['number', '+1', 1],
    ['number', '1e3', 1000],
    ['number', '1E-10', 1e-10],
    ['number', '1e+12', 1e12],
    ['integer', '30', 30],
    ['integer', '0.5', 0.5],
    ['number', '1e999', '1e999'],
    ['number', '0x1f', '0x1f'],
    ['number', '1_000', '1_000'],
    ['number', 'one', 'one'],
    ['number', '1 ', '1 '],
    ['number', '', ''],
    ['number', '.', '.'],
    ['number', '1e', '1e'],
    ['number', 'a1', 'a1'],
    ['number', 'true', 'true'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', 'yes', 'yes'],
    ['boolean', '1', '1'],
  ])('of a field that is a %s: %j is %j', (type, value, want) => expect(valueOf(field(type), value)).toBe(want))

  test.each(['null', '~'])('%s is none', (value) => {
    expect(() => valueOf(field('string'), value)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'null is no value for openai.x',
        help: 'write `unset ACCOUNT... openai.x` to inherit it',
      }),
    )
    expect(valueOf(field('string', 'name'), value)).toBe(value)
  })
})

describe('a field', () => {
  test.each([
    ['openai.model', ['overrides', 'openai', 'model'], 'string'],
    ['overrides.openai.model', ['overrides', 'openai', 'model'], 'string'],
    ['text.provider', ['overrides', 'text', 'provider'], 'string'],
    ['image.max_in_article', ['overrides', 'image', 'max_in_article'], 'integer'],
    ['name', ['name'], 'string'],
  ])('%s', (name, path, type) => {
    expect(fieldOf(name, BUILT_IN)).toEqual({ name: name.replace('overrides.', ''), path, type })
  })

  test.each([
    ['openai.modell', /^did you mean "openai\.model"\?/],
    ['model', /the fields are name, text\.provider/],
    ['overrides.name', /the fields are/],
    ['plan', /^write `plan ACCOUNT\.\.\. PLAN`$/],
    ['prompts', /^write `prompt customize ACCOUNT\.\.\. TYPE`$/],
    ['id', /^an account keeps its id/],
    ['constructor', /the fields are/],
  ])('%s is none', (name, help) => {
    const error = (() => {
      try {
        return fieldOf(name, BUILT_IN)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({
      kind: 'usage',
      message: `there is no field "${name}"`,
      help: expect.stringMatching(help),
    })
  })

  test('each that is listed is found', () => {
    for (const one of fieldsIn(BUILT_IN)) expect(fieldOf(one.name, BUILT_IN)).toEqual(one)
  })
})
