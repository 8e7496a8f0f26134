import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { date } from '../../src/source/schema/date-format.ts'
import { overridable } from '../../src/domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, linkVocabulary } from '../../src/domain/vocabulary.ts'
import type { FileKind } from '../../src/source/file-layout.ts'
import { parseText } from '../../src/source/parse/parse-file.ts'
import { composeSchemas } from '../../src/source/schema/compose-schemas.ts'
import { validate } from '../../src/source/schema/validate-file.ts'
import { SLOW, runs, settle } from './seed.ts'
import { anyVocabulary, valuesOf } from './vocabularies.ts'

beforeAll(settle)

/**
 * The program checks by the vocabulary, an editor by the composed schemas: two implementations of one promise. Only of a
 * model do the schemas say less, since none can compare a bound with that of the model's own provider.
 */
test(
  'what the program takes, the composed schemas take, and the other way round',
  () => {
    let [taken, refused] = [0, 0]
    fc.assert(
      fc.property(anyVocabulary, fc.infiniteStream(fc.nat({ max: 0x7fffffff })), (file, numbers) => {
        const vocabulary = linkVocabulary(file)
        const schemas = composeSchemas(vocabulary)
        const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false })
        ajv.addFormat('date', date)
        const draw = (below: number): number => Number(numbers.next().value) % below
        for (const kind of ['account', 'settings', 'functions', 'plans', 'models'] as const) {
          const check = ajv.compile(schemas[kind])
          for (let i = 0; i < 6; i++) {
            const value = MAKE[kind](vocabulary, draw)
            const isTaken = takes(kind, value, vocabulary)
            if (isTaken) taken++
            else refused++
            if (kind === 'models' && !isTaken) continue
            expect(check(value), JSON.stringify({ file, value, errors: check.errors })).toBe(isTaken)
          }
        }
      }),
      runs(60),
    )
    // Both sides have to be met.
    expect(taken).toBeGreaterThan(200)
    expect(refused).toBeGreaterThan(200)
  },
  SLOW,
)

function takes(kind: FileKind, value: unknown, vocabulary: Vocabulary): boolean {
  const file = parseText(`${kind}.yaml`, kind, stringify(value))
  const { root } = file
  return root !== undefined && validate({ ...file, root }, vocabulary).violations.length === 0
}

type Draw = (below: number) => number
type Make = (vocabulary: Vocabulary, draw: Draw) => object

function pick<T>(all: readonly T[], draw: Draw): T | undefined {
  return all[draw(Math.max(1, all.length))]
}

/** Mostly right values, and now and then one of another type, a null or a name that nothing declares. */
function fieldsFor(fields: ReadonlyMap<string, Parameter>, draw: Draw): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [name, parameter] of fields) {
    if (draw(3) === 0) continue
    const odd = draw(30)
    const [first] = parameter.enum ?? []
    const fitting = valuesOf(parameter).filter((value) => {
      if (parameter.enum !== undefined) return parameter.enum.includes(value)
      if (typeof value !== 'number') return true
      return value >= (parameter.minimum ?? -Infinity) && value <= (parameter.maximum ?? Infinity)
    })
    if (odd === 0) made[name] = null
    else if (odd === 1) made[name] = { a: 1 }
    else made[name] = odd < 5 ? pick(valuesOf(parameter), draw) : (pick(fitting, draw) ?? first ?? null)
  }
  if (draw(12) === 0) made['unheard_of'] = 1
  return made
}

const MAKE: Readonly<Record<'account' | 'settings' | 'functions' | 'plans' | 'models', Make>> = {
  account(vocabulary, draw) {
    const sections = [...overridable(vocabulary)].flatMap(([section, fields]): [string, unknown][] => {
      if (draw(3) === 0) return []
      return [[section, draw(9) === 0 ? null : fieldsFor(fields, draw)]]
    })
    return { id: 'acme', plan: 'scale', overrides: draw(12) === 0 ? null : Object.fromEntries(sections) }
  },
  settings(vocabulary, draw) {
    const sections = Object.entries(vocabulary.kinds).map(([kind, { section }]) => {
      return [kind, { provider: 'p', ...required(section), ...fieldsFor(new Map(section), draw) }]
    })
    const blocks = Object.entries(vocabulary.providers).map(([name, { parameters }]) => {
      const own = { api_key: { secret: draw(20) === 0 ? 'key' : 'ONE_API_KEY' }, model: 'm' }
      return [name, { ...own, ...required(parameters), ...fieldsFor(new Map(parameters), draw) }]
    })
    return { ...Object.fromEntries(sections), providers: Object.fromEntries(blocks) }
  },
  functions(vocabulary, draw) {
    const kind = draw(12) === 0 ? 'none' : pick(Object.keys(vocabulary.kinds), draw)
    const provider = Object.keys(vocabulary.providers).find((name) => vocabulary.providers[name]?.kind === kind)
    const all = Object.values(vocabulary.providers).flatMap((one) => (one.kind === kind ? one.parameters : []))
    const declared = vocabulary.kinds[kind ?? '']
    const fields = new Map([...all, ...(declared?.section ?? []), ...(declared?.function ?? [])])
    const models = provider === undefined ? {} : { models: { [provider]: 'm' } }
    return { functions: { f: { kind, prompts: [], defaults: { ...fieldsFor(fields, draw), ...models } } } }
  },
  plans(vocabulary, draw) {
    const items = [...overridable(vocabulary)].flatMap(([section, fields]) => [
      section,
      ...[...fields.keys()].map((field) => `${section}.${field}`),
    ])
    const all = Object.values(vocabulary.providers).flatMap(({ parameters }) => parameters)
    const numeric = all.filter(([, { type }]) => type === 'number' || type === 'integer' || draw(20) === 0)
    const chosen = items.filter(() => draw(3) === 0).concat(draw(9) === 0 ? ['nothing'] : [])
    return {
      plans: { free: { title: 'F', may_override: [...new Set(chosen)], limits: fieldsFor(new Map(numeric), draw) } },
    }
  },
  models(vocabulary, draw) {
    const provider = pick(Object.keys(vocabulary.providers), draw) ?? ''
    const own = vocabulary.providers[provider]
    const parameters = (own?.parameters ?? []).map(([name, parameter]) => {
      const [values, i] = [valuesOf(parameter), draw(6)]
      if (i === 0) return [name, false]
      return [name, i < 4 ? { enum: values.filter(() => draw(2) === 0) } : { maximum: pick(values, draw) }]
    })
    return { models: { m: { provider, kind: own?.kind, parameters: Object.fromEntries(parameters) } } }
  },
}

function required(parameters: Vocabulary['providers'][string]['parameters']): Record<string, unknown> {
  return Object.fromEntries(
    parameters.flatMap(([name, parameter]) => {
      return parameter.required === true
        ? [[name, parameter.enum?.[0] ?? parameter.minimum ?? valuesOf(parameter)[2] ?? true]]
        : []
    }),
  )
}
