import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import { blockFields, functionFields, sectionFields } from '../../domain/vocabulary-fields.ts'
import { type Vocabulary, providersOf } from '../../domain/vocabulary.ts'
import { lenient } from '../../source/link-files.ts'
import { type Winner, promptWinner, PROMPT_FIELDS, winnersOf } from '../../compare/winning-layers.ts'
import type { Question } from '../answer-question.ts'
import type { Understood } from './history-reader.ts'

/** Returns every field of the flat form that an answer may have, whether or not it has a value at the moment. */
export function fieldsOf(question: Question, { known, account }: Understood): string[] {
  const functions = Object.entries(known.functions ?? {}).flatMap(([name, { kind }]) => {
    return fieldsOfKind(known.vocabulary ?? BUILT_IN, kind).map((field) => `functions.${name}.${field}`)
  })
  const prompts = Object.keys(known.prompts).flatMap((type) => PROMPT_FIELDS.map((field) => `prompts.${type}.${field}`))
  const all = [
    'plan',
    ...functions,
    ...prompts,
    ...Object.keys({ ...known.author_profiles, ...account?.author_profiles }).map((id) => `author_profiles.${id}`),
    ...Object.keys({ ...known.strategies, ...account?.strategies }).map((id) => `strategies.${id}`),
  ]
  if (question.is === 'everything') return all
  const start = question.is === 'function' ? `functions.${question.name}.` : `prompts.${question.type}.`
  return all.filter((field) => field.startsWith(start))
}

function fieldsOfKind(vocabulary: Vocabulary, kind: string): string[] {
  const byProvider = providersOf(vocabulary, kind).flatMap((name) => [...blockFields(vocabulary, name).keys()])
  const others = [...sectionFields(vocabulary, kind).keys(), ...functionFields(vocabulary, kind).keys()]
  return [...new Set(['provider', 'api_key', ...byProvider, ...others])]
}

/** Whether a field is the one that is asked for: by its whole name, or by its last segment. */
export function isField(field: string, asked: string): boolean {
  return field === asked || field.endsWith(`.${asked}`)
}

/** Returns where each field of an answer comes from. */
export function winnersFor(question: Question, { known, account }: Understood): ReadonlyMap<string, Winner> {
  if (question.is !== 'prompt') {
    const globals = lenient(known)
    return globals === undefined ? NONE : winnersOf(globals, account)
  }
  if (known.plans === undefined) return NONE
  const winner = promptWinner({ plans: known.plans }, account, question.type)
  return new Map(PROMPT_FIELDS.map((field) => [`prompts.${question.type}.${field}`, winner]))
}

const NONE: ReadonlyMap<string, Winner> = new Map()
