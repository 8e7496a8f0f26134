import { join } from 'node:path'
import { AnswerIndex } from '../../ask/find/answer-index.ts'
import { type EveryAccount, type ReadAccount, knownTo, openAll, readAllAccounts } from '../../ask/read-all-accounts.ts'
import { statsOf } from '../../base/file-facts.ts'
import { type TrustedStore, withPrevious } from '../../check/previous/previous-release.ts'
import { servesAll } from '../../domain/resolve-answers.ts'
import { inTop, readIndex, readIndexAt } from '../../git/worktree/read-index.ts'
import { changedFiles } from '../../git/worktree/working-tree-facts.ts'
import { type Configuration, type Origin, openOrigin } from '../../source/open-configuration.ts'
import { Lately } from './lately.ts'

export interface AllAccountsOptions {
  readonly fingerprint: string
  /** This machine's store: what it knows need not be parsed. */
  readonly store?: TrustedStore
}

/** All accounts as they were at one moment. */
export interface AccountsAtHand extends EveryAccount {
  /** Their answers, for queries; undefined where the globals answer nothing. It is made behind the pages. */
  readonly answers: Promise<AnswerIndex> | undefined
  /** How many files are not as they were committed; undefined in no repository. */
  readonly uncommitted: number | undefined
}

/** What git said before all were read. */
interface Looked {
  /** Differs once a file of the configuration has changed; undefined where git cannot tell. */
  readonly signature: string | undefined
  /** How many files are not as they were committed; undefined in no repository. */
  readonly changed: number | undefined
  /** Files that git was instructed not to look at: it does not tell whether they have changed. */
  readonly unseen: readonly string[]
}

/** All accounts in memory, brought up to date behind the pages: only what has changed is parsed again. */
export class AllAccounts {
  private readonly config: string
  private readonly options: AllAccountsOptions
  private readonly lately = new Lately<AccountsAtHand>((before) => this.read(before))
  private looked: Looked | undefined
  private answered: AnswerIndex | undefined

  constructor(config: string, options: AllAccountsOptions) {
    this.config = config
    this.options = options
  }

  /** Returns all accounts: a change of the last moments may be missing. */
  now(): Promise<AccountsAtHand> {
    return this.lately.now()
  }

  private async read(before: AccountsAtHand | undefined): Promise<AccountsAtHand> {
    const origin = await openOrigin(this.config)
    const { looked } = this
    if (before !== undefined && looked?.signature !== undefined) {
      if ((await look(origin, looked.unseen)).signature === looked.signature) return before
    }
    // Looked at before the files are read: what changes meanwhile is seen the next time.
    const now = await look(origin, await unseenIn(origin))
    const every = await this.readAll(await openAll(origin), before?.accounts)
    const answers = this.answersOf(every)
    // Queries go on with what is at hand until the newer answers are known.
    if (before !== undefined) await answers
    this.looked = now
    return { ...every, answers, uncommitted: now.changed }
  }

  private readAll(configuration: Configuration, before: EveryAccount['accounts'] | undefined): Promise<EveryAccount> {
    if (before !== undefined) return readAllAccounts(configuration, { known: sameIn(before) })
    const { store, fingerprint } = this.options
    return withPrevious(
      store,
      fingerprint,
      () => {},
      (previous) => readAllAccounts(configuration, { known: knownTo(previous) }),
    )
  }

  private answersOf({ common: { globals }, accounts }: EveryAccount): Promise<AnswerIndex> | undefined {
    if (globals === undefined || !servesAll(globals)) return undefined
    const answers = AnswerIndex.of(globals, accounts, this.answered)
    answers.then(
      (index) => (this.answered = index),
      // A failure is one of the page that asks for them.
      () => {},
    )
    return answers
  }
}

async function unseenIn({ repository }: Origin): Promise<readonly string[]> {
  if (repository === undefined) return []
  const { entries } = await readIndex(repository)
  return [...entries.values()].flatMap(({ path, isLookedAt }) => {
    return isLookedAt ? [] : [inTop(repository.prefix, path)]
  })
}

/** Asks git what has changed: it inspects every file, in a process of its own. */
async function look({ repository, id, date }: Origin, unseen: readonly string[]): Promise<Looked> {
  if (repository === undefined) return { signature: undefined, changed: undefined, unseen }
  const { top, gitDir } = repository
  const staged = factsOf(join(gitDir, 'index'))
  const changed = await changedFiles(repository, await readIndexAt(repository, []))
  const files = [...new Set([...changed, ...unseen])].map((path) => [path, factsOf(join(top, path))])
  // Of a folder that is ignored as a whole, nothing in it is listed.
  const isKnown = id !== undefined && !changed.some((path) => path.endsWith('/'))
  const signature = isKnown ? JSON.stringify([id, date, staged, files]) : undefined
  return { signature, changed: changed.length, unseen }
}

function factsOf(path: string): unknown {
  const { mtimeMs, ctimeMs, size, ino } = statsOf(path) ?? {}
  return [mtimeMs, ctimeMs, size, ino]
}

function sameIn(
  before: ReadonlyMap<string, ReadAccount>,
): (id: string, blob: string) => ReadAccount['account'] | undefined {
  return (id, blob) => {
    const found = before.get(id)
    return found?.blob === blob ? found.account : undefined
  }
}
