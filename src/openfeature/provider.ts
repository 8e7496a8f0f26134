import {
  type EvaluationContext,
  FlagNotFoundError,
  GeneralError,
  InvalidContextError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  TargetingKeyMissingError,
  TypeMismatchError,
} from '@openfeature/server-sdk'
import { readFlagContext } from '../flags/flag-context.ts'
import { evaluateFlag, metadataOf, problemOf } from '../flags/evaluate-flag.ts'
import { FlagProblem, type FlagProblemCode } from '../flags/flag-problem.ts'
import { EVALUATION, type Evaluated, isEvaluating } from '../sdk/evaluation.ts'
import { isFinal, keepOpening } from '../sdk/keep-opening.ts'
import { openSettings } from '../sdk/open-settings.ts'
import type { Events, OpenOptions, Settings } from '../sdk/index.ts'
import type { Status } from '../sdk/settings-client.ts'

/** What the provider uses of what `openSettings` gives, typed or not. */
export type ProviderSettings = Pick<Settings, 'account' | 'status'> & {
  on(event: 'changed', listener: (...args: Events['changed']) => void): unknown
  on(event: 'stale', listener: (...args: Events['stale']) => void): unknown
  on(event: 'error', listener: (...args: Events['error']) => void): unknown
  off(event: keyof Events, listener: () => void): unknown
}

/**
 * Answers OpenFeature's questions from the memory of this process.
 *
 * ```ts
 * import { OpenFeature } from '@openfeature/server-sdk'
 * import { TenfoldProvider } from 'tenfold/openfeature'
 *
 * await OpenFeature.setProviderAndWait(new TenfoldProvider({ store: 'file:.tenfold/store' }))
 * const client = OpenFeature.getClient()
 * const config = await client.getObjectValue('functions.generate_content', {}, { targetingKey: 'acme', plan: 'growth' })
 * ```
 *
 * Flags are `functions.NAME` (an object, without a key), `prompts.TYPE` (a text), `author_profiles` and `strategies`
 * (objects by id). `targetingKey` is the account; `plan`, if it is given, the plan that is in force now. Emits
 * `PROVIDER_CONFIGURATION_CHANGED`; `PROVIDER_STALE` when the store can no longer be read, `PROVIDER_ERROR` when the
 * release is expired, both of which answer on; and `PROVIDER_READY` when the store is read again.
 */
export class TenfoldProvider implements Provider {
  readonly metadata = { name: 'tenfold' } as const
  readonly runsOn = 'server'
  readonly events = new OpenFeatureEventEmitter()
  readonly #given: OpenOptions | ProviderSettings
  #settings: ProviderSettings | undefined
  /** Closes the settings that this provider has opened itself. */
  #close: (() => Promise<void>) | undefined
  #stop: (() => void) | undefined
  #told: Status['state'] = 'ready'
  readonly #ended = new AbortController()
  readonly #plain = new WeakMap<object, JsonValue>()

  /** @param given the options of `openSettings`, or settings that are open already and that the caller closes. */
  constructor(given: OpenOptions | ProviderSettings) {
    this.#given = given
  }

  /**
   * Opens the settings.
   *
   * @throws {ProviderFatalError} where options are wrong: another call would not help.
   * @throws {GeneralError} where the store cannot be read yet. It is tried again, and `PROVIDER_READY` tells of success.
   */
  async initialize(): Promise<void> {
    const given = this.#given
    if (isSettings(given)) return this.#begin(given)
    const open = async (): Promise<Settings> => {
      const settings = await openSettings(given)
      this.#close = () => settings.close()
      return settings
    }
    try {
      this.#begin(await open())
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (isFinal(error)) throw new ProviderFatalError(message, { cause: error })
      void this.#beginLater(open, given.refresh?.everyMs || RETRY_MS)
      throw new GeneralError(message, { cause: error })
    }
  }

  async onClose(): Promise<void> {
    this.#ended.abort()
    this.#stop?.()
    await this.#close?.()
    this.#settings = undefined
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    key: string,
    _default: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    // The caller says which object it expects; that it is one is all that can be seen here.
    return this.#evaluate(key, context, (value): value is T => typeof value === 'object' && value !== null)
  }

  async resolveStringEvaluation(
    key: string,
    _default: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#evaluate(key, context, isText)
  }

  async resolveBooleanEvaluation(
    key: string,
    _default: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#evaluate(key, context, isBoolean)
  }

  async resolveNumberEvaluation(
    key: string,
    _default: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#evaluate(key, context, isNumber)
  }

  async #evaluate<T extends JsonValue>(
    key: string,
    context: EvaluationContext,
    isWanted: (value: JsonValue) => value is T,
  ): Promise<ResolutionDetails<T>> {
    const settings = this.#settings
    if (settings === undefined || !isEvaluating(settings)) throw new ProviderNotReadyError('the settings are not open')
    try {
      const asked = readFlagContext(context)
      // In lazy mode the account is read now; otherwise there is nothing to wait for.
      await settings.account(asked.account)
      const answer = evaluateFlag(settings[EVALUATION](), key, asked)
      const value = this.#valueOf(answer.evaluated)
      if (!isWanted(value)) {
        throw new TypeMismatchError(`${key} is ${typeof value === 'string' ? 'a text' : 'an object'}`)
      }
      return { value, reason: answer.reason, variant: answer.variant, flagMetadata: { ...metadataOf(answer) } }
    } catch (error) {
      throw openFeatureError(error)
    }
  }

  /** Makes the plain form of an answer once, for all that ask for it. */
  #valueOf({ answer, plain }: Evaluated): JsonValue {
    const known = this.#plain.get(answer)
    if (known !== undefined) return known
    const made = frozenCopy(plain())
    this.#plain.set(answer, made)
    return made
  }

  #begin(settings: ProviderSettings): void {
    this.#settings = settings
    // READY comes after this: what is stale already is told later, by the timer.
    this.#stop = this.#listen(settings)
  }

  async #beginLater(open: () => Promise<Settings>, everyMs: number): Promise<void> {
    const tell = (message: string): void => this.events.emit(ProviderEvents.Error, { message })
    try {
      const { signal } = this.#ended
      await new Promise((resolve) => setTimeout(resolve, everyMs).unref())
      if (signal.aborted) return
      const settings = await keepOpening(open, ({ message }) => tell(message), everyMs, signal)
      if (signal.aborted) return await settings.close()
      this.#begin(settings)
      this.events.emit(ProviderEvents.Ready, { message: 'the settings are ready' })
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error))
    }
  }

  #listen(settings: ProviderSettings): () => void {
    const tell = (): void => this.#tell(settings.status.state)
    const changed = (): void => {
      tell()
      this.events.emit(ProviderEvents.ConfigurationChanged, { message: `release ${settings.status.seq}` })
    }
    // There is no event for a store that can be read again without anything new.
    const timer = setInterval(tell, WATCH_MS).unref()
    settings.on('changed', changed)
    settings.on('stale', tell)
    return () => {
      clearInterval(timer)
      settings.off('changed', changed)
      settings.off('stale', tell)
    }
  }

  #tell(state: Status['state']): void {
    if (state === this.#told) return
    this.#told = state
    this.events.emit(EVENT_OF[state], { message: `the settings are ${state}` })
  }
}

const EVENT_OF = {
  ready: ProviderEvents.Ready,
  stale: ProviderEvents.Stale,
  expired: ProviderEvents.Error,
} as const
/** After how long a store that could not be read is tried again, where the options have no interval. */
const RETRY_MS = 10_000
const WATCH_MS = 1_000

function isSettings(given: OpenOptions | ProviderSettings): given is ProviderSettings {
  return isEvaluating(given)
}

function openFeatureError(error: unknown): unknown {
  const problem = problemOf(error)
  if (!(problem instanceof FlagProblem)) return problem
  return new ERRORS[problem.code](problem.message, { cause: problem })
}

const ERRORS = {
  FLAG_NOT_FOUND: FlagNotFoundError,
  TARGETING_KEY_MISSING: TargetingKeyMissingError,
  INVALID_CONTEXT: InvalidContextError,
  GENERAL: GeneralError,
} satisfies Record<FlagProblemCode, unknown>

function isText(value: JsonValue): value is string {
  return typeof value === 'string'
}

function isBoolean(value: JsonValue): value is boolean {
  return typeof value === 'boolean'
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number'
}

/** Copies plain data, so that nothing of ours can be changed through it. */
function frozenCopy(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    const items = value.map(frozenCopy)
    Object.freeze(items)
    return items
  }
  const members = Object.entries(typeof value === 'object' && value !== null ? value : {})
  return Object.freeze(Object.fromEntries(members.map(([name, member]) => [name, frozenCopy(member)])))
}
