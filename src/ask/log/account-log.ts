import { Failure } from '../../base/failure.ts'
import type { Dict } from '../../domain/plain-data.ts'
import type { Repository } from '../../git/open-repository.ts'
import { headersOf } from '../../git/history/resolve-revision.ts'
import { changesOf } from '../../compare/changed-fields.ts'
import type { Change } from '../../compare/diff-types.ts'
import type { Winner } from '../../compare/winning-layers.ts'
import { type Question, flatAnswer } from '../answer-question.ts'
import { type AccountCommit, commitsOf, contentsIn, formerName, hasAccount } from './account-commits.ts'
import { fieldsOf, isField, winnersFor } from './answer-fields.ts'
import { noHistory, openHistory } from './open-history.ts'
import { stepsFor } from './relevant-steps.ts'
import { isUncommitted, noteBeginning, noteName, noteUncommitted, noteUnknown, noteUntold } from './notes.ts'
import { HistoryReader, type Understood } from './history-reader.ts'

/** The changes of an account's answers, and their authors. */
export interface AccountLog {
  /** Newest first. */
  readonly entries: readonly LogEntry[]
  /** Everything that there was at any time, for a caller that asked for something else. */
  readonly known: { readonly functions: Dict<true>; readonly prompts: Dict<true> }
  readonly fields: readonly string[]
}

/** A commit that changed the answer. */
export interface LogEntry {
  /** In full. */
  readonly commit: string
  /** The committer's clock, in seconds since 1970. */
  readonly seconds: number
  /** `Name <email>`. */
  readonly author: string
  /** The first line of its message. */
  readonly subject: string
  readonly changes: readonly LoggedChange[]
}

interface LoggedChange extends Change {
  /** The source of the new value; for one that is gone, of the old one. */
  readonly layer: Winner
}

export interface LogOptions {
  /** One field alone, by its whole name or by the last segment of it. */
  readonly field?: string
  /** Seconds since 1970: what was committed before is left out. */
  readonly since?: number
  /** Called with what a person may want to know and a program need not. */
  readonly note?: (text: string) => void
}

/**
 * Returns every commit that changed an account's answers: each of HEAD's first-parent line against the one before it.
 * Where a commit cannot be understood, its changes are reported with the next one that can.
 *
 * git determines which commits touch a file that the answer depends on: no other one is read, and each content is read
 * once.
 *
 * @throws {Failure} when there is no history, or none of it can be understood.
 */
export async function logOf(
  config: string,
  id: string,
  question: Question,
  { field, since = -Infinity, note = (): void => {} }: LogOptions = {},
): Promise<AccountLog> {
  const { repository, head } = await openHistory(config)
  const commits = [...commitsOf(await stepsFor(repository, head, id))]
  if (commits.length === 0) throw await noHistory(config)
  // git reads the working tree meanwhile.
  const uncommitted = isUncommitted(repository, commits.at(-1))
  const isKnown = commits.some(hasAccount)
  const follower = new Follower(question, isKnown, new HistoryReader(question, await contentsIn(repository, commits)))
  // What a shallow clone begins with was there before, until a commit is understood that shows what it was.
  let isBegin = false
  for (const commit of commits) {
    isBegin ||= commit.parent === undefined && (await isCutOff(repository, commit))
    if (!follower.follow(commit, isBegin)) continue
    if (isBegin) noteBeginning(commit, note)
    isBegin = false
  }
  if (!follower.hasUnderstood) throw noneUnderstood(commits)
  if (!isKnown) await noteUnknown(repository, head, id, note)
  const former = await formerName(repository, commits)
  if (former !== undefined) noteName(former, id, note)
  noteUntold(follower.skipped, note)
  if (await uncommitted) noteUncommitted(note)
  const logged = follower.logged.flatMap(({ commit, changes }) => {
    const kept = changes.filter((change) => field === undefined || isField(change.field, field))
    return kept.length === 0 || commit.seconds < since ? [] : [{ commit, changes: kept }]
  })
  const entries = await Promise.all(
    logged.reverse().map(async ({ commit: { commit, seconds }, changes }) => {
      const { author = '', subject = '' } = (await headersOf(repository, commit)) ?? {}
      return { commit, seconds, author, subject, changes }
    }),
  )
  return { entries, known: follower.known, fields: [...follower.fields] }
}

/** Whether a shallow clone ends the line: there its commit still names a parent. */
async function isCutOff(repository: Repository, { commit }: AccountCommit): Promise<boolean> {
  return ((await headersOf(repository, commit))?.parents ?? 0) > 0
}

function noneUnderstood(commits: readonly AccountCommit[]): Failure {
  const last = commits.at(-1)?.commit.slice(0, 12) ?? 'HEAD'
  const help = `\`tenfold check --at ${last}\` says what is wrong`
  return new Failure('refused', 'no commit of this history can be understood', help)
}

function named(names: ReadonlySet<string>): Dict<true> {
  return Object.fromEntries([...names].map((name) => [name, true]))
}

interface Logged {
  readonly commit: AccountCommit
  readonly changes: readonly LoggedChange[]
}

/** Follows a line from its beginning, and keeps what has changed on the way. */
class Follower {
  readonly logged: Logged[] = []
  readonly fields = new Set<string>()
  readonly #question: Question
  readonly #isKnown: boolean
  readonly #reader: HistoryReader
  readonly #functions = new Set<string>()
  readonly #prompts = new Set<string>()
  #last: (Understood & { readonly flat: Dict<unknown> | undefined }) | undefined
  /** Of the last answers that were asked about. */
  #winners: { of: Understood; are: ReadonlyMap<string, Winner> } | undefined
  /** The first commit since the last one that was understood. */
  skipped: AccountCommit | undefined

  /** @param isKnown Whether the account has a file at any time; one that never has gets the globals all the time. */
  constructor(question: Question, isKnown: boolean, reader: HistoryReader) {
    this.#question = question
    this.#isKnown = isKnown
    this.#reader = reader
  }

  get hasUnderstood(): boolean {
    return this.#last !== undefined
  }

  get known(): AccountLog['known'] {
    return { functions: named(this.#functions), prompts: named(this.#prompts) }
  }

  /**
   * Whether the commit was understood.
   *
   * @param isBegin Its content was there before, and it is unknown here since when.
   */
  follow(commit: AccountCommit, isBegin: boolean): boolean {
    const understood = this.#reader.understand(commit.tree)
    this.skipped = understood === undefined ? (this.skipped ?? commit) : undefined
    if (understood === undefined) return false
    this.#learn(understood)
    const isThere = !this.#isKnown || hasAccount(commit)
    const flat = isThere ? flatAnswer(this.#question, understood.known, understood.account) : undefined
    const changes = isBegin ? [] : changesOf(this.#last?.flat, flat)
    const now = { ...understood, flat }
    if (changes.length > 0) this.logged.push({ commit, changes: this.#layered(changes, now) })
    this.#last = now
    return true
  }

  #learn(understood: Understood): void {
    const { known, account } = understood
    const isSame =
      known === this.#last?.known && account?.author_profiles === undefined && account?.strategies === undefined
    if (isSame) return
    for (const name of Object.keys(known.functions ?? {})) this.#functions.add(name)
    for (const type of Object.keys(known.prompts)) this.#prompts.add(type)
    for (const field of fieldsOf(this.#question, understood)) this.fields.add(field)
  }

  #layered(changes: readonly Change[], now: Understood): LoggedChange[] {
    const before = this.#last && this.#winnersOf(this.#last)
    const after = this.#winnersOf(now)
    return changes.map((change) => {
      const layer = (change.new === null ? undefined : after.get(change.field)) ?? before?.get(change.field)
      return { ...change, layer: layer ?? 'global' }
    })
  }

  #winnersOf(state: Understood): ReadonlyMap<string, Winner> {
    if (this.#winners?.of !== state) this.#winners = { of: state, are: winnersFor(this.#question, state) }
    return this.#winners.are
  }
}
