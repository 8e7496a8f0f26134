import type { Json } from '../../draft/operation.ts'
import type { PartialGlobals } from '../../source/link-files.ts'
import { composeSchemas } from '../../source/schema/compose-schemas.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { pathOf } from '../../source/file-layout.ts'
import { type Obj, isObject } from '../../store/format/decode-json.ts'
import { choicesFor } from './choices.ts'

/** One control of a form, for one value of a file. */
export interface FormField {
  /** From the file's root. */
  readonly path: readonly string[]
  /** `line` and `text` are texts; `set` is a list whose order means nothing, `list` one whose order counts. */
  readonly control: 'line' | 'text' | 'number' | 'choice' | 'switch' | 'set' | 'list'
  readonly description: string
  /** What may be chosen; of a `line`, suggestions. */
  readonly choices: readonly string[]
  readonly isRequired: boolean
  /** Whether the items of a list are numbers. */
  readonly ofNumbers?: boolean
  /** What is written now; null for nothing. */
  readonly value: Json
}

/** The fields of one mapping. */
export interface FormGroup {
  readonly path: readonly string[]
  readonly description: string
  readonly fields: readonly FormField[]
  /** Whether it is an entry of a mapping with free names, which can be taken out. */
  readonly isEntry: boolean
}

export interface FormSubject {
  /** The file: `settings`, `accounts/acme`. */
  readonly key: string
  /** The record of the file that the form is about; empty for all of it. */
  readonly at: readonly string[]
}

/**
 * Returns the form of a file, or of a record in it: what its schema says may be written, in the order of the schema,
 * with the choices that the catalogue and the vocabulary give.
 */
export function formOf({ key, at }: FormSubject, root: Json, known: PartialGlobals): FormGroup[] {
  const kind = pathOf(key)?.kind
  if (kind === undefined) return []
  const whole = composeSchemas(known.vocabulary ?? BUILT_IN)[kind]
  const groups: FormGroup[] = []
  const about: Walk = { key, known, definitions: mapOf(whole['$defs']), groups, leave: LEFT_OUT[kind] ?? [] }
  const found = descend(about, whole, root, at)
  if (found !== undefined) addGroup(about, found.schema, found.value, at, false, false)
  return groups
}

interface Walk {
  readonly key: string
  readonly known: PartialGlobals
  readonly definitions: Obj
  readonly groups: FormGroup[]
  readonly leave: readonly string[]
}

/** What has a page of its own, or is no setting: an account keeps its id, which is the name of its file. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  account: ['id', 'prompts', 'author_profiles', 'strategies'],
  prompt: ['value'],
}

function descend(
  walk: Walk,
  schema: Obj,
  value: Json,
  at: readonly string[],
): { schema: Obj; value: Json } | undefined {
  let found = { schema, value }
  for (const step of at) {
    const here = resolved(walk, found.schema, found.value)
    const child = mapOf(here['properties'])[step] ?? here['additionalProperties']
    if (!isObject(child)) return undefined
    found = { schema: child, value: member(found.value, step) }
  }
  return found
}

function addGroup(
  walk: Walk,
  schema: Obj,
  value: Json,
  path: readonly string[],
  isEntry: boolean,
  isOptional: boolean,
): void {
  const here = resolved(walk, schema, value)
  const required = isOptional ? [] : textsIn(here['required'])
  const fields: FormField[] = []
  const below: (() => void)[] = []
  for (const [name, child] of Object.entries(mapOf(here['properties']))) {
    const at = [...path, name]
    if (!isObject(child) || (path.length === 0 && walk.leave.includes(name))) continue
    const one = resolved(walk, child, member(value, name))
    const inner = member(value, name)
    if (isObject(one['properties'])) {
      below.push(() => addGroup(walk, one, inner, at, false, !textsIn(here['required']).includes(name)))
    } else if (isObject(one['additionalProperties'])) {
      const entry = one['additionalProperties']
      below.push(() => {
        for (const id of Object.keys(mapOf(inner))) addGroup(walk, entry, member(inner, id), [...at, id], true, false)
      })
    } else {
      const field = fieldOf(walk, one, inner, at, required.includes(name))
      if (field !== undefined) fields.push(field)
    }
  }
  if (fields.length > 0) walk.groups.push({ path, description: text(here['description']), fields, isEntry })
  for (const add of below) add()
}

function fieldOf(
  walk: Walk,
  schema: Obj,
  value: Json,
  path: readonly string[],
  isRequired: boolean,
): FormField | undefined {
  const types = Array.isArray(schema['type']) ? textsIn(schema['type']) : [text(schema['type'])]
  const listed = textsIn(schema['enum'])
  const choices = listed.length > 0 ? listed : choicesFor(walk.key, path, walk.known)
  const rest = { path, description: text(schema['description']), isRequired, value }
  if (types.includes('array')) {
    const item = mapOf(schema['items'])
    const items = textsIn(item['enum'])
    const isSet = SETS.has(path.at(-1) ?? '')
    const ofNumbers = ['integer', 'number'].includes(text(item['type']))
    return { ...rest, control: isSet ? 'set' : 'list', choices: items.length > 0 ? items : choices, ofNumbers }
  }
  if (types.includes('boolean')) return { ...rest, control: 'switch', choices: ['true', 'false'] }
  if (types.includes('integer') || types.includes('number')) return { ...rest, control: 'number', choices: [] }
  if (!types.includes('string')) return undefined
  const isClosed = listed.length > 0 || CLOSED.has(path.at(-1) ?? '')
  return { ...rest, control: isClosed && choices.length > 0 ? 'choice' : 'line', choices }
}

/** Lists in which order means nothing: two people may each add to one. */
const SETS: ReadonlySet<string> = new Set([
  'may_override',
  'allow',
  'deny',
  'prompts',
  'prompt_types',
  'sizes',
  'qualities',
  'styles',
])

/** Texts that name something: another name is an error of the check. */
const CLOSED: ReadonlySet<string> = new Set(['model', 'provider', 'plan', 'kind'])

/** Returns a schema with its references followed, and with what holds for this value. */
function resolved(walk: Walk, schema: Obj, value: Json): Obj {
  const name = text(schema['$ref']).replace(/^#\/\$defs\//, '')
  if (name !== '') return resolved(walk, mapOf(walk.definitions[name]), value)
  const one = mapping(schema)
  const conditions: readonly unknown[] = Array.isArray(one['allOf']) ? one['allOf'] : []
  return conditions.reduce<Obj>((before, condition) => {
    if (!isObject(condition) || !isMet(mapOf(condition['if']), value)) return before
    const more = mapOf(mapOf(condition['then'])['properties'])
    return { ...before, properties: { ...mapOf(before['properties']), ...more } }
  }, one)
}

/** Of alternatives, the one that is a mapping. */
function mapping(schema: Obj): Obj {
  const alternatives: readonly unknown[] = Array.isArray(schema['anyOf']) ? schema['anyOf'] : []
  return alternatives.find((one): one is Obj => isObject(one) && isObject(one['properties'])) ?? schema
}

/** Whether a condition of the form `if: {properties: {kind: {const: …}}}` holds. */
function isMet(condition: Obj, value: Json): boolean {
  return Object.entries(mapOf(condition['properties'])).every(([name, wanted]) => {
    return isObject(wanted) && wanted['const'] === member(value, name)
  })
}

function member(value: Json, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.entries(value).find(([key]) => key === name)?.[1] ?? null
}

function mapOf(value: unknown): Obj {
  return isObject(value) ? value : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
