import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { GitObjects } from '../objects/cat-file.ts'
import { isThere, makeOwn } from './own-repository.ts'

/** Runs git in a repository, with something to read; rejects with git's message when it fails. */
export type Git = (gitDir: string, args: readonly string[], input?: Buffer) => Promise<string>

const MOST_TRIES = 8

/**
 * Others are fetching into the same cache; or the branch was replaced or removed between the two requests of one fetch.
 */
function isCrowded(error: unknown): boolean {
  return /shallow file has changed|\.lock'|cannot lock ref|not our ref|find remote ref/i.test(String(error))
}

/**
 * One branch of a remote repository, its last commit fetched into a bare repository of our own. That repository is a
 * cache: it may be thrown away, and any number of processes may use it at once.
 */
export class GitBranch {
  readonly gitDir: string
  readonly remote: string
  readonly ref: string
  readonly objects: GitObjects
  readonly #git: Git

  constructor(gitDir: string, remote: string, branch: string, env: Readonly<Record<string, string>>, git: Git) {
    this.gitDir = gitDir
    this.remote = remote
    this.ref = `refs/heads/${branch}`
    this.objects = new GitObjects(gitDir, { ...env, GIT_DIR: gitDir })
    this.#git = git
  }

  /** Runs git in the cache, and returns its answer. */
  async run(...args: readonly string[]): Promise<string> {
    return this.feed(undefined, ...args)
  }

  async feed(input: Buffer | undefined, ...args: readonly string[]): Promise<string> {
    if (!isThere(this.gitDir)) {
      await makeOwn(this.gitDir, (made) => this.#git(made, ['init', '--quiet', '--bare', '--template=']))
    }
    return this.#git(this.gitDir, args, input)
  }

  /** Returns the commit that the branch is at in the remote repository now; undefined where there is no such branch. */
  async now(): Promise<string | undefined> {
    const listed = await this.run('ls-remote', '--', this.remote, this.ref)
    for (const line of listed.split('\n')) {
      const [id, ref] = line.split('\t')
      if (ref === this.ref) return id
    }
    return undefined
  }

  /** Does the same, with everything that the commit holds fetched. */
  async fetch(): Promise<string | undefined> {
    for (let tries = 0; ; tries++) {
      const now = await this.now()
      if (now === undefined || (await this.#has(now))) return now
      try {
        return await this.#take()
      } catch (error) {
        if (tries === MOST_TRIES || !isCrowded(error)) throw error
        await wait(20 + Math.random() * 80 * tries)
      }
    }
  }

  async #take(): Promise<string> {
    // A ref of its own: others may be fetching into this repository.
    const mine = `refs/fetched/${randomBytes(6).toString('hex')}`
    const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--depth=1']
    await this.run('fetch', ...quiet, '--', this.remote, `+${this.ref}:${mine}`)
    const commit = await this.objects.read(mine)
    if (typeof commit === 'string') throw new Error(`git has fetched ${this.ref}, and does not find it`)
    // The next fetch goes on from this one; the process that comes second may set it.
    const refs = Buffer.from(`update refs/fetched/last ${commit.id}\ndelete ${mine}\n`)
    await this.feed(refs, 'update-ref', '--stdin').catch(() => this.run('update-ref', '-d', mine).catch(() => ''))
    return commit.id
  }

  async #has(commit: string): Promise<boolean> {
    // A fetch that was cut off leaves no pack behind, so a commit that is here is complete.
    const found = await this.objects.read(`${commit}^{tree}`, () => false).catch(() => 'absent')
    return found !== 'absent'
  }
}
