import { describe, expect, it } from 'vitest'
import { storeGlobals } from '../../src/check/to-store-form.ts'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { linkVocabulary } from '../../src/domain/vocabulary.ts'
import { readGlobals, writeGlobals } from '../../src/store/format/content-root.ts'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { GLOBALS } from '../sdk/store.ts'

function stored(globals = GLOBALS): Record<string, unknown> {
  return JSON.parse(writeGlobals(storeGlobals(globals, 'production', '').stored))
}

const read = (value: object): unknown => readGlobals(Buffer.from(JSON.stringify(value)))

describe('the vocabulary in a store', () => {
  it('comes back as it was declared, in the order of the declarations', () => {
    const { vocabulary } = readGlobals(Buffer.from(writeGlobals(storeGlobals(GLOBALS, 'production', '').stored)))
    expect(vocabulary).toEqual(BUILT_IN)
    const parameters = { zeta: { type: 'boolean' }, alpha: { type: 'integer', unit: 'tokens', enum: [1, 2] } } as const
    const other = linkVocabulary({ kinds: { text: {} }, providers: { one: { kind: 'text', parameters } } })
    const globals = { ...GLOBALS, vocabulary: other, sections: {}, providers: {}, models: {}, functions: {} }
    expect(read(stored(globals))).toMatchObject({ vocabulary: other })
  })

  it.each([
    ['none', { vocabulary: undefined }],
    [
      'a function of a kind that it does not know',
      { functions: { f: { kind: 'speech', prompts: [], defaults: {}, models: {} } } },
    ],
    ['a model of such a kind', { models: { m: { provider: 'openai', kind: 'speech', parameters: {} } } }],
    [
      'a bound of a model that is no number',
      { models: { m: { provider: 'openai', kind: 'text', parameters: { max_tokens: { maximum: 'many' } } } } },
    ],
    [
      'a model that takes a parameter for true',
      { models: { m: { provider: 'openai', kind: 'text', parameters: { max_tokens: true } } } },
    ],
    ['a provider that it does not know', { providers: { mistral: { secret: 'A_API_KEY', fields: {} } } }],
    [
      'a provider of a kind that nothing declares',
      { vocabulary: { kinds: {}, providers: { a: { kind: 'text', parameters: [] } } } },
    ],
    [
      'a parameter of no type',
      { vocabulary: { kinds: { text: { section: [['n', {}]], function: [] } }, providers: {} } },
    ],
    [
      'a parameter that is no pair',
      { vocabulary: { kinds: { text: { section: [['n']], function: [] } }, providers: {} } },
    ],
  ])('is damage with %s', (_, over) => {
    expect(() => read({ ...stored(), ...over })).toThrow(Malformed)
  })
})
