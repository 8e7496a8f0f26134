import { blockFields, sectionFields } from '../../domain/vocabulary-fields.ts'
import { type Vocabulary, isKind, isProvider } from '../../domain/vocabulary.ts'
import type { Parameter } from '../../domain/vocabulary.ts'
import type { Value } from '../../domain/plain-data.ts'
import type { WritableMap } from '../../edit/text/entry-form.ts'
import { convertValue } from '../convert-value.ts'
import { type Columns, isEmpty, noteStrangers } from '../rows/dump-index.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import { pathKey } from '../../edit/text/emit-yaml.ts'
import type { BuildContext, FileDraft } from './build-context.ts'

/** A secret that settings.yaml names, and whether the database had a value for it. */
export interface SecretState {
  readonly name: string
  readonly state: 'present' | 'empty'
}

export interface BuiltSettings {
  readonly draft: FileDraft | undefined
  readonly secrets: readonly SecretState[]
}

/** Makes settings.yaml of the one row of global settings. */
export function buildSettings(records: readonly DumpRecord[], context: BuildContext): BuiltSettings {
  if (records.length > 1) {
    for (const record of records) {
      record.refuse(
        `there are ${records.length} rows of global settings`,
        'take the ones that do not count out of the dump',
      )
    }
  }
  const [record] = records
  if (record === undefined || record.refused !== undefined) return { draft: undefined, secrets: [] }
  const { map } = record
  if (map?.becomes !== 'settings') return { draft: undefined, secrets: [] }
  const columns = context.columnsOf(record)
  noteStrangers(record, map, columns)
  const settings = new SettingsInMaking(record, context.vocabulary)
  for (const [column, path] of Object.entries(map.fields)) settings.put(column, path, columns)
  const { tree, owners } = settings.finished()
  record.file = 'settings.yaml'
  return { draft: { path: 'settings.yaml', tree, owners }, secrets: settings.secrets() }
}

class SettingsInMaking {
  private readonly record: DumpRecord
  private readonly vocabulary: Vocabulary
  private readonly sections = new Map<string, Map<string, Value>>()
  private readonly providers = new Map<string, Map<string, Value>>()
  private readonly keys = new Map<string, SecretState>()

  constructor(record: DumpRecord, vocabulary: Vocabulary) {
    this.record = record
    this.vocabulary = vocabulary
  }

  put(column: string, path: string, columns: Columns): void {
    const { record } = this
    const value = columns[column]
    const place = placeIn(path, this.vocabulary)
    if (place === undefined) {
      if (!isEmpty(value)) record.change(`${column}: no vocabulary has ${path}`)
      return
    }
    if (place.is === 'key') {
      const state = isEmpty(value) ? 'empty' : 'present'
      this.keys.set(place.provider, { name: secretOf(place.provider), state })
      return
    }
    const converted = convertValue(value, place.parameter)
    if (converted === undefined) return
    if ('wrong' in converted) {
      record.refuse(`${column} ${converted.wrong}`, `write it as ${path} takes it`)
      return
    }
    if (converted.note !== undefined) record.change(`${column} ${converted.note}`)
    const group = place.is === 'section' ? this.sections : this.providers
    const fields = group.get(place.name) ?? new Map<string, Value>()
    group.set(place.name, fields.set(place.field, converted.value))
  }

  /** Providers without a model are left out: nothing can be called there. */
  finished(): Pick<FileDraft, 'tree' | 'owners'> {
    const { record, vocabulary } = this
    const providers = Object.keys(vocabulary.providers).flatMap((name): (readonly [string, WritableMap])[] => {
      const fields = this.providers.get(name)
      if (fields === undefined) return []
      if (!fields.has('model')) {
        record.change(`${name} has no model, and is left out`)
        return []
      }
      const ordered = [...blockFields(vocabulary, name).keys()].flatMap((field) => entryOf(fields, field))
      return [[name, { api_key: { secret: secretOf(name) }, ...Object.fromEntries(ordered) }]]
    })
    const sections = Object.keys(vocabulary.kinds).flatMap((kind): (readonly [string, WritableMap])[] => {
      const fields = this.sections.get(kind)
      const order = ['provider', ...sectionFields(vocabulary, kind).keys()]
      return fields === undefined ? [] : [[kind, Object.fromEntries(order.flatMap((field) => entryOf(fields, field)))]]
    })
    const tree = { ...Object.fromEntries(sections), providers: Object.fromEntries(providers) }
    return { tree, owners: new Map(Object.keys(tree).map((key) => [pathKey([key]), record])) }
  }

  secrets(): SecretState[] {
    return [...this.keys.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** Returns the name of the secret that holds a provider's key. */
function secretOf(provider: string): string {
  return `${provider.toUpperCase()}_API_KEY`
}

function entryOf(fields: ReadonlyMap<string, Value>, field: string): (readonly [string, Value])[] {
  const value = fields.get(field)
  return value === undefined ? [] : [[field, value]]
}

type PlaceOfField =
  | { readonly is: 'key'; readonly provider: string }
  | {
      readonly is: 'section' | 'block'
      readonly name: string
      readonly field: string
      readonly parameter: Parameter
    }

/** Returns every path that a column may become. */
export function settingsPaths(vocabulary: Vocabulary): string[] {
  const ofKinds = Object.keys(vocabulary.kinds).flatMap((kind) => {
    return ['provider', ...sectionFields(vocabulary, kind).keys()].map((field) => `${kind}.${field}`)
  })
  const ofProviders = Object.keys(vocabulary.providers).flatMap((name) => {
    return ['api_key', ...blockFields(vocabulary, name).keys()].map((field) => `providers.${name}.${field}`)
  })
  return [...ofKinds, ...ofProviders]
}

/** Returns what a path of settings.yaml is: `text.provider`, `providers.openai.model`, `providers.openai.api_key`. */
function placeIn(path: string, vocabulary: Vocabulary): PlaceOfField | undefined {
  const [first = '', second = '', third, ...more] = path.split('.')
  if (more.length > 0) return undefined
  if (first === 'providers' && third !== undefined) {
    if (!isProvider(vocabulary, second)) return undefined
    if (third === 'api_key') return { is: 'key', provider: second }
    const parameter = blockFields(vocabulary, second).get(third)
    return parameter && { is: 'block', name: second, field: third, parameter }
  }
  if (third !== undefined || !isKind(vocabulary, first)) return undefined
  const parameter = second === 'provider' ? NAME : sectionFields(vocabulary, first).get(second)
  return parameter && { is: 'section', name: first, field: second, parameter }
}

const NAME: Parameter = { type: 'string' }
