import { isElsewhere, masked } from '../git/parse-git-url.ts'
import { Failure } from '../base/failure.ts'

/** A repository on GitHub, and where its API is. */
export interface GitHubRepository {
  readonly owner: string
  readonly repo: string
  readonly api: string
}

export type GitHubEnv = Readonly<Record<string, string | undefined>>

/**
 * Returns the repository that a remote's URL means. Its API is at `GITHUB_API_URL`; else where github.com, or an
 * enterprise server at the remote's address, has it. @throws {Failure} when the URL is not of a repository on a server.
 */
export function repositoryOf(url: string, env: GitHubEnv, api?: string): GitHubRepository {
  const [, host, path] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:]+)(?::\d+(?=\/))?[/:](.+)$/i.exec(url) ?? []
  const [, owner, repo] = /^\/*(?:.*\/)?([\w.-]+)\/([\w.-]+?)(?:\.git)?\/*$/.exec(path ?? '') ?? []
  if (!isElsewhere(url) || host === undefined || owner === undefined || repo === undefined) {
    const help = 'name a remote that is, or push the branch by hand'
    throw new Failure('world', `${masked(url)} is not a repository on GitHub`, help)
  }
  const found = api ?? (env['GITHUB_API_URL'] || usualApi(url, host))
  return { owner, repo, api: found.replace(/\/+$/, '') }
}

/** A remote that is reached by HTTP has its API at the same address; of another one only the host is known. */
function usualApi(url: string, host: string): string {
  if (/^(www\.|ssh\.)?github\.com$/i.test(host)) return 'https://api.github.com'
  const [, scheme = 'https', address = host] = /^(https?):\/\/(?:[^/@]*@)?([^/]+)\//i.exec(url) ?? []
  return `${scheme.toLowerCase()}://${address}/api/v3`
}

/** @throws {Failure} when there is no token. */
export function tokenOf(env: GitHubEnv, token?: string): string {
  const found = (token ?? (env['GITHUB_TOKEN'] || env['GH_TOKEN'] || '')).trim()
  if (found === '') {
    const help = 'set GITHUB_TOKEN to one that may write contents and pull requests'
    throw new Failure('world', 'there is no token for GitHub', help)
  }
  // In a header, a line end would be an error that prints the token.
  if (/^[\x21-\x7e]+$/.test(found)) return found
  throw new Failure('world', 'the token for GitHub is malformed', 'set GITHUB_TOKEN anew')
}
