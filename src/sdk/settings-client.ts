import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import type { ModelConfig } from './answers/model-config.ts'
import type { AuthorProfile, EffectivePrompt, Records, Strategy } from './answers/prompts-and-records.ts'
import { isExpired } from './load/verified-head.ts'
import { type TenfoldError, asDamage } from './tenfold-error.ts'
import type { Explanation } from './answers/explain-answer.ts'
import { EVALUATION, type Evaluation } from './evaluation.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { PromptVariables } from './answers/compile-prompt.ts'
import type { AnsweringRelease, AskOptions } from './answers/asking.ts'
import type { Reader, Snapshot } from './snapshot-reader.ts'
import type { SplitReader } from './rollout/split-reader.ts'
import type { CurrentRelease } from './current-release.ts'
import { advance } from './load-next-release.ts'
import { delayAfter } from './retry-delay.ts'
import { NoticeListener } from './notice/notice-listener.ts'
import type { Started } from './cold-start.ts'
import type { Hash } from './memory/hash-ids.ts'

/** The shortest and the longest interval between checks whether the settings have grown stale. */
const WATCH_MS = { least: 20, most: 1_000 }

export interface Status {
  /**
   * `stale`: the store could not be read for long, or not at all since the start; `expired`: the release is past its
   * expiry. Both keep answering.
   */
  readonly state: 'ready' | 'stale' | 'expired'
  readonly seq: number
  readonly commit: string | null
  /** Milliseconds since the store was last read successfully; if it never was, since the release was issued. */
  readonly ageMs: number
}

/** A clock that is so far behind what has passed was set back. */
const SET_BACK_MS = 5_000

export interface Events {
  /**
   * Another release answers from now on, or a rollout has come to another stage or to its end. `stage` is that of a
   * rollout in force, from 0, and null outside of rollouts.
   */
  changed: [{ readonly seq: number; readonly commit: string | null; readonly stage: number | null }]
  /**
   * The store could not be read for `staleAfterMs`, or the release is past its expiry; emitted once for each, within a
   * second. With `everyMs: 0`, emitted at the next call of `refresh`.
   */
  stale: [Status]
  /** A poll of the store failed; the current release keeps answering. A listener is optional. */
  error: [TenfoldError]
}

/** A running service's settings: the current release, and the polling that replaces it. */
export class Settings extends EventEmitter<Events> {
  readonly #decided: ResolvedOptions
  readonly #hash: Hash
  #present: CurrentRelease
  /** The release that is about to answer, while it reads the accounts that the current one answers for. */
  #next: CurrentRelease | undefined
  /** Why the next release must not answer. */
  #refusal: unknown
  #checkedAt: number
  /** The same by a clock that nobody sets: when this process last read the store, in milliseconds since it began. */
  #checkedTick = performance.now()
  /** When the poll that is still running began. */
  #lookingSince: number | undefined
  /** Whether the store was ever read, since a kept release may answer without it. */
  #hasRead: boolean
  #failing: boolean
  #failures = 0
  #failedPolls = 0
  #said: Status['state'] = 'ready'
  /** What `changed` has reported. */
  #told: { readonly reader: Reader; readonly stage: number | null }
  #running: Promise<boolean> | undefined
  #queued: Promise<boolean> | undefined
  #timer: NodeJS.Timeout | undefined
  #watch: NodeJS.Timeout | undefined
  #notices: NoticeListener | undefined
  #closed = false

  /** @internal */
  static start(decided: ResolvedOptions, hash: Hash, started: Started): Settings {
    return new Settings(decided, hash, started)
  }

  private constructor(decided: ResolvedOptions, hash: Hash, { present, failure, warnings }: Started) {
    super()
    this.#decided = decided
    this.#hash = hash
    this.#present = present
    this.#told = { reader: present.reader, stage: this.#stage }
    this.#hasRead = failure === undefined
    this.#failing = failure !== undefined
    // For a kept release, all we know is that the store was read after it was issued.
    const { issued } = present.release
    this.#checkedAt = this.#hasRead || issued === null ? decided.now() : Date.parse(issued)
    this.#schedule()
    if (decided.everyMs > 0) this.#watch = this.#watching()
    // The caller has had no chance to add a listener yet.
    if (failure !== undefined) setImmediate(() => this.#fail(failure))
    for (const warning of [...warnings, ...decided.takeProblems()]) setImmediate(() => this.#warn(warning))
    if (decided.notify !== undefined) this.#notices = this.#listen(decided.notify)
  }

  /**
   * Makes sure that an account can be asked about, and returns whether it is in the release. In `full` mode there is
   * nothing to wait for, so that the same code works in both; in `lazy` mode the account is read if it is not in
   * memory, and stays there as long as it is used now and then, across releases:
   *
   * ```ts
   * await settings.account('acme')
   * const { model } = settings.getModelConfig('generate_content', 'acme')
   * ```
   *
   * @throws {TenfoldError} `store_…` when it has to be read and cannot be; another call tries again.
   */
  async account(account: string): Promise<boolean> {
    for (;;) {
      const [present, next] = [this.#present, this.#next]
      try {
        // This promise has to hold after the next release has taken over, too.
        if (next !== undefined) {
          await widestReader(next)
            .account(account)
            .catch((error: unknown) => this.#refuse(next, error))
        }
        // Last, since it is kept only until the caller has had time to ask.
        const known = await widestReader(present).account(account)
        if (present === this.#present && next === this.#next) {
          return present.rollout === undefined ? known : await this.#reader.account(account)
        }
      } catch (error) {
        // An old release's objects may have been deleted.
        if (present === this.#present) throw error
      }
    }
  }

  /**
   * Returns which model to call for a function, and how. The same question gives the same frozen object.
   *
   * @throws {TenfoldError} `unknown_function`, `unknown_plan`, `unknown_account`, `account_not_loaded`; and
   * `missing_key` or `invalid_key` when the answer's `apiKey` is read.
   */
  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig {
    return this.#reader.getModelConfig(name, account, options)
  }

  /**
   * Returns the text that an account gets for a prompt type.
   *
   * @throws {TenfoldError} `unknown_prompt`, `unknown_plan`, `unknown_account`, `account_not_loaded`.
   */
  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt {
    return this.#reader.getEffectivePrompt(account, type, options)
  }

  /**
   * Returns the text that an account gets for a prompt type, with values in place of its variables. One that is
   * optional and left out is empty; a value is inserted as it is.
   *
   * @throws {TenfoldError} as `getEffectivePrompt`, and `missing_variable`, `unknown_variable`, `invalid_variable`.
   */
  compilePrompt(account: string, type: string, variables: PromptVariables, options?: AskOptions): string {
    return this.#reader.compilePrompt(account, type, variables, options)
  }

  /**
   * Returns the active author profiles by id: the global ones, and the account's own in addition or in their place.
   *
   * @throws {TenfoldError} `unknown_plan`, `unknown_account`, `account_not_loaded`.
   */
  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile> {
    return this.#reader.getAuthorProfiles(account, options)
  }

  /** Returns the active content strategies by id. @throws {TenfoldError} as `getAuthorProfiles`. */
  getStrategies(account: string, options?: AskOptions): Records<Strategy> {
    return this.#reader.getStrategies(account, options)
  }

  /**
   * Returns which release answers for an account: the stable one, or during a rollout the candidate for some.
   *
   * @throws {TenfoldError} `invalid_option`
   */
  releaseOf(account: string): AnsweringRelease {
    return this.#reader.releaseOf(account)
  }

  /**
   * Explains where each field of an answer is written, and why the other places lost. Reads from the store, and needs
   * no prior call of `account`.
   *
   * @throws {TenfoldError} as `getModelConfig`, and `store_…` when the store no longer has the details.
   */
  async explain(account: string, name: string, options?: AskOptions): Promise<Explanation> {
    return this.#reader.explain(account, name, options)
  }

  /**
   * Returns the current release, for several reads that have to be consistent: neither a refresh nor, during a rollout,
   * another stage or the time affects it.
   */
  snapshot(): Snapshot {
    return this.#reader
  }

  /** The names of the secrets that the providers use and that are missing or are not keys, sorted. */
  get missingKeys(): readonly string[] {
    return this.#reader.missingKeys()
  }

  get status(): Status {
    const { release } = this.#present
    const now = this.#decided.now()
    const [byClock, byTick] = [now - this.#checkedAt, performance.now() - this.#checkedTick]
    // A clock that was set back must hide no store that cannot be read; one that differs by its own pace is right.
    const ageMs = byTick - byClock > SET_BACK_MS ? byTick : Math.max(0, byClock)
    const { staleAfterMs } = this.#decided
    // A server that answers byte by byte does not fail, but brings nothing new either.
    const isStuck = this.#lookingSince !== undefined && now - this.#lookingSince > staleAfterMs
    const isStale = isStuck || (this.#failing && (!this.#hasRead || ageMs > staleAfterMs))
    const state = isExpired(release, now) ? 'expired' : isStale ? 'stale' : 'ready'
    return { state, seq: release.seq, commit: release.commit, ageMs }
  }

  /**
   * Polls the store now. Two polls never overlap: a call during one waits and then polls again, since the store may
   * have changed after that one began.
   *
   * @returns whether another release answers from now on; also false when the poll failed, which `error` reports.
   */
  refresh(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false)
    if (this.#running !== undefined) return (this.#queued ??= this.#after(this.#running))
    const running = this.#look().finally(() => {
      this.#running = undefined
    })
    this.#running = running
    return running
  }

  /** Stops polling the store, without waiting for its answer. What is in memory can still be read. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    clearInterval(this.#watch)
    this.#decided.store.interrupt?.()
    await Promise.allSettled([this.#running, this.#queued, this.#notices?.close()])
  }

  /** @internal */
  [EVALUATION](): Evaluation {
    const { release, epoch } = this.#present
    const { environment, seq, commit } = release
    return {
      evaluator: this.#reader,
      environment,
      epoch,
      seq,
      commit,
      stage: this.#stage,
      failedPolls: this.#failedPolls,
    }
  }

  [inspect.custom](): object {
    return { status: this.status, missingKeys: this.missingKeys }
  }

  async #after(running: Promise<boolean>): Promise<boolean> {
    await Promise.allSettled([running])
    this.#queued = undefined
    return this.refresh()
  }

  async #look(): Promise<boolean> {
    const before = this.#present
    const { cache, now } = this.#decided
    this.#lookingSince = now()
    // Settings that never poll must not be kept in memory by a timer between calls.
    const watch = this.#watch === undefined ? this.#watching() : undefined
    let next: CurrentRelease
    try {
      next = await advance(before, this.#decided, { hash: this.#hash, warn: (warning) => this.#warn(warning) })
      this.#next = next
      this.#refusal = undefined
      await follow(next, before)
      // From here to the swap no other code runs.
      if (this.#refusal !== undefined) throw this.#refusal
    } catch (error) {
      this.#lookingSince = undefined
      this.#fail(asDamage(error, `the store ${this.#decided.store.url}`))
      return false
    } finally {
      this.#lookingSince = undefined
      this.#next = undefined
      clearInterval(watch)
    }
    if (this.#closed) return false
    for (const problem of this.#decided.takeProblems()) this.#warn(problem)
    this.#present = next
    this.#checkedAt = now()
    this.#checkedTick = performance.now()
    this.#hasRead = true
    this.#failing = false
    this.#failures = 0
    const isToKeep = next !== before || cache?.owes(this.#checkedAt) === true
    const cacheFailure = isToKeep ? await cache?.keep(next, this.#decided) : undefined
    if (cacheFailure !== undefined) this.#warn(cacheFailure)
    this.#tellIfOld()
    return this.#tellIfChanged()
  }

  #listen({ place, spreadMs }: NonNullable<ResolvedOptions['notify']>): NoticeListener {
    return new NoticeListener({
      place,
      spreadMs,
      environment: () => this.#present.release.environment,
      seq: () => this.#present.release.seq,
      look: () => this.refresh(),
      // The caller has had no chance to add a listener yet.
      warn: (error) => setImmediate(() => this.#warn(error)),
    })
  }

  /** Refuses the next release: an account that answered must keep answering, or that release does not take over. */
  #refuse(next: CurrentRelease, error: unknown): void {
    if (this.#next === next) this.#refusal = error
  }

  #fail(error: TenfoldError): void {
    if (this.#closed) return
    this.#failing = true
    this.#failures++
    this.#failedPolls++
    this.#warn(error)
    this.#tellIfOld()
  }

  /** An emitter without a listener for errors would end the process. */
  #warn(error: TenfoldError): void {
    if (!this.#closed && this.listenerCount('error') > 0) this.emit('error', error)
  }

  /**
   * Reports stale settings in time: after a few failures the next poll is far away, and one that hangs does not fail.
   * It checks repeatedly, since a timer may fire early, and the clock may run slower than the timer's.
   */
  #watching(): NodeJS.Timeout {
    const everyMs = Math.min(Math.max(this.#decided.staleAfterMs, WATCH_MS.least), WATCH_MS.most)
    return setInterval(() => {
      this.#tellIfOld()
      this.#tellIfChanged()
    }, everyMs).unref()
  }

  /** Emits `stale` once for each time that the settings grow stale. */
  #tellIfOld(): void {
    if (this.#closed) return
    const { status } = this
    const isNews = status.state !== 'ready' && status.state !== this.#said
    this.#said = status.state
    if (isNews) this.emit('stale', status)
  }

  /** Emits `changed` once for each change of what answers, which may be by the clock alone. */
  #tellIfChanged(): boolean {
    const { release, reader } = this.#present
    const stage = this.#stage
    if (this.#closed || (this.#told.reader === reader && this.#told.stage === stage)) return false
    this.#told = { reader, stage }
    this.emit('changed', { seq: release.seq, commit: release.commit, stage })
    return true
  }

  /** The stage of the rollout that is in force now. */
  get #stage(): number | null {
    return this.#present.rollout?.stageAt(this.#decided.now()) ?? null
  }

  /** What answers now: a rollout is asked for its time at every look-up. */
  get #reader(): Reader | SplitReader {
    const { rollout, reader } = this.#present
    return rollout === undefined || rollout.stageAt(this.#decided.now()) === null ? reader : rollout.reader
  }

  #schedule(): void {
    if (this.#closed || this.#decided.everyMs === 0) return
    this.#timer = setTimeout(
      () => {
        void this.refresh().finally(() => this.#schedule())
      },
      delayAfter(this.#failures, this.#decided.everyMs),
    )
    this.#timer.unref()
  }
}

/** What reads an account wherever it may be asked for: in the candidate, too, as long as a stage may come to it. */
function widestReader({ rollout, reader }: CurrentRelease): Reader | SplitReader {
  return rollout?.reader ?? reader
}

/** @throws {TenfoldError} */
async function follow({ content, rollout }: CurrentRelease, before: CurrentRelease): Promise<void> {
  await content.accounts.follow?.(before.content.accounts)
  await rollout?.content.accounts.follow?.(content.accounts, (id) => rollout.reader.mayReach(id))
}
