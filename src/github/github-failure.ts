import { Failure } from '../base/failure.ts'
import { masked } from '../git/parse-git-url.ts'

/** The part of octokit's errors that counts here, whichever copy of its class threw them. */
interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
  /** False where no answer came at all. */
  readonly answered: boolean
  /** The request's URL, without its query. */
  readonly url: string
}

/** Describes GitHub's refusal. What octokit attaches, including the request's headers, goes no further. */
export function githubFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error
  const refusal = refusalOf(error)
  if (refusal === undefined) throw error
  const { status, message } = refusal
  const [why, help] = reasonOf(refusal)
  const reason = status === 401 || status >= 500 ? '' : serverWords(message)
  const words = reason === '' ? '' : ` (${reason})`
  return new Failure('world', `cannot ${what}: ${why}${words}`, help)
}

export function statusOf(error: unknown): number | undefined {
  return refusalOf(error)?.status
}

/**
 * Whether another request was faster, or an answer to our own was lost on the way. GitHub answers with 422, Gitea with
 * 409.
 */
export function isAlreadyThere(error: unknown): boolean {
  return [409, 422].includes(statusOf(error) ?? 0) && error instanceof Error && /already exists/i.test(error.message)
}

function reasonOf({ status, message, headers, answered, url }: Refusal): readonly [why: string, help: string] {
  if (!answered) {
    return [`GitHub cannot be reached at ${url}`, 'check the network and GITHUB_API_URL, and run it again']
  }
  if (status === 429 || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)) {
    return ['GitHub takes no more requests for now', `run it again ${whenOf(headers)}: it goes on where it stopped`]
  }
  if (status === 401) return ['GitHub refused the token', 'it may have expired: set GITHUB_TOKEN to a valid one']
  if (status === 403) {
    return ['the token has no right to do this', 'it needs to write contents and pull requests of this repository']
  }
  if (status === 404) {
    const help = `check the remote’s URL, what the token may see, and GITHUB_API_URL: ${url} was asked`
    return ['GitHub shows no such repository to this token', help]
  }
  if (status === 422) return ['GitHub refused it', 'mend what it names, and run it again: it goes on where it stopped']
  if (status >= 500) return [`GitHub has a problem (${status})`, 'run it again in a while: it goes on where it stopped']
  return [`GitHub answered with ${status}`, 'check GITHUB_API_URL, and run it again: it goes on where it stopped']
}

function whenOf(headers: Refusal['headers']): string {
  const after = Number(headers['retry-after'])
  if (after > 0) return `in ${after} seconds`
  const reset = Number(headers['x-ratelimit-reset'])
  return reset > 0 ? `after ${new Date(reset * 1000).toISOString()}` : 'in a few minutes'
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  const response: unknown = 'response' in error ? error.response : undefined
  const answered = typeof response === 'object' && response !== null
  const headers: unknown = answered && 'headers' in response ? response.headers : undefined
  const known = typeof headers === 'object' && headers !== null ? Object.fromEntries(Object.entries(headers)) : {}
  return { status: error.status, message: error.message, headers: known, answered, url: urlOf(error) }
}

function urlOf(error: object): string {
  const request: unknown = 'request' in error ? error.request : undefined
  const url: unknown = typeof request === 'object' && request !== null && 'url' in request ? request.url : undefined
  return typeof url === 'string' ? masked(url.replace(/[?#].*$/s, '')) : 'an unknown URL'
}

/** Returns the server's words on one line, without octokit's pointer to the documentation; a page of HTML has none. */
function serverWords(message: string): string {
  if (/^\s*</.test(message)) return ''
  const text = [...message.replace(/ - https?:\/\/\S+$/, '')].filter((character) => character >= ' ').join('')
  return text.slice(0, 200)
}
