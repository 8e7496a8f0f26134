import type { Setting } from '../git/git-environment.ts'
import type { GitHubEnv } from './repository-of-remote.ts'

/**
 * Returns how git signs in where the pull requests are: the token that opens one fetches and pushes its branch as well.
 * It goes to the server that it is for, by scheme, host and port, and to no other that a remote may name; and not where
 * the repository's configuration, the environment or the URL has something else to sign in with.
 */
export function tokenHeader(url: string, token: string, env: GitHubEnv, settings: readonly Setting[] = []): Setting[] {
  const server = originOf(env['GITHUB_SERVER_URL'] || 'https://github.com')
  if (server === undefined || originOf(url) !== server) return []
  const given = Object.entries(env).flatMap(([name, value]) => (/^GIT_CONFIG_KEY_\d+$/.test(name) ? [value ?? ''] : []))
  if ([...given, ...settings.map(([key]) => key)].some((key) => /^http\..*extraheader$/i.test(key))) return []
  const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  return [[`http.${server}/.extraHeader`, header]]
}

/** Returns undefined for what is not reached by HTTP, and for a URL that names a user. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, origin, username, password } = new URL(url)
  return /^https?:$/.test(protocol) && username === '' && password === '' ? origin : undefined
}
