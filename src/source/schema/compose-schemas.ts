import { COLLECTIONS } from '../../domain/settings-types.ts'
import {
  type Fields,
  blockFields,
  defaultFields,
  numericParameters,
  overridable,
  requiredOf,
  sectionFields,
  widestOf,
} from '../../domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, isNumeric, isSame, providersOf, DIMENSIONS } from '../../domain/vocabulary.ts'
import { BUILT_IN, OLDER_SPELLINGS } from '../../domain/built-in-vocabulary.ts'
import { own } from '../../domain/plain-data.ts'
import { oneOf } from '../../base/did-you-mean.ts'
import type { FileKind } from '../file-layout.ts'
import { frames } from './frames.ts'
import { mayOverride } from './validate-fields.ts'

/** A JSON Schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>

/**
 * Composes the JSON Schemas of a configuration, one per kind of file: the frames, closed by what the vocabulary
 * declares. Editors complete and check by them; the program itself checks by the vocabulary, which says the same.
 */
export function composeSchemas(vocabulary: Vocabulary): Readonly<Record<FileKind, Schema>> {
  return {
    ...frames,
    account: accountSchema(vocabulary),
    functions: functionsSchema(vocabulary),
    models: modelsSchema(vocabulary),
    plans: plansSchema(vocabulary),
    settings: settingsSchema(vocabulary),
  }
}

const INHERITS = 'null or missing: inherit.'

function accountSchema(vocabulary: Vocabulary): Schema {
  const { tsType: _, ...overrides } = frames.account.properties.overrides
  const sections = [...overridable(vocabulary)].map(([section, fields]): [string, Schema] => {
    const members = [...fields].map(([field, parameter]): [string, Schema] => {
      const about = describeField(vocabulary, section, field, parameter)
      return [field, { description: sentence(about, INHERITS), ...orNull(valueSchema(parameter)) }]
    })
    return [
      section,
      { description: sectionProse(vocabulary, section), ...orNull(mapping(Object.fromEntries(members))) },
    ]
  })
  return {
    ...frames.account,
    properties: {
      ...frames.account.properties,
      overrides: { ...overrides, ...orNull(mapping(Object.fromEntries(sections))) },
    },
  }
}

function sectionProse(vocabulary: Vocabulary, section: string): string {
  const kind = vocabulary.providers[section]?.kind
  return kind === undefined
    ? `What all ${section} functions share. ${INHERITS}`
    : `Used where the account's ${kind} provider is ${section}; checked even where it is not. ${INHERITS}`
}

function describeField(vocabulary: Vocabulary, section: string, field: string, { description }: Parameter): string {
  if (description !== undefined) return description
  if (field === 'model') return `A model of ${titleOf(vocabulary, section)}: an id from models.yaml.`
  if (field === 'provider') {
    return `Which provider answers ${section} functions: ${oneOf(providersOf(vocabulary, section), 64)}.`
  }
  return ''
}

function titleOf({ providers }: Vocabulary, name: string): string {
  return providers[name]?.title ?? name
}

function sentence(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

function settingsSchema(vocabulary: Vocabulary): Schema {
  const { tsType: _, ...frame } = frames.settings
  const kinds = Object.keys(vocabulary.kinds)
  const sections = kinds.map((kind): [string, Schema] => {
    const fields: Fields = new Map([['provider', { type: 'string' } as const], ...sectionFields(vocabulary, kind)])
    const required = ['provider', ...requiredOf(fields)]
    return [
      kind,
      { description: `What all ${kind} functions share.`, ...fieldsSchema(vocabulary, kind, fields, required) },
    ]
  })
  const blocks = Object.entries(vocabulary.providers).map(([name, { kind }]): [string, Schema] => {
    const fields = blockFields(vocabulary, name)
    const { properties, ...rest } = fieldsSchema(vocabulary, name, fields, ['api_key', 'model', ...requiredOf(fields)])
    const description = `${titleOf(vocabulary, name)}, for ${kind}. Defaults that every account inherits.`
    return [name, { description, ...rest, properties: { api_key: { $ref: '#/$defs/ApiKey' }, ...properties } }]
  })
  return {
    ...frame,
    properties: {
      ...Object.fromEntries(sections),
      providers: { ...frame.properties.providers, ...mapping(Object.fromEntries(blocks)) },
    },
    required: [...(isSame(vocabulary, BUILT_IN) ? kinds : []), 'providers'],
    additionalProperties: false,
  }
}

function fieldsSchema(
  vocabulary: Vocabulary,
  section: string,
  fields: Fields,
  required: readonly string[],
): { readonly properties: Schema } & Schema {
  const members = [...fields].map(([field, parameter]): [string, Schema] => {
    const description = sentence(describeField(vocabulary, section, field, parameter), 'Accounts may override it.')
    return [field, { description, ...valueSchema(parameter) }]
  })
  return { ...mapping(Object.fromEntries(members)), required }
}

function functionsSchema(vocabulary: Vocabulary): Schema {
  const { FunctionSpec: spec } = frames.functions.$defs
  const { tsType: _, ...defaults } = spec.properties.defaults
  const kinds = Object.keys(vocabulary.kinds)
  const byKind = kinds.map((kind) => {
    const fields = [...defaultFields(vocabulary, kind)].map(([field, parameter]): [string, Schema] => {
      const description = sentence(parameter.description ?? '', "Above settings.yaml, below an account's override.")
      return [field, { description, ...valueSchema(parameter) }]
    })
    const models = providersOf(vocabulary, kind).map((provider): [string, Schema] => {
      return [provider, { description: `The model where the provider is ${provider}.`, type: 'string' }]
    })
    const about = { description: 'A model for each provider, read for the provider that was resolved.' }
    const members = { ...Object.fromEntries(fields), models: { ...about, ...mapping(Object.fromEntries(models)) } }
    return {
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: { defaults: mapping(members) } },
    }
  })
  const properties = { ...spec.properties, kind: { ...spec.properties.kind, enum: kinds }, defaults }
  return { ...frames.functions, $defs: { FunctionSpec: { ...spec, properties, allOf: byKind } } }
}

function plansSchema(vocabulary: Vocabulary): Schema {
  const { Plan: plan, ...defs } = frames.plans.$defs
  const { tsType: _, ...limits } = plan.properties.limits
  const members = [...numericParameters(vocabulary)].map(([name, parameter]): [string, Schema] => {
    return [name, { description: `The highest \`${name}\` an account may write.`, ...valueSchema(parameter) }]
  })
  const sections = [...overridable(vocabulary).keys(), ...COLLECTIONS]
  const properties = {
    ...plan.properties,
    may_override: {
      ...plan.properties.may_override,
      items: { type: 'string', enum: mayOverride(vocabulary) },
      examples: [sections],
    },
    limits: { ...limits, ...mapping(Object.fromEntries(members)) },
  }
  return { ...frames.plans, $defs: { ...defs, Plan: { ...plan, properties } } }
}

function modelsSchema(vocabulary: Vocabulary): Schema {
  const { Model: model, ...defs } = frames.models.$defs
  const { provider, kind, parameters, ...others } = model.properties
  const { tsType: _, ...about } = parameters
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !isOlder(name)))
  const older = Object.entries(OLDER_SPELLINGS).flatMap(([name, { parameter, bound }]): [string, Schema][] => {
    const declared = widestOf(vocabulary, parameter, bound === 'maximum' ? 'number' : 'string')
    if (declared === undefined) return []
    const { enum: _, ...bounds } = declared
    const schema = bound === 'maximum' ? valueSchema(bounds) : { type: 'array', items: valueSchema(declared) }
    const { tsType: _type, ...prose } = { tsType: '', ...own<object>(others, name) }
    return [[name, { ...prose, ...schema }]]
  })
  const properties = {
    provider: { ...provider, examples: Object.keys(vocabulary.providers) },
    kind: { ...kind, enum: Object.keys(vocabulary.kinds) },
    parameters: { ...about, type: 'object' },
    ...Object.fromEntries(older),
    ...rest,
  }
  const byProvider = Object.keys(vocabulary.providers).map((name) => {
    const fields = [...blockFields(vocabulary, name)].filter(([field]) => field !== 'model')
    const members = fields.map(([field, parameter]): [string, Schema] => [field, narrowingSchema(parameter)])
    return {
      if: { properties: { provider: { const: name } }, required: ['provider'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: { parameters: mapping(Object.fromEntries(members)) } },
    }
  })
  return { ...frames.models, $defs: { ...defs, Model: { ...model, properties, allOf: byProvider } } }
}

function narrowingSchema(parameter: Parameter): Schema {
  const { enum: _, minimum: _least, maximum: _most, ...item } = parameter
  const bound = { type: parameter.type }
  const members = {
    ...(isNumeric(parameter.type) && { minimum: bound, maximum: bound }),
    enum: { type: 'array', items: valueSchema(item), minItems: 1 },
  }
  return { anyOf: [{ const: false }, mapping(members)] }
}

function isOlder(name: string): boolean {
  return Object.hasOwn(OLDER_SPELLINGS, name)
}

/** A closed mapping. */
function mapping(properties: Schema): { readonly properties: Schema } & Schema {
  return { type: 'object', properties, additionalProperties: false }
}

function valueSchema({ type, format, minimum, maximum, enum: values }: Parameter): Schema {
  return {
    type,
    ...(format !== undefined && { pattern: DIMENSIONS.source }),
    ...(values !== undefined && { enum: values }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }
}

/** Returns the same schema, which takes null as well. */
function orNull(schema: Schema): Schema {
  const { type } = schema
  const values: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  return { ...schema, type: [type, 'null'], ...(values.length > 0 && { enum: [...values, null] }) }
}
