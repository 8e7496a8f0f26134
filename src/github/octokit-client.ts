import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { isObject } from '../store/format/decode-json.ts'
import { codeOf } from '../base/failure.ts'

/** A client of one API, which retries as long as the obstacle is temporary. */
export type GitHubClient = InstanceType<typeof Client>

/** @param second How long a second of waiting lasts, in milliseconds. */
export function clientOf(api: string, token: string, second: number): GitHubClient {
  return new Client({
    auth: token,
    baseUrl: api,
    userAgent: 'tenfold',
    log: SILENT,
    request: { fetch: fetchOf(api, second) },
    // octokit turns a refused connection into a 500, and would retry for a quarter of a minute.
    retry: { retryAfterBaseValue: second, doNotRetry: [400, 401, 403, 404, 410, 422, 451, 500] },
    throttle: { id: randomUUID(), retryAfterBaseValue: second, onRateLimit: waitsFor, onSecondaryRateLimit: waitsFor },
  })
}

/**
 * Returns where Gitea and Forgejo have their API, by the place where an enterprise server of GitHub's would have it;
 * undefined where no such server answers.
 */
export async function otherApi(api: string, token: string): Promise<string | undefined> {
  const [, top] = /^(.*)\/api\/v3$/.exec(api) ?? []
  if (top === undefined) return undefined
  const other = `${top}/api/v1`
  try {
    const headers = { accept: 'application/json', authorization: `token ${token}` }
    const answer = await fetchOf(api, 0)(`${other}/version`, { headers, redirect: 'manual' })
    const body: unknown = answer.ok ? await answer.json() : undefined
    return isObject(body) && typeof body['version'] === 'string' ? other : undefined
  } catch {
    return undefined
  }
}

/**
 * Sends requests to the API's own address alone: an answer may name another one, as for the next page of a list, and
 * the token is not for that. A request that only reads is repeated where the connection broke; where no server answers,
 * it is not.
 */
function fetchOf(api: string, second: number): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    if (new URL(url).origin !== new URL(api).origin) throw new TypeError('another server than the one that was asked')
    const isLook = (init?.method ?? 'GET') === 'GET'
    for (let tries = 0; ; tries++) {
      try {
        return await fetch(input, { ...init, signal: AbortSignal.timeout(LONGEST_REQUEST) })
      } catch (error) {
        if (!isLook || tries === MOST_BROKEN || !isBroken(error)) throw error
        await wait(second / 2)
      }
    }
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(codeOf(error.cause))
}

const Client = Octokit.plugin(throttling, retry)
const MOST_BROKEN = 2
/** Milliseconds. */
const LONGEST_REQUEST = 30_000
/** Seconds; a caller that would have to wait longer is informed until when. */
const LONGEST_WAIT = 60
const waitsFor = (seconds: number, _options: unknown, _octokit: unknown, tries: number): boolean => {
  return seconds <= LONGEST_WAIT && tries < 2
}
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
