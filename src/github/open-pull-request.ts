import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Failure } from '../base/failure.ts'
import { urlOfRemote } from '../git/remote-settings.ts'
import { GitHub } from './github.ts'
import { type PullRequest, sameText } from './pull-request-facts.ts'
import { type GitHubEnv, repositoryOf, tokenOf } from './repository-of-remote.ts'
import { type BranchChange, type OwnBranch, PullRequestBranch } from './push-pull-request-branch.ts'

export interface Proposal {
  readonly changes: readonly BranchChange[]
  readonly title: string
  readonly body: string
  /** A folder in the repository: its remotes, settings and author count; its working tree is left alone. */
  readonly folder: string
  readonly remote?: string
  /** The branch to change; by default the repository's default branch. */
  readonly base?: string
  /** The beginning of the branch's name; not `tenfold/`, since a store’s branch is called `tenfold`. */
  readonly prefix?: string
  /** A branch of a name that stays; left out, the branch is named by the change. */
  readonly own?: OwnBranch
  /** The kind of server; where left out, the remote's name and the environment determine it. */
  readonly forge?: Forge
  readonly token?: string
  readonly api?: string
  readonly env?: GitHubEnv
  /** For tests: the cache, and milliseconds that a second lasts. */
  readonly cache?: string
  readonly second?: number
}

/** `none` for a remote that has no pull requests, or no token for them: the branch is all that is pushed. */
type Forge = 'github' | 'gitlab' | 'none'

export type Proposed =
  /** The base has the change already. */
  | { readonly did: 'nothing'; readonly base: string }
  | {
      readonly did: 'created' | 'updated' | 'unchanged'
      readonly base: string
      readonly branch: string
      readonly number: number
      readonly url: string
      /** A closed pull request with the very same change: this is another one. */
      readonly closed?: number
    }
  /** A branch of ours whose pull request was closed or merged: it is not pushed again. */
  | { readonly did: 'ended'; readonly base: string; readonly branch: string; readonly url?: string }
  /** A server that gets options with the push, and no requests: whether the branch was pushed, or there already. */
  | { readonly did: 'pushed' | 'there'; readonly base: string; readonly branch: string }

/**
 * Proposes a change as a pull request: a branch named by what it changes, one commit on the base's newest, pushed, and
 * the pull request opened or brought up to date. Whatever fails on the way, a second run finds what the first one made,
 * and completes it. @throws {Failure}
 */
export async function openPullRequest(proposal: Proposal): Promise<Proposed> {
  const { folder, remote = 'origin', env = process.env, cache, second } = proposal
  const forge = proposal.forge ?? forgeOf(await urlOfRemote(remote, folder, existsSync), env)
  if (forge !== 'github') {
    return proposeByPush({ ...proposal, forge }, await PullRequestBranch.open({ folder, remote, env, cache, second }))
  }
  const token = tokenOf(env, proposal.token)
  return proposeByApi(proposal, await PullRequestBranch.open({ folder, remote, token, env, cache, second }), token, env)
}

async function proposeByApi(
  proposal: Proposal,
  workshop: PullRequestBranch,
  token: string,
  env: GitHubEnv,
): Promise<Proposed> {
  const { changes, title, second } = proposal
  const repository = repositoryOf(workshop.url, env, proposal.api)
  const github = new GitHub({ ...repository, token, ...(second !== undefined && { second }) })
  // First of all, for it shows whether the token is good for anything, before anything is pushed.
  const byDefault = await github.defaultBranch()
  const base = proposal.base ?? byDefault
  const left = await workshop.changesTo(base, changes)
  if (left.length === 0) return { did: 'nothing', base }
  const { own } = proposal
  const branch = own?.name ?? branchOf(proposal)
  const pulls = await github.pulls(branch, base)
  const open = pulls.find(({ state }) => state === 'open')
  const [last] = pulls
  if (own !== undefined && open === undefined) {
    if (last !== undefined) return { did: 'ended', base, branch, url: last.url }
    if (await workshop.isGone(own)) return { did: 'ended', base, branch }
  }
  // A closed one's commit may be in the base's history already: a new pull request needs a new commit.
  const anew = open === undefined && pulls.length > 0
  await workshop.push({ branch, base, changes: left, message: title, anew, ...(own !== undefined && { own }) })
  const closed = open === undefined ? pulls[0]?.number : undefined
  const { did, pull } = await present(github, open, proposal, branch, base)
  return { did, base, branch, number: pull.number, url: pull.url, ...(closed !== undefined && { closed }) }
}

/**
 * Does the same where there is no API: GitLab opens the merge request by an option of the push. What its text would
 * contain, the pipeline shows: such an option is one line.
 */
async function proposeByPush(proposal: Proposal, workshop: PullRequestBranch): Promise<Proposed> {
  const { changes, title, own } = proposal
  const base = proposal.base ?? (await workshop.defaultBranch())
  const left = await workshop.changesTo(base, changes)
  if (left.length === 0) return { did: 'nothing', base }
  const branch = own?.name ?? branchOf(proposal)
  if (own !== undefined && (await workshop.isGone(own))) return { did: 'ended', base, branch }
  const options = mergeRequestOptions(proposal, base, title)
  const named = own !== undefined && { own }
  const isNew = await workshop.push({ branch, base, changes: left, message: title, anew: false, options, ...named })
  return { did: isNew ? 'pushed' : 'there', base, branch }
}

/** Another server than GitLab's would refuse the options. */
function mergeRequestOptions({ forge }: Proposal, base: string, title: string): string[] {
  if (forge === 'none') return []
  return ['create', `target=${base}`, `title=${oneLine(title)}`].map((option) => `merge_request.${option}`)
}

/**
 * Recognises a server of GitLab's by its name, or as the one whose pipeline this is. An API that was named is of
 * GitHub's kind.
 */
export function forgeOf(url: string, env: GitHubEnv): 'github' | 'gitlab' {
  const [, host = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:]+)/i.exec(url) ?? []
  const isGitLab = /(^|\.)gitlab\./i.test(host) || (host !== '' && host === env['CI_SERVER_HOST'])
  return isGitLab && (env['GITHUB_API_URL'] ?? '') === '' ? 'gitlab' : 'github'
}

function oneLine(text: string): string {
  return text.replace(/[\0-\x1f\x7f]+/g, ' ')
}

async function present(
  github: GitHub,
  open: PullRequest | undefined,
  { title, body }: Proposal,
  branch: string,
  base: string,
): Promise<{
  readonly did: 'created' | 'updated' | 'unchanged'
  readonly pull: PullRequest
}> {
  const created = open === undefined ? await github.createPull(branch, base, title, body) : undefined
  const pull = created ?? open
  if (pull === undefined) throw new Failure('world', 'the pull request is gone', 'run it again')
  const isSame = pull.title === title && sameText(pull.body, body)
  if (isSame) return { did: created === undefined ? 'unchanged' : 'created', pull }
  return { did: 'updated', pull: await github.updatePull(pull.number, title, body) }
}

/** Names a branch by its change: the same change has the same name, regardless of author and time. */
function branchOf({ changes, prefix = 'settings/' }: Proposal): string {
  const hash = createHash('sha256')
  for (const { path, after } of changes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(JSON.stringify([path, after]))
  }
  return prefix + hash.digest('hex').slice(0, 16)
}
