import type { Comment, Comments } from '../review/comment-state.ts'
import type { GitHubClient } from './octokit-client.ts'
import { statusOf } from './github-failure.ts'
import { sameText } from './pull-request-facts.ts'

interface Place {
  readonly owner: string
  readonly repo: string
  readonly number: number
}

/** Opens the comments of one pull request. @param during Adds what was tried to a failure. */
export function commentsOf(
  { rest: { issues }, paginate }: GitHubClient,
  { owner, repo, number }: Place,
  during: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): Comments {
  const at = { owner, repo, issue_number: number }
  const name = `${owner}/${repo}#${number}`
  const list = async (): Promise<readonly Comment[]> => {
    const all = await paginate(issues.listComments, { ...at, per_page: 100 })
    return all
      .filter((comment) => isAt(comment, number))
      .map(({ id, user, body }) => {
        return { id, author: user?.login ?? '', body: body ?? '' }
      })
  }
  const create = async (body: string): Promise<void> => {
    // Not retried unseen: an answer that was lost may well be one to a comment that was made.
    await issues.createComment({ ...at, body, request: { retries: 0 } })
  }
  return {
    list: () => during(`list the comments of ${name}`, list),
    create: (body) =>
      during(`comment on ${name}`, async () => {
        try {
          await create(body)
        } catch (error) {
          if ((statusOf(error) ?? 0) < 500) throw error
          const made = (await list()).some((comment) => sameText(comment.body, body))
          if (!made) await create(body)
        }
      }),
    update: (id, body) =>
      during(`update a comment on ${name}`, async () => {
        await issues.updateComment({ owner, repo, comment_id: id, body })
      }),
  }
}

interface Placed {
  readonly issue_url?: string
  /** Gitea's, where the issue is a pull request. */
  readonly pull_request_url?: string
}

/** Whether a comment belongs to this pull request. Where its own URLs do not show it, the list's does. */
function isAt({ issue_url = '', pull_request_url = '' }: Placed, number: number): boolean {
  const numbers = [issue_url, pull_request_url].flatMap((url) => /\/(\d+)$/.exec(url)?.[1] ?? [])
  return numbers.length === 0 || numbers.includes(String(number))
}
