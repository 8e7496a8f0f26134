import { list, string } from '../../store/format/decode-json.ts'
import type { ContentRecord } from '../../domain/settings-types.ts'
import type { PromptAnswer } from '../../domain/resolve-answers.ts'

/** The prompt that an account gets, and the one that it would fall back to. Frozen and shared. */
export interface EffectivePrompt {
  readonly promptValue: string
  /** The global text, or what it was when the account customised it. */
  readonly defaultPrompt: string
  readonly isCustomized: boolean
}

export interface AuthorProfile {
  readonly name: string
  readonly description?: string
  readonly tone?: string
  readonly language?: string
  readonly structure?: string
}

export interface Strategy {
  readonly name: string
  readonly description?: string
  readonly promptTypes?: readonly string[]
  readonly sections?: readonly string[]
}

/** Active records by id. It has only its own members and inherits none. */
export type Records<T> = Readonly<Record<string, T>>

export function effectivePrompt(answer: PromptAnswer): EffectivePrompt {
  return Object.freeze({
    promptValue: answer.prompt_value,
    defaultPrompt: answer.default_prompt,
    isCustomized: answer.is_customized,
  })
}

/** @throws {Malformed} */
export function authorProfiles(records: Readonly<Record<string, ContentRecord>>): Records<AuthorProfile> {
  return each(records, (record) => ({
    name: string(record['name'], 'name'),
    ...text(record, 'description'),
    ...text(record, 'tone'),
    ...text(record, 'language'),
    ...text(record, 'structure'),
  }))
}

/** @throws {Malformed} */
export function strategies(records: Readonly<Record<string, ContentRecord>>): Records<Strategy> {
  return each(records, (record) => {
    const { prompt_types, sections } = record
    return {
      name: string(record['name'], 'name'),
      ...text(record, 'description'),
      ...(prompt_types !== undefined && { promptTypes: Object.freeze(list(prompt_types, 'prompt_types', string)) }),
      ...(sections !== undefined && { sections: Object.freeze(list(sections, 'sections', string)) }),
    }
  })
}

function text<const K extends string>(record: ContentRecord, key: K): { readonly [P in K]?: string } {
  const value = record[key]
  const none: { readonly [P in K]?: string } = {}
  return value === undefined ? none : { ...none, [key]: string(value, key) }
}

function each<T>(records: Readonly<Record<string, ContentRecord>>, shape: (record: ContentRecord) => T): Records<T> {
  return named(Object.entries(records).map(([id, record]) => [id, Object.freeze(shape(record))]))
}

/** Builds a map by names from the configuration, for callers: `constructor` is a member only if it is configured. */
export function named<T>(entries: Iterable<readonly [name: string, value: T]>): Readonly<Record<string, T>> {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- what has no prototype has no type of its own
  const result: Record<string, T> = Object.create(null)
  for (const [name, value] of entries) result[name] = value
  return Object.freeze(result)
}
