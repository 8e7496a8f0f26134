import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { credentialIn } from '../../credentials/index.ts'
import { isEndpointName, isKeyName } from '../../credentials/patterns/sensitive-names.ts'
import { type Value, own } from '../../domain/plain-data.ts'
import { overridable } from '../../domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, kindOf } from '../../domain/vocabulary.ts'
import { convertValue } from '../convert-value.ts'
import { type Columns, isColumns, isEmpty, noteStrangers, textOf } from '../rows/dump-index.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import type { OverridesMap } from '../mapping/import-map.ts'
import type { ResolvedAccount } from '../resolve-accounts.ts'
import { type AccountContext, INACTIVE, isInactive, refuseIfFree } from './build-context.ts'
import { parsed } from './build-records.ts'

/** What a map writes for a type of rows that are dropped. */
export const NOTHING = 'nothing'

/** One field of an account: its section, its name, and its value. */
type OverrideField = readonly [section: string, field: string, value: Value]

/** What one row of integration settings sets, in the section that it is about and in that of its kind. */
export interface RowOverrides {
  readonly section: string
  readonly fields: readonly OverrideField[]
}

/**
 * Reads what one row of integration settings sets; undefined where it is refused, or sets nothing.
 *
 * @param taken the sections that rows before have taken
 */
export function overridesIn(
  record: DumpRecord,
  account: ResolvedAccount,
  context: AccountContext,
  taken: Map<string, DumpRecord>,
): RowOverrides | undefined {
  const { map } = record
  if (map?.becomes !== 'overrides') return undefined
  const columns = context.columnsOf(record)
  if (isInactive(record, columns)) {
    record.drop(INACTIVE)
    return undefined
  }
  const type = textOf(columns[map.type])
  const section = own(map.types, type) ?? type
  if (record.refused !== undefined) {
    // The next one of its type does not take its place.
    if (!taken.has(section)) taken.set(section, record)
    return undefined
  }
  if (section === NOTHING) {
    record.drop('the map says that its type becomes nothing')
    return undefined
  }
  if (!overridable(context.vocabulary).has(section)) {
    const known = Object.keys(context.vocabulary.providers)
    const what = credentialIn(type) === undefined && type !== '' ? `"${type.slice(0, 60)}"` : 'its type'
    const map = 'a map (--map) can give it another name, or drop its rows: `types: { TYPE: nothing }`'
    record.refuse(`${what} is no provider`, `${didYouMean(type, known)}the providers are ${oneOf(known)}; ${map}`)
    return undefined
  }
  const config = configOf(columns, map)
  if (config === undefined) {
    record.refuse(`its ${map.config ?? 'config'} is no JSON object`, 'correct it in the database')
    return undefined
  }
  const first = taken.get(section)
  if (first !== undefined) {
    record.refuse(`${first.title} is this account's ${section} already`, 'keep the one that counts in the database')
    return undefined
  }
  taken.set(section, record)
  noteStrangers(record, map, columns)
  const fields = fieldsIn(config, section, record, map, context.vocabulary)
  if (record.refused !== undefined) return undefined
  if (fields.length === 0) record.drop('it sets nothing: every field is inherited')
  else if (!refuseIfFree(record, account)) return { section, fields }
  return undefined
}

/** A field may be in the object and in a column of its own: whichever has a value counts, and both are compared. */
function configOf(
  columns: Columns,
  map: OverridesMap,
): readonly (readonly [name: string, value: unknown])[] | undefined {
  const written = map.config === undefined ? undefined : columns[map.config]
  const value: unknown = typeof written === 'string' && written.trim() !== '' ? parsed(written) : written
  if (!isEmpty(written) && !isColumns(value)) return undefined
  const ofColumns = Object.entries(map.fields ?? {}).map(([column, field]) => [field, columns[column]] as const)
  return [...Object.entries(isColumns(value) ? value : {}), ...ofColumns]
}

/** What a config has that no account may have. */
interface Strangers {
  readonly keys: string[]
  readonly endpoints: string[]
  readonly unknown: string[]
  readonly wrong: string[]
}

function fieldsIn(
  config: readonly (readonly [name: string, value: unknown])[],
  section: string,
  record: DumpRecord,
  map: OverridesMap,
  vocabulary: Vocabulary,
): OverrideField[] {
  const found = new Map<string, OverrideField>()
  const strangers: Strangers = { keys: [], endpoints: [], unknown: [], wrong: [] }
  for (const [name, value] of config) {
    const place = placeOf(name, section, map, vocabulary)
    if (place === undefined) {
      if (!isEmpty(value)) classify(name, strangers)
      continue
    }
    if (typeof value === 'string' && credentialIn(value) !== undefined) {
      strangers.keys.push(name)
      continue
    }
    const converted = convertValue(value, place.parameter)
    if (converted === undefined) continue
    if ('wrong' in converted) {
      strangers.wrong.push(`${name} ${converted.wrong}`)
      continue
    }
    const at = `${place.section}.${place.field}`
    const other = found.get(at)
    if (other !== undefined && other[2] !== converted.value)
      strangers.wrong.push(`${place.field} is there twice, with different values`)
    if (place.field !== name) record.change(`${name} became ${at}`)
    if (converted.note !== undefined) record.change(`${name} ${converted.note}`)
    found.set(at, [place.section, place.field, converted.value])
  }
  refuseStrangers(record, strangers, [...(overridable(vocabulary).get(section)?.keys() ?? [])])
  return [...found.values()]
}

function classify(name: string, { keys, endpoints, unknown }: Strangers): void {
  if (isKeyName(name) || credentialIn(name) !== undefined) keys.push(name)
  else if (isEndpointName(name)) endpoints.push(name)
  else unknown.push(name)
}

function refuseStrangers(
  record: DumpRecord,
  { keys, endpoints, unknown, wrong }: Strangers,
  known: readonly string[],
): void {
  const reasons = [
    ...(keys.length > 0 ? [`it has a credential of its own (${namesOf(keys)})`] : []),
    ...(endpoints.length > 0 ? [`it would send the platform's key elsewhere (${namesOf(endpoints)})`] : []),
    ...(unknown.length > 0 ? [`unknown: ${namesOf(unknown)}`] : []),
    ...wrong,
  ]
  const [name] = unknown
  const help =
    keys.length > 0
      ? 'revoke the credential, and delete it from the row: every account uses the platform’s keys'
      : endpoints.length > 0
        ? 'delete it from the row: where the platform’s key goes is for the platform to say'
        : name === undefined
          ? 'correct it in the database'
          : `${didYouMean(name, known)}say in a map (--map) what it is (\`aliases\`), or delete it from the row`
  if (reasons.length > 0) record.refuse(reasons.join('; '), help)
}

/** A name may itself be a credential. */
function namesOf(names: readonly string[]): string {
  return oneOf(names.map((name) => (credentialIn(name) === undefined ? name : '•••')).sort(), 10).replace(
    ' or ',
    ' and ',
  )
}

interface FieldPlace {
  readonly section: string
  readonly field: string
  readonly parameter: Parameter
}

/** Returns where a member of a config goes: into the provider's block, or the section of its kind. */
function placeOf(name: string, section: string, map: OverridesMap, vocabulary: Vocabulary): FieldPlace | undefined {
  const sections = overridable(vocabulary)
  const kind = kindOf(vocabulary, section)
  for (const field of [name, own(map.aliases, name)]) {
    if (field === undefined) continue
    for (const at of kind === undefined ? [section] : [section, kind]) {
      const parameter = sections.get(at)?.get(field)
      // Which provider serves a kind, a row of one provider does not say.
      if (parameter !== undefined && !(at === kind && field === 'provider')) return { section: at, field, parameter }
    }
  }
  return undefined
}
