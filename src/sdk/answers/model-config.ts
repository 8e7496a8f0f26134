import { inspect } from 'node:util'
import { Malformed, boolean, integer, number, string } from '../../store/format/decode-json.ts'
import type { Value } from '../../domain/plain-data.ts'
import type { Account, PlanName } from '../../domain/settings-types.ts'
import type { BuiltInParameters } from '../../domain/built-in-vocabulary.ts'
import { parameterOf } from '../../domain/vocabulary-fields.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { ModelAnswer } from '../../domain/resolve-answers.ts'
import { camelCase } from '../../base/camel-case.ts'
import { TenfoldError } from '../tenfold-error.ts'
import type { Keys } from '../key-sources.ts'

/** Which model to call for a function, and how. Frozen, and shared by all callers that ask the same question. */
export interface ModelConfig extends BuiltInParameters {
  /** Its name in settings.yaml. */
  readonly provider: string
  readonly model: string
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

/** @throws {Malformed} when the release gives a field a value of the wrong type. */
export function modelConfig(
  answer: ModelAnswer,
  vocabulary: Vocabulary,
  account: Account | undefined,
  keys: Keys,
): ModelConfig {
  return new Answer(answer, vocabulary, account, keys)
}

/**
 * Keeps the key behind a private name with a getter on the prototype, because `%o` would show even a non-enumerable
 * property.
 */
class Answer implements ModelConfig {
  readonly #secret: string
  readonly #keys: Keys
  readonly #isOwn: boolean
  readonly provider: string
  readonly model: string
  readonly known: boolean
  readonly plan: PlanName | null

  constructor(
    { provider, secret, fields, providerLayer }: ModelAnswer,
    vocabulary: Vocabulary,
    account: Account | undefined,
    keys: Keys,
  ) {
    this.#secret = secret
    this.#keys = keys
    let isOwn = providerLayer === 'account'
    this.provider = provider
    this.model = string(fields.get('model')?.value, 'model')
    const shapes = shapesOf(vocabulary, provider)
    const own: Record<string, Value> = {}
    for (const [field, { value, layer }] of fields) {
      isOwn ||= layer === 'account'
      if (field === 'model') continue
      const shape = shapes.get(field) ?? newShape(shapes, vocabulary, provider, field)
      own[shape.name] = shape.read(value, field)
    }
    // All at once: to define them one by one is half of what an answer costs.
    Object.assign(this, own)
    this.#isOwn = isOwn
    this.known = account !== undefined
    this.plan = account?.plan ?? null
    Object.freeze(this)
  }

  static isOwn(config: object): boolean {
    return #isOwn in config && config.#isOwn
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

/** Whether a field of an answer, or its provider, is the account's own. */
export function isOfAccount(config: ModelConfig): boolean {
  return Answer.isOwn(config)
}

/** How a parameter appears in an answer. */
interface FieldShape {
  readonly name: string
  readonly read: (value: Value, field: string) => Value
}

/** By vocabulary and provider: an answer is made of few names, thousands of times. */
const SHAPES = new WeakMap<Vocabulary, Map<string, Map<string, FieldShape>>>()

function shapesOf(vocabulary: Vocabulary, provider: string): Map<string, FieldShape> {
  let byProvider = SHAPES.get(vocabulary)
  if (byProvider === undefined) SHAPES.set(vocabulary, (byProvider = new Map<string, Map<string, FieldShape>>()))
  let shapes = byProvider.get(provider)
  if (shapes === undefined) byProvider.set(provider, (shapes = new Map<string, FieldShape>()))
  return shapes
}

/** @throws {Malformed} */
function newShape(
  shapes: Map<string, FieldShape>,
  vocabulary: Vocabulary,
  provider: string,
  field: string,
): FieldShape {
  const type = parameterOf(vocabulary, provider, field)?.type
  if (type === undefined) throw new Malformed(`there is no field ${field}`)
  const shape = { name: camelCase(field), read: READERS[type] }
  shapes.set(field, shape)
  return shape
}

const READERS = { string, number, integer, boolean } as const
