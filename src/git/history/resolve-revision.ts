import { Failure } from '../../base/failure.ts'
import { momentText } from '../../base/parse-moment.ts'
import { gitFailure } from '../git-failure.ts'
import { GitEnded, type GitObject } from '../objects/cat-file.ts'
import type { Repository } from '../open-repository.ts'
import { unknownRevision } from './unknown-revision-help.ts'

export interface Commit {
  /** In full. */
  readonly id: string
  /** The day of the commit, as `2026-01-31`. */
  readonly date: string
}

/** Returns the full id of a commit. @throws {Failure} when there is no such revision. */
export async function resolveRevision(repository: Repository, revision: string): Promise<string> {
  return (await commitAt(repository, revision)).id
}

/** @throws {Failure} when there is no such revision. */
export async function commitAt(repository: Repository, revision: string): Promise<Commit> {
  const found = await findCommit(repository, revision)
  if (found !== undefined) {
    await refuseAmbiguous(repository, revision)
    return found
  }
  throw await unknownRevision(repository, revision, async (name) => (await findCommit(repository, name)) !== undefined)
}

/** Of several references of one name git takes a tag, which may have been made for that. @throws {Failure} */
async function refuseAmbiguous(repository: Repository, revision: string): Promise<void> {
  if (revision === 'HEAD' || /^[0-9a-f]{40,64}$|[\^~@:{]/.test(revision)) return
  const names = ['refs/tags/', 'refs/heads/', 'refs/remotes/'].map((under) => `${under}${revision}`)
  const found = await Promise.all(names.map(async (name) => (await objectAt(repository, `${name}^{commit}`))?.id))
  const meant = names.filter((_, i) => found[i] !== undefined)
  if (new Set(found.filter((id) => id !== undefined)).size < 2) return
  throw new Failure('usage', `"${revision}" is the name of several commits`, `say which one: ${meant.join(' or ')}`)
}

export async function findCommit(repository: Repository, revision: string): Promise<Commit | undefined> {
  // Given a log shorter than that, the process would not only report it but end.
  if (revision.includes('@{')) return inLog(repository, revision)
  const commit = await objectAt(repository, `${revision}^{commit}`)
  if (commit === undefined) return undefined
  // The headers end with the first empty line; the message comes after it.
  const [headers = ''] = commit.bytes.toString('utf8').split('\n\n', 1)
  const [, seconds] = /^committer .*> (-?\d+) [-+]\d+$/m.exec(headers) ?? []
  return { id: commit.id, date: momentText(Number(seconds ?? 0)).slice(0, 10) }
}

/** A commit's own headers, as its maker wrote them. */
export interface Headers {
  /** `Name <email>`; undefined where it names none. */
  readonly author: string | undefined
  /** How many parents it names, including those that a shallow clone left out. */
  readonly parents: number
  /** The first line of its message. */
  readonly subject: string
}

/** Returns undefined where there is no such commit here. @throws {Failure} when git does not answer. */
export async function headersOf(repository: Repository, commit: string): Promise<Headers | undefined> {
  const found = await objectAt(repository, commit)
  if (found?.type !== 'commit') return undefined
  const text = decoded(found.bytes)
  const end = text.indexOf('\n\n')
  const headers = end < 0 ? text : text.slice(0, end)
  return {
    author: /^author (.*>) -?\d+ [-+]\d+$/m.exec(headers)?.[1],
    parents: [...headers.matchAll(/^parent /gm)].length,
    subject: end < 0 ? '' : (text.slice(end + 2).split('\n', 1)[0] ?? ''),
  }
}

/** A commit names the encoding that it was written in, where that is not UTF-8. */
function decoded(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const [headers = ''] = text.split('\n\n', 1)
  const [, encoding] = /^encoding (\S+)$/m.exec(headers) ?? []
  if (encoding === undefined) return text
  try {
    return new TextDecoder(encoding).decode(bytes)
  } catch {
    // One that is unknown here.
    return text
  }
}

async function inLog(repository: Repository, revision: string): Promise<Commit | undefined> {
  const answer = await repository
    .run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    .catch(() => '')
  return answer.trim() === '' ? undefined : findCommit(repository, answer.trim())
}

/**
 * Returns the object that a name means; undefined where it means nothing. @throws {Failure} when git does not answer.
 */
export async function objectAt({ objects }: Repository, name: string): Promise<GitObject | undefined> {
  try {
    const found = await objects.read(name)
    return typeof found === 'string' ? undefined : found
  } catch (error) {
    throw noAnswer(error)
  }
}

/** @returns a {Failure} that names a way to find the cause. */
export function noAnswer(error: unknown): Failure {
  if (!(error instanceof GitEnded && error.isSilent)) return gitFailure(error, 'cannot read the repository')
  return new Failure('world', error.message, '`git fsck` tells whether the repository is whole')
}

/** The beginning of a branch that was made from another revision. */
export interface Fork {
  /** The commit that both have in their history; the other revision itself where that cannot be determined. */
  readonly from: string
  /** How many commits the other revision has that the branch does not. */
  readonly ahead: number
  /** Why it is the other revision itself. */
  readonly why?: 'unrelated' | 'several'
}

/**
 * Finds what a branch began with, by the history alone: the author of a merge chooses which of its parents is the
 * first. Where there is no common commit, or more than one that would do, it is the other revision itself, which hides
 * nothing of what the branch has.
 */
export async function forkOf({ run }: Repository, revision: string, head: string): Promise<Fork> {
  if (revision === head) return { from: revision, ahead: 0 }
  const answer = await run(['merge-base', '--all', revision, head]).catch(() => '')
  const [from, ...others] = answer.split('\n').filter((line) => line !== '')
  if (from === undefined) return { from: revision, ahead: 0, why: 'unrelated' }
  if (others.length > 0) return { from: revision, ahead: 0, why: 'several' }
  if (from === revision) return { from, ahead: 0 }
  return { from, ahead: Number(await run(['rev-list', '--count', `${head}..${revision}`])) }
}
