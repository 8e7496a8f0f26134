import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { GitHub } from '../../github/github.ts'
import type { PullRequest } from '../../github/pull-request-facts.ts'
import { type GitHubEnv, tokenOf } from '../../github/repository-of-remote.ts'
import { tokenHeader } from '../../github/token-header.ts'
import { fetchCommits } from '../../git/objects/fetch-commits.ts'
import { settingsOf, urlOfRemote } from '../../git/remote-settings.ts'
import { type Repository, openRepository } from '../../git/open-repository.ts'
import { resolveRevision } from '../../git/history/resolve-revision.ts'
import { isBranch } from '../../git/parse-git-url.ts'
import { upsertReview } from '../../review/upsert-comment.ts'
import { numberOf, repositoryHere } from './workflow-event.ts'

/** What the command line specifies about the pull request and its two sides. */
export interface PostFlags {
  readonly config: string
  readonly base?: string
  readonly head?: string
  readonly pull?: string
}

/** The pull requests that a review is written to, and the commits to compare if the flags do not name any. */
export interface Destination {
  readonly numbers: readonly number[]
  readonly base: string | undefined
  readonly head: string | undefined
  /** Keeps a single comment on each of them, and reports what it did. */
  post(body: string): Promise<readonly string[]>
}

/**
 * Finds where a review goes: to the pull request that the command line or a workflow's environment names, or else to
 * the open ones with the reviewed head. Without a given base, the base is the newest commit of the branch that the
 * change is proposed to, fetched here and now along with the head. Undefined, with a note, if there is no such pull
 * request.
 *
 * @throws {Failure} when nothing identifies the pull request.
 */
export async function findDestination(
  flags: PostFlags,
  note: (text: string) => void,
  env: GitHubEnv = process.env,
): Promise<Destination | undefined> {
  const named = numberOf(flags.pull, env)
  if (named === undefined && flags.head === undefined) {
    throw new Failure(
      'usage',
      'which pull request to comment on is not known',
      'name it with --pull NUMBER, or --head SHA',
    )
  }
  const token = tokenOf(env)
  const repository = await openRepository(resolve(flags.config))
  const github = new GitHub({ ...(await repositoryHere(repository, env)), token })
  const main = await github.defaultBranch()
  const found =
    named === undefined
      ? oneBase(await github.pullsWithHead(await commitOf(repository, flags.head ?? '')), main, note)
      : flags.base === undefined
        ? [await github.pull(named)]
        : []
  const [first] = found
  if (named === undefined && first === undefined) return void note('no open pull request has this head')
  const numbers = named === undefined ? found.map(({ number }) => number) : [named]
  const post = async (body: string): Promise<readonly string[]> => {
    const author = await github.login()
    const done: string[] = []
    for (const number of numbers) {
      done.push(`${await upsertReview(github.comments(number), author, body)} the comment on #${number}`)
    }
    return done
  }
  if (flags.base !== undefined || first === undefined) return { numbers, base: flags.base, head: flags.head, post }
  const sides = await fetchSides(repository, first, env, token)
  if (sides.head === first.head) return { numbers, base: sides.base, head: flags.head ?? sides.head, post }
  return void note(`pull request ${first.number} has another head by now`)
}

/**
 * Of the pull requests that propose one commit, chooses those into one branch: they have the same review. It prefers
 * the default branch, if it is among theirs, so that another pull request cannot divert the review from where it
 * counts.
 */
function oneBase(pulls: readonly PullRequest[], main: string, note: (text: string) => void): readonly PullRequest[] {
  const base = pulls.some((pull) => pull.base === main) ? main : pulls[0]?.base
  const [chosen, others] = [pulls.filter((pull) => pull.base === base), pulls.filter((pull) => pull.base !== base)]
  for (const { number, base: other } of others)
    note(`#${number}, into ${other}, has this head too, and gets no comment`)
  return chosen
}

/** Fetches both sides of a pull request as they are now. @throws {Failure} */
async function fetchSides(
  repository: Repository | undefined,
  { number, base }: PullRequest,
  env: GitHubEnv,
  token: string,
): Promise<{ readonly base: string; readonly head: string }> {
  if (repository === undefined || !isBranch(base)) {
    throw new Failure('usage', `the base of pull request ${number} cannot be fetched`, 'name it with --base REV')
  }
  const url = await urlOfRemote('origin', repository.top, existsSync)
  const signIn = tokenHeader(url, token, env, await settingsOf(repository.top))
  const refs = [`refs/heads/${base}`, `refs/pull/${number}/head`]
  const [tip = '', head = ''] = await fetchCommits(repository, url, refs, signIn)
  return { base: tip, head }
}

/** Returns a head's full id, as lists of pull requests have it; one not here may be a fork's. @throws {Failure} */
async function commitOf(repository: Repository | undefined, head: string): Promise<string> {
  if (/^[0-9a-f]{40,64}$/.test(head) || repository === undefined) return head
  return resolveRevision(repository, head)
}
