import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { GitBranch } from '../git/branch/fetched-branch.ts'
import type { Setting } from '../git/git-environment.ts'
import { isBranch, masked } from '../git/parse-git-url.ts'
import { Failure } from '../base/failure.ts'
import { blobId } from '../git/objects/blob-id.ts'
import { type CommitFile, type ListedFile, filesOf, isSameCommit, makeCommit } from '../git/branch/make-commit.ts'
import { defaultBranchIn } from '../git/default-branch.ts'
import { gitFailure, patiently } from '../git/git-failure.ts'
import { push } from '../git/branch/push-branch.ts'
import { authorIn } from '../git/branch/author-of-commits.ts'
import { openBranch, ownPlace, settingsOf, urlOfRemote } from '../git/remote-settings.ts'
import type { GitHubEnv } from './repository-of-remote.ts'
import { tokenHeader } from './token-header.ts'

/** One file's change; null for a file that is not there. */
export interface BranchChange {
  /** From the top of the repository, with forward slashes. */
  readonly path: string
  /** The content that the change was made from: if the base has something else by now, nothing is overwritten. */
  readonly before: string | null
  readonly after: string | null
}

/** A branch of a name that stays, which we alone change: another's commit on it is never replaced. */
export interface OwnBranch {
  readonly name: string
  /** The commit that we put there last; null before the first push. */
  readonly pushed: string | null
  /** The commit that we were about to put there. */
  readonly making: string | null
  /** Called with the new commit before it is pushed, to be remembered. */
  readonly onCommit: (commit: string) => Promise<void>
}

interface Push {
  readonly branch: string
  readonly base: string
  readonly changes: readonly BranchChange[]
  readonly message: string
  /** Replaces the content of the branch, even if it is this change. */
  readonly anew: boolean
  /** Options that are sent to the server with the push. */
  readonly options?: readonly string[]
  /** Left out where the branch is named by its content. */
  readonly own?: OwnBranch
}

interface Options {
  readonly folder: string
  readonly remote: string
  /** The token to sign in on GitHub; left out, git knows by itself. */
  readonly token?: string
  readonly env: GitHubEnv
  readonly cache: string | undefined
  readonly second: number | undefined
}

/** Makes a branch in a bare repository of our own, which never sees the user's working tree and index. */
export class PullRequestBranch {
  readonly url: string
  readonly #gitDir: string
  readonly #settings: readonly Setting[]
  readonly #who: string
  readonly #pauses: readonly number[]
  #files: ReadonlyMap<string, ListedFile> = new Map()
  #baseCommit = ''

  /** @throws {Failure} when there is no such remote, or no author for the commit. */
  static async open({ folder, remote, token, env, cache, second = 1_000 }: Options): Promise<PullRequestBranch> {
    const url = await urlOfRemote(remote, folder, existsSync)
    const own = await settingsOf(folder)
    const settings = [...own, ...(token === undefined ? [] : tokenHeader(url, token, env, own))]
    const name = createHash('sha256').update(`${url}#`).digest('hex').slice(0, 32)
    return new PullRequestBranch(
      url,
      await ownPlace(name, cache),
      settings,
      await authorIn(folder, env),
      [0.2, 0.8, 2].map((s) => s * second),
    )
  }

  private constructor(
    url: string,
    gitDir: string,
    settings: readonly Setting[],
    who: string,
    pauses: readonly number[],
  ) {
    this.url = url
    this.#gitDir = gitDir
    this.#settings = settings
    this.#who = who
    this.#pauses = pauses
  }

  /**
   * Fetches the base, and returns the changes that it does not have yet.
   *
   * @throws {Failure} when a file there differs from what the change was made from.
   */
  async changesTo(base: string, changes: readonly BranchChange[]): Promise<readonly BranchChange[]> {
    const fetch = (): Promise<string | undefined> => patiently(() => this.#branch(base).fetch(), this.#pauses)
    const commit = await this.#during(`read ${base} of`, fetch)
    if (commit === undefined) {
      throw new Failure('world', `there is no branch ${base} in ${masked(this.url)}`, 'name the branch to change')
    }
    this.#baseCommit = commit
    this.#files = await filesOf(this.#branch(base), commit)
    const left = changes.filter(({ path, after }) => this.#files.get(path)?.id !== idOf(after))
    for (const { path, before } of left) {
      if (this.#files.get(path)?.id === idOf(before)) continue
      const help = 'pull, make the change again, and propose that: nothing was overwritten'
      throw new Failure('world', `${path} has changed on ${base} since you have read it`, help)
    }
    return left
  }

  /** Returns the remote's default branch. @throws {Failure} */
  async defaultBranch(): Promise<string> {
    const ask = (): Promise<string> => this.#branch('HEAD').run('ls-remote', '--symref', '--', this.url, 'HEAD')
    const answer = await this.#during('read', () => patiently(ask, this.#pauses))
    const name = defaultBranchIn(answer)
    if (name !== undefined) return name
    throw new Failure('world', `${masked(this.url)} has no default branch`, 'name the branch to change with --base')
  }

  /** Whether a branch of ours was there and is not any more: it was merged, or closed. @throws {Failure} */
  async isGone({ name, pushed }: OwnBranch): Promise<boolean> {
    if (pushed === null) return false
    const now = (): Promise<string | undefined> => patiently(() => this.#branch(name).now(), this.#pauses)
    return (await this.#during(`read ${name} of`, now)) === undefined
  }

  /** Puts a commit with the changes on the branch, unless it is there; returns whether it was not. @throws {Failure} */
  async push({ branch, base, changes, message, anew, options, own }: Push): Promise<boolean> {
    const target = this.#branch(branch)
    const who = this.#who
    let isThere = false
    const done = await this.#during(`push ${branch} to`, async () => {
      const there = await patiently(() => target.fetch(), this.#pauses)
      if (own !== undefined && there !== undefined && ![own.pushed, own.making].includes(there)) {
        throw takenOver(branch)
      }
      if (own === undefined && there !== undefined) {
        const files = await filesOf(target, there)
        if (!changes.every(({ path, after }) => files.get(path)?.id === idOf(after))) throw occupied(branch)
        isThere = !anew
        if (isThere) return true
      }
      const files = changes.map((change) => fileOf(change, this.#files.get(change.path)))
      const commit = await makeCommit(this.#branch(base), { message, who, parent: this.#baseCommit, files })
      if (own !== undefined && there !== undefined && (await isSameCommit(target.objects, there, commit))) {
        // What an earlier push failed to put there is not the one to be remembered.
        await own.onCommit(there)
        return (isThere = true)
      }
      await own?.onCommit(commit)
      return push(target, commit, there, this.#pauses, options)
    })
    if (done) return !isThere
    throw new Failure('world', `somebody else pushed ${branch} at the same time`, 'run it again: it goes on from there')
  }

  #branch(name: string): GitBranch {
    if (!isBranch(name)) throw new Failure('usage', `"${name}" cannot be a branch`, 'use letters, digits, - and /')
    return openBranch(this.#gitDir, this.url, name, this.#settings)
  }

  async #during<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw gitFailure(error, `cannot ${what} ${masked(this.url)}`)
    }
  }
}

function fileOf({ path, after }: BranchChange, present: ListedFile | undefined): CommitFile {
  return { path, mode: present?.mode ?? '100644', is: after === null ? null : Buffer.from(after) }
}

function idOf(text: string | null): string | undefined {
  return text === null ? undefined : blobId(Buffer.from(text))
}

function takenOver(branch: string): Failure {
  const help = 'somebody has worked on it: go on there by git, or begin another draft with these changes'
  return new Failure('world', `the branch ${branch} has a commit that is not ours`, help)
}

function occupied(branch: string): Failure {
  const help = 'somebody has worked on it: merge or close its pull request, delete the branch, and run this again'
  return new Failure('world', `the branch ${branch} holds something else than this change`, help)
}
