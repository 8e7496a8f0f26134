import { inspect } from 'node:util'
import { Malformed, integer, number, oneOf, string } from '../../store/format/decode-json.ts'
import type { Account, PlanName, Value } from '../../domain/settings-types.ts'
import type { ModelAnswer } from '../../domain/resolve-answers.ts'
import { TenfoldError } from '../tenfold-error.ts'
import type { Keys } from '../key-sources.ts'

/** Which model to call for a function, and how. Frozen, and shared by all callers that ask the same question. */
export interface ModelConfig {
  /** `openai`, `anthropic`, `dalle` or `runware`. */
  readonly provider: string
  readonly model: string
  /** Text: from 0 to 2, or to 1 with Anthropic. */
  readonly temperature?: number
  /** Text: the most tokens to generate. */
  readonly maxTokens?: number
  /** Images: pixels, such as `1024x1024`. */
  readonly size?: string
  readonly quality?: string
  readonly style?: string
  /** Images: how many an article may have, from 0 to 10. */
  readonly maxInArticle?: number
  readonly responseFormat?: 'text' | 'json'
  /** Whether the account is in the release; an unknown one gets the globals. */
  readonly known: boolean
  /** The committed plan; null for an unknown account. */
  readonly plan: PlanName | null
  /**
   * The provider's key, always the platform's own. It is looked up when this property is read, and does not appear when
   * an answer is printed, copied or serialised.
   *
   * @throws {TenfoldError} `missing_key` when it is not available at that time, `invalid_key` when the value is not a
   * key: in quotes, with blanks, `NAME=value`, or an unresolved reference.
   */
  readonly apiKey: string
}

/** Converts a field's name in the files to its TypeScript spelling: `max_tokens` becomes `maxTokens`. */
export function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** @throws {Malformed} when the release gives a field a value of the wrong type. */
export function modelConfig(answer: ModelAnswer, account: Account | undefined, keys: Keys): ModelConfig {
  return new Answer(answer, account, keys)
}

/**
 * Keeps the key behind a private name with a getter on the prototype, because `%o` would show even a non-enumerable
 * property.
 */
class Answer implements ModelConfig {
  readonly #secret: string
  readonly #keys: Keys
  readonly provider: string
  readonly model: string
  declare readonly temperature?: number
  declare readonly maxTokens?: number
  declare readonly size?: string
  declare readonly quality?: string
  declare readonly style?: string
  declare readonly maxInArticle?: number
  declare readonly responseFormat?: 'text' | 'json'
  readonly known: boolean
  readonly plan: PlanName | null

  constructor({ provider, secret, fields }: ModelAnswer, account: Account | undefined, keys: Keys) {
    this.#secret = secret
    this.#keys = keys
    this.provider = provider
    this.model = string(fields.get('model')?.value, 'model')
    for (const [field, { value }] of fields) this.#set(field, value)
    this.known = account !== undefined
    this.plan = account?.plan ?? null
    Object.freeze(this)
  }

  #set(field: string, value: Value): void {
    if (field === 'model') return
    const read = READERS.get(field)
    if (read === undefined) throw new Malformed(`there is no field ${field}`)
    Object.defineProperty(this, camelCase(field), { value: read(value, field), enumerable: true })
  }

  get apiKey(): string {
    const key = this.#keys.get(this.#secret)
    if (key.is === 'key') return key.value
    if (key.is === 'invalid') throw new TenfoldError('invalid_key', `the secret ${this.#secret} is no key: ${key.why}`)
    throw new TenfoldError('missing_key', `the API key ${this.#secret} is not available: ${this.#keys.remedy}`)
  }

  toJSON(): object {
    return { ...this, apiKey: { secret: this.#secret } }
  }

  [inspect.custom](): object {
    return this.toJSON()
  }
}

const READERS: ReadonlyMap<string, (value: unknown, what: string) => Value> = new Map<
  string,
  (value: unknown, what: string) => Value
>([
  ['temperature', number],
  ['max_tokens', integer],
  ['size', string],
  ['quality', string],
  ['style', string],
  ['max_in_article', integer],
  ['response_format', oneOf(['text', 'json'])],
])
