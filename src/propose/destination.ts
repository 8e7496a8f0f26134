import { existsSync } from 'node:fs'
import { Failure } from '../base/failure.ts'
import type { Setting } from '../git/git-environment.ts'
import { type Repository, openRepository, whyNoHistory } from '../git/open-repository.ts'
import { isElsewhere } from '../git/parse-git-url.ts'
import { settingsOf, urlOfRemote } from '../git/remote-settings.ts'
import { forgeOf } from '../github/open-pull-request.ts'
import { type GitHubEnv, tokenOf } from '../github/repository-of-remote.ts'
import { tokenHeader } from '../github/token-header.ts'

/** Where what is proposed goes from a checkout. */
export type ProposalDestination =
  | {
      readonly is: 'pull-request' | 'merge-request' | 'branch'
      readonly remote: string
      readonly url: string
      /** How git signs in there. */
      readonly settings: readonly Setting[]
    }
  /** A repository without a remote: a branch of its own. */
  | { readonly is: 'local' }

export interface ProposalPlace {
  readonly repository: Repository
  readonly destination: ProposalDestination
}

/**
 * Finds where proposals go: to a pull request where there is a token for it, else to a branch of the remote, else to a
 * branch here. @throws {Failure} where the folder is in no repository.
 */
export async function placeOfProposals(folder: string, env: GitHubEnv): Promise<ProposalPlace> {
  const repository = await openRepository(folder)
  if (repository === undefined) {
    const help = 'make it a repository with `git init` and a first commit; the draft is kept meanwhile'
    throw (await whyNoHistory(folder)) ?? new Failure('usage', `${folder} is in no git repository`, help)
  }
  const remotes = (await repository.run(['remote'])).split('\n').filter((name) => name !== '')
  const remote = remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined
  if (remote === undefined) return { repository, destination: { is: 'local' } }
  const url = await urlOfRemote(remote, repository.top, existsSync)
  const own = await settingsOf(repository.top)
  const is = kindOf(url, env)
  const settings = is === 'pull-request' ? [...own, ...tokenHeader(url, tokenOf(env), env, own)] : own
  return { repository, destination: { is, remote, url, settings } }
}

function kindOf(url: string, env: GitHubEnv): 'pull-request' | 'merge-request' | 'branch' {
  if (forgeOf(url, env) === 'gitlab') return 'merge-request'
  const hasToken = ((env['GITHUB_TOKEN'] || env['GH_TOKEN']) ?? '').trim() !== ''
  return hasToken && isElsewhere(url) ? 'pull-request' : 'branch'
}
