import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { COLLECTIONS } from '../../domain/settings-types.ts'
import {
  type Fields,
  blockFields,
  defaultFields,
  numericParameters,
  overridable,
  requiredOf,
  sectionFields,
} from '../../domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, isSame, providersOf } from '../../domain/vocabulary.ts'
import type { FileKind } from '../file-layout.ts'
import type { Path } from '../source-nodes.ts'
import { type Members, isMapping, mappingViolations, valueCheck, valueViolation } from './check-value.ts'
import { frames } from './frames.ts'
import { declarationViolations } from './validate-declarations.ts'
import { modelsViolations } from './validate-models.ts'
import { type Violation, notAllowed } from './violations.ts'

/**
 * Checks the parts of a file whose form follows from the vocabulary: what the frames of `frames/` leave open. The
 * schemas that `compose-schemas.ts` writes for editors say the same; a property test holds the two together.
 */
export function fieldViolations(kind: FileKind, value: unknown, vocabulary: Vocabulary): Violation[] {
  const check = CHECKS[kind]
  return check === undefined || !isMapping(value) ? [] : [...check(value, vocabulary)]
}

type Check = (value: Readonly<Record<string, unknown>>, vocabulary: Vocabulary) => Iterable<Violation>

const CHECKS: { readonly [K in FileKind]?: Check } = {
  account: ({ overrides }, vocabulary) => (overrides === undefined ? [] : overridesViolations(overrides, vocabulary)),
  settings: settingsViolations,
  functions: ({ functions }, vocabulary) => each(['functions'], functions, functionViolations, vocabulary),
  plans: ({ plans }, vocabulary) => each(['plans'], plans, planViolations, vocabulary),
  models: ({ models }, vocabulary) => each(['models'], models, modelsViolations, vocabulary),
  providers: declarationViolations,
  prompt: variableViolations,
}

/** Checks what an account overrides, as its file or a store holds it. */
export function overridesViolations(overrides: unknown, vocabulary: Vocabulary): Iterable<Violation> {
  if (overrides === null || areRight(overrides, overridable(vocabulary))) return []
  return mappingViolations(['overrides'], overrides, overrideMembers(vocabulary))
}

/** Whether there is nothing to report: there are many accounts, and this makes no path and no list for any of them. */
function areRight(overrides: unknown, sections: ReadonlyMap<string, Fields>): boolean {
  if (!isMapping(overrides)) return false
  for (const section in overrides) {
    const fields = sections.get(section)
    const written = overrides[section]
    if (fields === undefined) return false
    if (written === null) continue
    if (!isMapping(written)) return false
    for (const field in written) {
      const parameter = fields.get(field)
      const value = written[field]
      if (parameter === undefined) return false
      if (value !== null && valueViolation(NOWHERE, value, parameter) !== undefined) return false
    }
  }
  return true
}

const NOWHERE: Path = []

const overrideMembers = oncePer((vocabulary): Members => {
  return new Map(
    [...overridable(vocabulary)].map(([section, fields]) => {
      const members = membersOf(fields, true)
      return [section, (path, value) => (value === null ? [] : mappingViolations(path, value, members))]
    }),
  )
})

function membersOf(fields: Fields, isNullable = false): Members {
  return new Map([...fields].map(([name, parameter]) => [name, valueCheck(parameter, isNullable)]))
}

function settingsViolations(value: Readonly<Record<string, unknown>>, vocabulary: Vocabulary): Iterable<Violation> {
  const { members, required } = settingsMembers(vocabulary)
  return mappingViolations([], value, members, required)
}

const settingsMembers = oncePer((vocabulary): { members: Members; required: readonly string[] } => {
  const kinds = Object.keys(vocabulary.kinds)
  const blocks: Members = new Map(Object.keys(vocabulary.providers).map((name) => [name, blockCheck(vocabulary, name)]))
  return {
    members: new Map([
      ...kinds.map((kind) => [kind, sectionCheck(vocabulary, kind)] as const),
      ['providers', (path: Path, value: unknown) => mappingViolations(path, value, blocks)] as const,
    ]),
    // With declared kinds, those have to be there that a function uses: schema/missing-key knows the functions.
    required: isSame(vocabulary, BUILT_IN) ? kinds : [],
  }
})

function sectionCheck(vocabulary: Vocabulary, kind: string): (path: Path, value: unknown) => Iterable<Violation> {
  const fields = sectionFields(vocabulary, kind)
  const members = new Map([['provider', valueCheck(TEXT)], ...membersOf(fields)])
  const required = ['provider', ...requiredOf(fields)]
  return (path, value) => mappingViolations(path, value, members, required)
}

function blockCheck(vocabulary: Vocabulary, name: string): (path: Path, value: unknown) => Iterable<Violation> {
  const fields = blockFields(vocabulary, name)
  const members: Members = new Map([
    ['api_key', (path, value) => mappingViolations(path, value, SECRET, ['secret'])],
    ...membersOf(fields),
  ])
  const required = ['api_key', 'model', ...requiredOf(fields)]
  return (path, value) => mappingViolations(path, value, members, required)
}

const TEXT: Parameter = { type: 'string' }
const SECRET_NAME = new RegExp(frames.settings.$defs.ApiKey.properties.secret.pattern)
const SECRET: Members = new Map([
  [
    'secret',
    (path, value) => {
      const [wrong] = valueCheck(TEXT)(path, value)
      if (wrong !== undefined) return [wrong]
      return SECRET_NAME.test(String(value)) ? [] : [notAllowed(path, `it must match ${SECRET_NAME.source}`)]
    },
  ],
])

function* each(
  path: Path,
  entries: unknown,
  check: (path: Path, value: Readonly<Record<string, unknown>>, vocabulary: Vocabulary) => Iterable<Violation>,
  vocabulary: Vocabulary,
): Generator<Violation> {
  if (!isMapping(entries)) return
  for (const [name, entry] of Object.entries(entries)) {
    if (isMapping(entry)) yield* check([...path, name], entry, vocabulary)
  }
}

function* functionViolations(
  path: Path,
  { kind, defaults }: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): Generator<Violation> {
  if (typeof kind !== 'string') return
  if (!Object.hasOwn(vocabulary.kinds, kind)) {
    yield notAllowed([...path, 'kind'], '', Object.keys(vocabulary.kinds))
  } else if (defaults !== undefined) {
    const models: Members = new Map(providersOf(vocabulary, kind).map((provider) => [provider, valueCheck(TEXT)]))
    const members: Members = new Map([
      ...membersOf(defaultFields(vocabulary, kind)),
      ['models', (at, value) => mappingViolations(at, value, models)],
    ])
    yield* mappingViolations([...path, 'defaults'], defaults, members)
  }
}

function* planViolations(
  path: Path,
  { may_override, limits }: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): Generator<Violation> {
  const items = mayOverride(vocabulary)
  for (const [i, item] of Array.isArray(may_override) ? may_override.entries() : []) {
    if (typeof item === 'string' && !items.includes(item)) yield notAllowed([...path, 'may_override', i], '', items)
  }
  if (limits === undefined) return
  yield* mappingViolations([...path, 'limits'], limits, membersOf(numericParameters(vocabulary)))
}

/** Checks the names of a prompt's variables, which depend on the form of its placeholders. */
function* variableViolations({ placeholders, variables }: Readonly<Record<string, unknown>>): Generator<Violation> {
  if (!isMapping(variables)) return
  const [form, why] = placeholders === 'mustache' ? MUSTACHE_NAME : BRACKETED_NAME
  for (const name of Object.keys(variables)) {
    // The frame refuses what no form takes.
    if (form.test(name) || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) continue
    yield { kind: 'not-allowed', path: ['variables', name], allowed: [], why, part: 'name' }
  }
}

const MUSTACHE_NAME = [/^[A-Za-z_][A-Za-z0-9_.]*$/, 'with mustache, a name has letters, digits, "_" and "."'] as const
const BRACKETED_NAME = [/^[A-Za-z][A-Za-z0-9_-]*$/, 'begin with a letter, then letters, digits, "_" and "-"'] as const

/** Returns everything that a plan may let an account override: sections, and single fields of those that have fields. */
export const mayOverride = oncePer((vocabulary): readonly string[] => [
  ...[...overridable(vocabulary)].flatMap(([section, fields]) => {
    return [section, ...[...fields.keys()].map((field) => `${section}.${field}`)]
  }),
  ...COLLECTIONS,
])

/** Makes something once for each vocabulary: every account is checked by the same. */
function oncePer<T>(make: (vocabulary: Vocabulary) => T): (vocabulary: Vocabulary) => T {
  const made = new WeakMap<Vocabulary, { readonly value: T }>()
  return (vocabulary) => {
    const found = made.get(vocabulary) ?? { value: make(vocabulary) }
    made.set(vocabulary, found)
    return found.value
  }
}
