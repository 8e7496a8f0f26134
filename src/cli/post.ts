import { readFileSync } from 'node:fs'
import { isObject } from '../bundle/decode.ts'
import { Failure } from '../base/failure.ts'
import { openRepository } from '../git/repository.ts'
import { GitHub } from '../edit/github.ts'
import { type Env, repositoryOf, tokenOf } from '../edit/github-remote.ts'
import { type Posted, postReview } from '../review/post.ts'

/** Keeps the one comment of a pull request. Which one it is, a workflow's environment says, or the command line. */
export async function post(body: string, pull: string | undefined, env: Env = process.env): Promise<Posted> {
  const number = numberOf(pull, env)
  const github = new GitHub({ ...(await repositoryHere(env)), token: tokenOf(env) })
  return postReview(github.comments(number), await github.login(), body)
}

async function repositoryHere(env: Env): Promise<ReturnType<typeof repositoryOf>> {
  const named = env['GITHUB_REPOSITORY']
  if (named !== undefined && named !== '') {
    return repositoryOf(`https://github.com/${named}`, env, env['GITHUB_API_URL'])
  }
  const repository = await openRepository(process.cwd())
  const url = await repository?.run(['remote', 'get-url', 'origin']).catch(() => undefined)
  if (typeof url === 'string') return repositoryOf(url.trim(), env)
  throw new Failure(
    'usage',
    'there is no repository to comment in',
    'set GITHUB_REPOSITORY to OWNER/NAME, as a workflow has it',
  )
}

/** @throws {Failure} where nothing says which pull request it is. */
function numberOf(pull: string | undefined, env: Env): number {
  const [, fromRef] = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '') ?? []
  const found = Number(pull ?? fromRef ?? numberInEvent(env['GITHUB_EVENT_PATH']))
  if (Number.isSafeInteger(found) && found > 0) return found
  throw new Failure('usage', 'which pull request to comment on is not known', 'name it with --pull NUMBER')
}

/** A workflow's event, where it is one of a pull request. */
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
