import type { Comments } from '../review/comment-state.ts'
import { type GitHubClient, clientOf, otherApi } from './octokit-client.ts'
import { commentsOf } from './list-comments.ts'
import { githubFailure, isAlreadyThere, statusOf } from './github-failure.ts'
import { type PullRequest, hasHead, isOf, pullOf } from './pull-request-facts.ts'
import type { GitHubRepository } from './repository-of-remote.ts'

export interface GitHubOptions extends GitHubRepository {
  readonly token: string
  /** How long a second of waiting lasts, in milliseconds: a test has less time. */
  readonly second?: number
}

/**
 * One repository on GitHub, or on a server with GitHub's API. Every creation checks before and afterwards, so that it
 * may be run any number of times; and from a list, nothing is taken that was not asked for.
 */
export class GitHub {
  readonly #options: GitHubOptions
  #octokit: GitHubClient
  #at: { readonly owner: string; readonly repo: string }

  constructor(options: GitHubOptions) {
    const { api, owner, repo, token, second = 1_000 } = options
    this.#options = options
    this.#at = { owner, repo }
    this.#octokit = clientOf(api, token, second)
  }

  get name(): string {
    return `${this.#at.owner}/${this.#at.repo}`
  }

  /**
   * Returns the default branch, which also tests the token, and where the API is. A repository that has moved is
   * followed.
   */
  async defaultBranch(): Promise<string> {
    return this.#during(`read ${this.name} on GitHub`, async () => {
      const { data } = await this.#octokit.rest.repos.get(this.#at).catch((error: unknown) => this.#elsewhere(error))
      this.#at = { owner: data.owner.login, repo: data.name }
      return data.default_branch
    })
  }

  /** Requests the repository again, where another server's API answers instead. */
  async #elsewhere(error: unknown): Promise<Awaited<ReturnType<GitHubClient['rest']['repos']['get']>>> {
    const { api, token, second = 1_000 } = this.#options
    const other = statusOf(error) === 404 ? await otherApi(api, token) : undefined
    if (other === undefined) throw error
    this.#octokit = clientOf(other, token, second)
    return this.#octokit.rest.repos.get(this.#at)
  }

  /**
   * Returns the user of the token, by which comments are found again. The token of a workflow has none: its comments
   * have a bot.
   */
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

  /** Lists the pull requests of a branch of this repository into another, open and closed, the newest first. */
  async pulls(branch: string, base: string): Promise<readonly PullRequest[]> {
    return this.#during(`list the pull requests of ${this.name}`, async () => {
      const { paginate, rest } = this.#octokit
      const wanted = { head: `${this.#at.owner}:${branch}`, base, state: 'all', per_page: 100 } as const
      const listed = await paginate(rest.pulls.list, { ...this.#at, ...wanted })
      return newestFirst(listed.filter((pull) => isOf(pull, branch, base)).map(pullOf))
    })
  }

  /** Lists the open pull requests whose head is a commit, including those of forks, the newest first. */
  async pullsWithHead(commit: string): Promise<readonly PullRequest[]> {
    return this.#during(`list the pull requests of ${this.name}`, async () => {
      const { paginate, rest } = this.#octokit
      const listed = await paginate(rest.pulls.list, { ...this.#at, state: 'open', per_page: 100 })
      return newestFirst(listed.filter((pull) => hasHead(pull, commit, this.name)).map(pullOf))
    })
  }

  /** Makes a pull request; where another run has made it meanwhile, returns that one. */
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
    return commentsOf(this.#octokit, { ...this.#at, number }, (what, work) => this.#during(what, work))
  }

  async #during<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw githubFailure(error, what)
    }
  }
}

function newestFirst(pulls: PullRequest[]): readonly PullRequest[] {
  return pulls.sort((a, b) => b.number - a.number)
}
