import { randomUUID } from 'node:crypto'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import type { Comment, Comments } from '../review/comment.ts'
import { githubFailure, isAlreadyThere, statusOf } from './github-failure.ts'
import type { GitHubRepository } from './github-remote.ts'

export interface PullRequest {
  readonly number: number
  readonly url: string
  readonly state: 'open' | 'closed'
  readonly title: string
  readonly body: string
}

export interface GitHubOptions extends GitHubRepository {
  readonly token: string
  /** How long a second of waiting lasts, in milliseconds: a test has less time. */
  readonly second?: number
}

/** One repository on GitHub. Every creation looks first and looks again, so that it may be run any number of times. */
export class GitHub {
  readonly #octokit: InstanceType<typeof Client>
  #at: { readonly owner: string; readonly repo: string }

  constructor({ api, owner, repo, token, second = 1_000 }: GitHubOptions) {
    this.#at = { owner, repo }
    this.#octokit = new Client({
      auth: token,
      baseUrl: api,
      userAgent: 'tenfold',
      log: SILENT,
      retry: { retryAfterBaseValue: second },
      throttle: { id: randomUUID(), retryAfterBaseValue: second, onRateLimit: wait, onSecondaryRateLimit: wait },
    })
  }

  get name(): string {
    return `${this.#at.owner}/${this.#at.repo}`
  }

  /** The default branch, by which the token is tried as well. A repository that has moved is followed. */
  async defaultBranch(): Promise<string> {
    return this.#during(`read ${this.name} on GitHub`, async () => {
      const { data } = await this.#octokit.rest.repos.get(this.#at)
      this.#at = { owner: data.owner.login, repo: data.name }
      return data.default_branch
    })
  }

  /** Who the token is, by whom comments are found again. The token of a workflow is nobody: its comments have a bot. */
  async login(): Promise<string> {
    return this.#during('ask GitHub who the token is', async () => {
      try {
        return (await this.#octokit.rest.users.getAuthenticated()).data.login
      } catch (error) {
        if (statusOf(error) === 403 && /not accessible by integration/i.test(String(error))) {
          return 'github-actions[bot]'
        }
        throw error
      }
    })
  }

  async pull(number: number): Promise<PullRequest> {
    return this.#during(`read pull request ${number} of ${this.name}`, async () => {
      return pullOf((await this.#octokit.rest.pulls.get({ ...this.#at, pull_number: number })).data)
    })
  }

  /** The pull requests of a branch of this repository into another, open and closed, the newest first. */
  async pulls(branch: string, base: string): Promise<readonly PullRequest[]> {
    return this.#during(`list the pull requests of ${this.name}`, async () => {
      const head = `${this.#at.owner}:${branch}`
      const { data } = await this.#octokit.rest.pulls.list({ ...this.#at, head, base, state: 'all', per_page: 100 })
      return data.map(pullOf).sort((a, b) => b.number - a.number)
    })
  }

  /** Makes a pull request; where another run has made it meanwhile, that one is given. */
  async createPull(branch: string, base: string, title: string, body: string): Promise<PullRequest> {
    return this.#during(`open a pull request in ${this.name}`, async () => {
      try {
        return pullOf((await this.#octokit.rest.pulls.create({ ...this.#at, head: branch, base, title, body })).data)
      } catch (error) {
        if (!isAlreadyThere(error)) throw error
        const open = (await this.pulls(branch, base)).find(({ state }) => state === 'open')
        if (open === undefined) throw error
        return open
      }
    })
  }

  async updatePull(number: number, title: string, body: string): Promise<PullRequest> {
    return this.#during(`update pull request ${number} of ${this.name}`, async () => {
      return pullOf((await this.#octokit.rest.pulls.update({ ...this.#at, pull_number: number, title, body })).data)
    })
  }

  comments(number: number): Comments {
    const at = { ...this.#at, issue_number: number }
    const { issues } = this.#octokit.rest
    const list = async (): Promise<readonly Comment[]> => {
      const all = await this.#octokit.paginate(issues.listComments, { ...at, per_page: 100 })
      return all.map(({ id, user, body }) => ({ id, author: user?.login ?? '', body: body ?? '' }))
    }
    const create = async (body: string): Promise<void> => {
      // Not retried unseen: an answer that was lost may well be one to a comment that was made.
      await issues.createComment({ ...at, body, request: { retries: 0 } })
    }
    return {
      list: () => this.#during(`list the comments of ${this.name}#${number}`, list),
      create: (body) => this.#during(`comment on ${this.name}#${number}`, async () => {
        try {
          await create(body)
        } catch (error) {
          if ((statusOf(error) ?? 0) < 500) throw error
          const made = (await list()).some((comment) => sameText(comment.body, body))
          if (!made) await create(body)
        }
      }),
      update: (id, body) => this.#during(`update a comment on ${this.name}#${number}`, async () => {
        await issues.updateComment({ ...this.#at, comment_id: id, body })
      }),
    }
  }

  async #during<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw githubFailure(error, what)
    }
  }
}

/** GitHub's editor writes other line ends than we do. */
export function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trimEnd() === b.replaceAll('\r\n', '\n').trimEnd()
}

const Client = Octokit.plugin(throttling, retry)
/** Seconds; whoever has to wait longer is told until when. */
const LONGEST_WAIT = 60
const wait = (seconds: number, _options: unknown, _octokit: unknown, tries: number): boolean => {
  return seconds <= LONGEST_WAIT && tries < 2
}
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

interface RawPull {
  readonly number: number
  readonly html_url: string
  readonly state: string
  readonly title: string
  readonly body: string | null
}

function pullOf({ number, html_url: url, state, title, body }: RawPull): PullRequest {
  return { number, url, state: state === 'open' ? 'open' : 'closed', title, body: body ?? '' }
}
