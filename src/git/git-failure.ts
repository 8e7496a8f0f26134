import { setTimeout as wait } from 'node:timers/promises'
import { masked } from './parse-git-url.ts'
import { Failure, codeOf } from '../base/failure.ts'

/** The meaning of a remote repository's refusal, by the words of git and of the servers that people use. */
interface Refusal {
  readonly pattern: RegExp
  readonly why: string
  readonly help: string
  /** It may be gone in a moment. */
  readonly passing?: true
}

// The first that fits is meant: a refusal of the server's own is often followed by "the remote end hung up".
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /promisor remote/i,
    why: 'this clone is partial, and its remote does not give what is missing here',
    help: 'see to it that git can fetch from the remote (`git fetch`), or clone without --filter',
  },
  {
    pattern: /dubious ownership/i,
    why: 'git does not trust a repository that another user owns',
    help: 'tell git that you do, with `git config --global --add safe.directory FOLDER`; or run this as its owner',
  },
  {
    pattern: /returned error: 429|too many requests|rate limit/i,
    passing: true,
    why: 'too many requests',
    help: 'wait for a few minutes and run it again: nothing was changed',
  },
  {
    pattern: anyOf(
      /returned error: 401/,
      /authentication failed/,
      /could not read (username|password)/,
      /terminal prompts disabled/,
      /permission denied \(/,
      /host key verification failed/,
      /invalid credentials/,
    ),
    why: 'the credentials were refused, or there are none',
    help: 'check that the token or the key is valid and known to git: a credential helper, an ssh agent, or the URL',
  },
  {
    pattern: anyOf(
      /protected branch/,
      /hook declined/,
      /GH006/,
      /GH013/,
      /branch is protected/,
      /protected ref/,
      /deny updating/,
      /denyNonFastForwards/,
      /non-fast-forward/,
      /cannot force-push/,
    ),
    why: 'the branch does not accept this push',
    help: 'allow this user to push to the branch, with force, in the rules of the repository; or name another branch',
  },
  {
    pattern: anyOf(
      /returned error: 403/,
      /permission to .* denied/,
      /access denied/,
      /not allowed/,
      /write access/,
      /read.only/,
      /insufficient permission/,
      /unable to create temporary object directory/,
      /permission denied/,
    ),
    why: 'no permission',
    help: 'use a user or a token that may write to this repository',
  },
  {
    pattern: anyOf(
      /returned error: 404/,
      /repository .*not found/,
      /not found:/,
      /does not appear to be a git repository/,
      /does not exist/,
      /not a git repository/,
    ),
    why: 'there is no such repository, or it is hidden from this user',
    help: 'check the URL, and the rights of the token',
  },
  {
    pattern: anyOf(
      /could not resolve host/,
      /couldn't connect/,
      /failed to connect/,
      /connection refused/,
      /network is unreachable/,
      /no route to host/,
      /name or service not known/,
      /could not resolve hostname/,
    ),
    why: 'it cannot be reached',
    help: 'check the host name and the network, and run it again: nothing was changed',
  },
  {
    pattern: /certificate|SSL/i,
    why: 'the connection is not safe',
    help: 'check the certificate of the server (http.sslCAInfo)',
  },
  {
    pattern: anyOf(
      /returned error: 5\d\d/,
      /RPC failed/,
      /early EOF/,
      /unexpected disconnect/,
      /hung up/,
      /connection (reset|closed|timed out)/,
      /empty reply/,
      /operation (too slow|timed out)/,
      /recv failure/,
      /send failure/,
      /timed out/,
      /not our ref/,
      /\.lock': file exists/,
      /bad pack/,
      /index-pack failed/,
      /unpack(er)? (failed|error)/,
    ),
    passing: true,
    why: 'the connection broke, or the server has a problem',
    help: 'run it again: nothing was changed',
  },
  {
    pattern: /mismatched algorithms|object format/i,
    why: 'its objects are named by SHA-256',
    help: 'use a repository with SHA-1 names: `git init --object-format=sha1`',
  },
]

/** Combines several expressions into one that ignores case. */
function anyOf(...alternatives: readonly RegExp[]): RegExp {
  return new RegExp(alternatives.map(({ source }) => source).join('|'), 'i')
}

/**
 * The failure of listing a folder that has more in it than anybody can have meant: a dozen objects of git, each of which
 * names the next one ten times, are a billion files.
 */
export function tooManyFiles(what: string): Failure {
  return new Failure(
    'refused',
    `${what}: there are more files than can be listed`,
    'find the folder that contains another one many times over, with `git ls-tree`, and remove it',
  )
}

/** Describes a git command's failure; `what` names what could not be done. */
export function gitFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error
  // One library keeps the code, the other only the words.
  if (/spawn git\b.*\bENOENT/.test(`${messageOf(error)} ${codeOf(error)}`)) {
    return new Failure('world', `${what}: there is no git here`, 'install git, and put it into the PATH')
  }
  if (codeOf(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return tooManyFiles(what)
  const found = REFUSALS.find(({ pattern }) => pattern.test(messageOf(error)))
  const words = lastWords(error)
  const why = found === undefined ? words || 'git failed' : words === '' ? found.why : `${found.why} (${words})`
  // The cause would show what was hidden from the message.
  return new Failure(
    'world',
    `${masked(what)}: ${why}`,
    found?.help ?? 'check the repository with `git fsck`, and a remote with `git ls-remote`, and run it again',
  )
}

/** Whether the same may well succeed in a moment. */
export function isPassing(error: unknown): boolean {
  return REFUSALS.find(({ pattern }) => pattern.test(messageOf(error)))?.passing === true
}

/** Milliseconds between tries. */
export const PATIENCE: readonly number[] = [200, 800, 2_000]

/** Retries a few times, as long as it fails in a way that passes. */
export async function patiently<T>(work: () => Promise<T>, pauses = PATIENCE): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const pause = pauses[tries]
      if (pause === undefined || !isPassing(error)) throw error
      await wait(pause)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Returns the server's message, or else git's: one line, without credentials and control characters. */
function lastWords(error: unknown): string {
  const lines = messageOf(error)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const pick = (pattern: RegExp): string | undefined => lines.find((line) => pattern.test(line))
  const line = pick(/^remote: (?!$|error: hook declined)/) ?? pick(/^! /) ?? pick(/^(fatal|error): /) ?? ''
  const text = line.replace(/^(remote|fatal|error): (error: |fatal: )?/, '').replace(/^! *\S* */, '')
  return masked([...text].filter((character) => character >= ' ' && character !== '\x7f').join('')).slice(0, 200)
}
