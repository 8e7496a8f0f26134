import type { Dict } from '../../domain/plain-data.ts'
import { COLLECTIONS, PLANS, isPlan } from '../../domain/settings-types.ts'
import {
  blockFields,
  functionFields,
  overridable,
  parameterNames,
  sectionFields,
} from '../../domain/vocabulary-fields.ts'
import { type Vocabulary, isKind, isProvider, kindOf } from '../../domain/vocabulary.ts'
import { Failure } from '../../base/failure.ts'
import { didYouMean, oneOf } from '../../base/did-you-mean.ts'

/** The condition on a value: `~` requires a text in it, in any case; the others compare, as numbers where both are. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~'

/** One condition on an account. An account is found that meets all. */
export type Term =
  | { readonly is: 'plan'; readonly plans: readonly string[] }
  /** The parts between the `*` of a pattern, in their order. */
  | { readonly is: 'id'; readonly parts: readonly string[] }
  /** A section, or one field of it, or that field with one value, that the account writes itself, whether or not it counts. */
  | { readonly is: 'overrides'; readonly path: readonly string[]; readonly value?: string }
  | {
      readonly is: 'function'
      readonly of: Functions
      readonly field: string
      readonly op: Operator
      readonly value: string
    }
  | {
      readonly is: 'prompt'
      readonly type: string
      readonly field: string
      readonly op: Operator
      readonly value: string
    }
  | {
      readonly is: 'record'
      readonly collection: 'author_profiles' | 'strategies'
      readonly id: string
      readonly field: string
      readonly op: Operator
      readonly value: string
    }

/** The functions whose answers are meant: one, those that a provider or a kind answers, or all. */
export type Functions =
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'provider'; readonly provider: string }
  | { readonly by: 'kind'; readonly kind: string }
  | { readonly by: 'any' }

/** The names that a query may use. */
export interface Names {
  readonly vocabulary: Vocabulary
  readonly functions: Dict<unknown>
  readonly prompts: Dict<unknown>
}

/**
 * Reads a query: terms of `NAME OP VALUE`, one per argument or several with spaces between them.
 *
 * @throws {Failure} where a term is empty, or names something that does not exist.
 */
export function readQuery(args: readonly string[], names: Names): Term[] {
  const terms = args.flatMap((arg) => {
    const parts = arg.trim().split(/\s+/)
    return parts.every((part) => TERM.test(part)) ? parts : [arg.trim()]
  })
  return terms.map((term) => readTerm(term, names))
}

const TERM = /^([\w.-]+)(:|!=|<=|>=|=|<|>|~)(.*)$/s

const FORMS =
  'write openai.model=gpt-4, "generate_content.temperature>1", plan:growth, overrides:dalle, customized:TYPE or id:acme-*'

function readTerm(term: string, names: Names): Term {
  const [, name = '', op = '', value = ''] = TERM.exec(term) ?? []
  if (name === '') {
    const isSpaced = /^[\w.-]+\s+(?:!=|[:=<>~])/.test(term) || /^(?:!=|[:=<>~])/.test(term)
    throw new Failure(
      'usage',
      `"${term}" is no condition`,
      isSpaced ? `leave out the spaces around the sign: ${FORMS}` : FORMS,
    )
  }
  if (value === '') throw new Failure('usage', `"${term}" has no value`, `${FORMS}; "<" and ">" need quotes in a shell`)
  if (op === ':') return readNamed(name, value, names)
  if (name === 'plan' && op === '=') return plansIn(value)
  if (name === 'plan' && op === '!=') return plansBut(value)
  if (isOperator(op)) return readField(name, op, value, names)
  throw new Failure('usage', `"${term}" is no condition`, FORMS)
}

function isOperator(text: string): text is Operator {
  return ['=', '!=', '<', '<=', '>', '>=', '~'].includes(text)
}

const NAMED = ['plan', 'id', 'overrides', 'customized'] as const

function readNamed(name: string, value: string, names: Names): Term {
  switch (name) {
    case 'plan':
      return plansIn(value)
    case 'id':
      return { is: 'id', parts: value.split('*') }
    case 'overrides':
      return overridesIn(value, names)
    case 'customized':
      return {
        is: 'prompt',
        type: known('prompt type', value, names.prompts),
        field: 'is_customized',
        op: '=',
        value: 'true',
      }
    default:
      throw new Failure('usage', `"${name}:" is no condition`, `${didYouMean(name, NAMED)}${FORMS}`)
  }
}

function plansIn(value: string): Term {
  const plans = value.split(',')
  for (const plan of plans) {
    if (isPlan(plan)) continue
    throw new Failure(
      'usage',
      `there is no plan "${plan}"`,
      `${didYouMean(plan, PLANS)}the plans are ${PLANS.join(', ')}`,
    )
  }
  return { is: 'plan', plans }
}

function plansBut(value: string): Term {
  plansIn(value)
  const others = value.split(',')
  return { is: 'plan', plans: PLANS.filter((plan) => !others.includes(plan)) }
}

function overridesIn(text: string, { vocabulary }: Names): Term {
  // A value may have dots, and signs of its own.
  const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const [section = '', ...rest] = name.split('.')
  const collections = COLLECTIONS.map((name): [string, string[]] => [name, []])
  const declared = [...overridable(vocabulary)].map(([name, of]): [string, string[]] => [name, [...of.keys()]])
  const all = new Map([...declared, ...collections])
  const fields = all.get(section)
  if (fields === undefined) {
    const sections = [...all.keys()]
    throw new Failure(
      'usage',
      `no account overrides "${section}"`,
      `${didYouMean(section, sections)}the sections are ${oneOf(sections)}`,
    )
  }
  const [field] = rest
  if (field !== undefined && fields.length > 0 && !fields.includes(field)) {
    throw new Failure(
      'usage',
      `${section} has no field "${field}"`,
      `${didYouMean(field, fields)}its fields are ${oneOf(fields)}`,
    )
  }
  const path = [section, ...rest]
  if (value === undefined) return { is: 'overrides', path }
  if (field !== undefined && value !== '') return { is: 'overrides', path, value }
  throw new Failure(
    'usage',
    `"overrides:${text}" compares ${field === undefined ? 'a whole section' : 'with nothing'}`,
    'write overrides:SECTION.FIELD=VALUE, such as overrides:openai.model=gpt-4',
  )
}

/** Returns every field that an answer of a function may have. */
function answerFields({ vocabulary }: Names): string[] {
  return ['provider', 'model', ...parameterNames(vocabulary)]
}

const PROMPT_FIELDS = ['prompt_value', 'default_prompt', 'is_customized']

function readField(name: string, op: Operator, value: string, names: Names): Term {
  if (/[<>]/.test(op) && !isNumber(value)) {
    throw new Failure(
      'usage',
      `"${name}${op}${value}" compares with no number`,
      'write a number, or compare with = or ~',
    )
  }
  const parts = name.split('.')
  const [first = '', second = '', third] = parts
  const rest = { op, value }
  if (parts.length === 1) return { is: 'function', of: { by: 'any' }, field: fieldIn(first, names), ...rest }
  if (first === 'author_profiles' || first === 'strategies') {
    if (third === undefined || parts.length > 3)
      throw new Failure(
        'usage',
        `"${name}" names no field`,
        `write ${first}.ID.FIELD, such as ${first}.${second || 'house'}.name`,
      )
    return { is: 'record', collection: first, id: second, field: recordField(first, third), ...rest }
  }
  if (first === 'prompts' && parts.length === 3) {
    return { is: 'prompt', type: known('prompt type', second, names.prompts), field: promptField(third ?? ''), ...rest }
  }
  if (first === 'functions' && parts.length === 3) {
    return {
      is: 'function',
      of: { by: 'name', name: known('function', second, names.functions) },
      field: answerField(third ?? '', names),
      ...rest,
    }
  }
  if (parts.length !== 2) throw noField(name, names)
  if (Object.hasOwn(names.functions, first))
    return { is: 'function', of: { by: 'name', name: first }, field: answerField(second, names), ...rest }
  if (isProvider(names.vocabulary, first))
    return {
      is: 'function',
      of: { by: 'provider', provider: first },
      field: sectionField(first, second, names),
      ...rest,
    }
  if (isKind(names.vocabulary, first))
    return { is: 'function', of: { by: 'kind', kind: first }, field: sectionField(first, second, names), ...rest }
  if (Object.hasOwn(names.prompts, first)) return { is: 'prompt', type: first, field: promptField(second), ...rest }
  throw noField(name, names)
}

/** The fields of a record in an answer, which does not contain whether it is active. */
const RECORD_FIELDS: Readonly<Record<'author_profiles' | 'strategies', readonly string[]>> = {
  author_profiles: ['name', 'description', 'tone', 'language', 'structure'],
  strategies: ['name', 'description', 'prompt_types', 'sections'],
}

function recordField(collection: 'author_profiles' | 'strategies', name: string): string {
  const fields = RECORD_FIELDS[collection]
  if (fields.includes(name)) return name
  throw new Failure(
    'usage',
    `${collection} have no field "${name}"`,
    `${didYouMean(name, fields)}their fields are ${oneOf(fields)}`,
  )
}

function fieldIn(name: string, names: Names): string {
  if (answerFields(names).includes(name)) return name
  throw noField(name, names)
}

function answerField(name: string, names: Names): string {
  const fields = answerFields(names)
  if (fields.includes(name)) return name
  throw new Failure(
    'usage',
    `no answer has a field "${name}"`,
    `${didYouMean(name, fields)}the fields are ${oneOf(fields)}`,
  )
}

/** A provider's answers have its own fields and those of its kind; a kind's have those of any of its providers. */
function sectionField(section: string, name: string, names: Names): string {
  const { vocabulary } = names
  const kind = kindOf(vocabulary, section)
  const fields =
    kind === undefined
      ? answerFields(names)
      : [
          ...blockFields(vocabulary, section).keys(),
          ...sectionFields(vocabulary, kind).keys(),
          ...functionFields(vocabulary, kind).keys(),
        ]
  if (fields.includes(name)) return name
  throw new Failure(
    'usage',
    `${section} has no field "${name}"`,
    `${didYouMean(name, fields)}its fields are ${oneOf([...new Set(fields)])}`,
  )
}

function promptField(name: string): string {
  if (PROMPT_FIELDS.includes(name)) return name
  throw new Failure(
    'usage',
    `a prompt has no field "${name}"`,
    `${didYouMean(name, PROMPT_FIELDS)}its fields are ${oneOf(PROMPT_FIELDS)}`,
  )
}

function known(what: string, name: string, names: Dict<unknown>): string {
  if (Object.hasOwn(names, name)) return name
  const all = Object.keys(names)
  throw new Failure('usage', `there is no ${what} "${name}"`, `${didYouMean(name, all)}there are ${oneOf(all)}`)
}

function noField(name: string, names: Names): Failure {
  const { vocabulary, functions, prompts } = names
  const [first = ''] = name.split('.')
  const kinds = Object.keys(vocabulary.kinds)
  const starts = [...Object.keys(functions), ...Object.keys(vocabulary.providers), ...kinds, ...Object.keys(prompts)]
  const fields = answerFields(names)
  const near = name.includes('.') ? didYouMean(first, starts) : didYouMean(name, fields)
  const byKind = kinds.map((kind) => `${kind}.FIELD`).join(', ')
  return new Failure(
    'usage',
    `there is no field "${name}"`,
    `${near}a field is FUNCTION.FIELD, PROVIDER.FIELD, ${byKind} or FIELD, and FIELD is ${oneOf(fields)}`,
  )
}

export function isNumber(text: string): boolean {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)
}
