import { type Dict, own } from '../domain/plain-data.ts'
import { takenBy } from '../domain/model-fit.ts'
import type { FunctionSpec, Globals } from '../domain/settings-types.ts'
import { blockFields, defaultFields, functionFields, sectionFields } from '../domain/vocabulary-fields.ts'
import { type Parameter, providersOf } from '../domain/vocabulary.ts'

/** What a configuration can be asked for: the names and the shape of each answer, for types in any language. */
export interface SettingsOutline {
  readonly functions: Dict<FunctionOutline>
  readonly prompts: Dict<readonly VariableOutline[]>
}

export interface FunctionOutline {
  readonly kind: string
  /** Those that may answer it. */
  readonly providers: readonly string[]
  readonly parameters: readonly ParameterOutline[]
}

interface ParameterOutline {
  readonly name: string
  readonly parameter: Parameter
  /** Whether every answer has it. */
  readonly isCertain: boolean
}

export interface VariableOutline {
  readonly name: string
  readonly isRequired: boolean
}

export function outlineOf(globals: Globals): SettingsOutline {
  return {
    functions: sorted(globals.functions, (spec) => functionOutline(globals, spec)),
    prompts: sorted(globals.prompts, ({ variables, placeholders }) => {
      if (placeholders === 'none') return []
      return Object.entries(variables).flatMap(([name, variable]) => {
        return variable === 'literal' ? [] : [{ name, isRequired: variable }]
      })
    }),
  }
}

function sorted<T, U>(record: Dict<T>, f: (value: T) => U): Dict<U> {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, value]) => [name, f(value)]))
}

function functionOutline(globals: Globals, spec: FunctionSpec): FunctionOutline {
  const { vocabulary } = globals
  const providers = providersOf(vocabulary, spec.kind).filter((name) => own(globals.providers, name) !== undefined)
  const names = new Set([
    ...providers.flatMap((name) => [...blockFields(vocabulary, name).keys()].filter((field) => field !== 'model')),
    ...sectionFields(vocabulary, spec.kind).keys(),
    ...functionFields(vocabulary, spec.kind).keys(),
  ])
  const parameters = [...names].flatMap((name): ParameterOutline[] => {
    const parameter = defaultFields(vocabulary, spec.kind).get(name)
    return parameter === undefined ? [] : [{ name, parameter, isCertain: isCertain(globals, spec, providers, name) }]
  })
  return { kind: spec.kind, providers, parameters }
}

/** Whether every answer has a parameter: each provider has a value for it, and each model of theirs takes it. */
function isCertain(globals: Globals, spec: FunctionSpec, providers: readonly string[], name: string): boolean {
  const { vocabulary } = globals
  const ofFunction = own(spec.defaults, name) !== undefined
  if (functionFields(vocabulary, spec.kind).has(name)) return ofFunction
  if (sectionFields(vocabulary, spec.kind).has(name)) {
    return ofFunction || own(own(globals.sections, spec.kind)?.fields, name) !== undefined
  }
  return providers.every((provider) => {
    const parameter = blockFields(vocabulary, provider).get(name)
    const isGiven = ofFunction || own(own(globals.providers, provider)?.fields, name) !== undefined
    if (parameter === undefined || !isGiven) return false
    const models = Object.values(globals.models).filter((model) => model.provider === provider)
    return models.every((model) => takenBy(model, name, parameter) !== undefined)
  })
}
