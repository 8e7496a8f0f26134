import { readFileSync } from 'node:fs'
import { Failure } from '../../base/failure.ts'
import { isObject } from '../../store/format/decode-json.ts'
import { type GitHubEnv, repositoryOf } from '../../github/repository-of-remote.ts'
import type { Repository } from '../../git/open-repository.ts'

/** Returns the repository that a workflow runs for, or else the one that this one was cloned from. @throws {Failure} */
export async function repositoryHere(
  repository: Repository | undefined,
  env: GitHubEnv,
): Promise<ReturnType<typeof repositoryOf>> {
  const named = env['GITHUB_REPOSITORY']
  if (named !== undefined && named !== '') {
    return repositoryOf(`${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${named}`, env)
  }
  const url = await repository?.run(['remote', 'get-url', 'origin']).catch(() => undefined)
  if (typeof url === 'string') return repositoryOf(url.trim(), env)
  throw new Failure(
    'usage',
    'there is no repository to comment in',
    'set GITHUB_REPOSITORY to OWNER/NAME, as a workflow has it',
  )
}

/**
 * Returns the pull request that a flag names, or else a workflow's environment; undefined if neither does.
 *
 * @throws {Failure} for anything but a number.
 */
export function numberOf(pull: string | undefined, env: GitHubEnv): number | undefined {
  const [, fromRef] = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '') ?? []
  const named = pull ?? fromRef ?? numberInEvent(env['GITHUB_EVENT_PATH'])
  if (named === undefined) return undefined
  const found = Number(named)
  if (Number.isSafeInteger(found) && found > 0) return found
  throw new Failure('usage', 'which pull request to comment on is not known', 'name it with --pull NUMBER')
}

/** Returns the number in a workflow's event, if that is a pull request's. */
function numberInEvent(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const request = isObject(event) ? event['pull_request'] : undefined
    return isObject(request) ? request['number'] : undefined
  } catch {
    return undefined
  }
}
