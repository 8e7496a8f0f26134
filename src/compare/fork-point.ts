import { resolve } from 'node:path'
import { openRepository } from '../git/open-repository.ts'
import { type Fork, findCommit, forkOf, resolveRevision } from '../git/history/resolve-revision.ts'

/** Two revisions in one text, as git writes them: `BASE..HEAD`, `BASE...HEAD`; a side that is left out is HEAD. */
export interface Range {
  readonly base: string
  readonly head: string
  /** Whether it asks what HEAD has changed since both were one, and not how they differ. */
  readonly fromFork: boolean
}

/** Returns undefined for a single revision: no git name contains two dots. */
export function rangeIn(text: string): Range | undefined {
  const [, base = '', dots, head = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? []
  return dots === undefined ? undefined : { base: base || 'HEAD', head: head || 'HEAD', fromFork: dots === '...' }
}

/**
 * Returns the commit that a branch began with, of a revision that has gone on meanwhile: what the branch brought is
 * what differs from there. Notes where the two are not the same. @throws {Failure} when there is no such revision.
 */
export async function forkPoint(
  config: string,
  revision: string,
  head: string | undefined,
  note: (text: string) => void,
): Promise<string> {
  const repository = await openRepository(resolve(config))
  // Opening it reports why there is none.
  if (repository === undefined) return revision
  const base = await resolveRevision(repository, revision)
  const tip = head === undefined ? (await findCommit(repository, 'HEAD'))?.id : await resolveRevision(repository, head)
  if (tip === undefined) return base
  const fork = await forkOf(repository, base, tip)
  const text = noteOn(fork, revision, repository.isShallow)
  if (text !== undefined) note(text)
  return fork.from
}

function noteOn({ from, ahead, why }: Fork, revision: string, isShallow: boolean): string | undefined {
  if (why === 'unrelated' && isShallow) {
    return `this clone is shallow, so that where this began cannot be told: compared with ${revision} itself (\`git fetch --unshallow\`; in a workflow, \`fetch-depth: 0\`)`
  }
  if (why === 'unrelated')
    return `there is no commit that ${revision} and this have in common: compared with ${revision} itself`
  if (why === 'several') return `more than one commit could be where this began: compared with ${revision} itself`
  if (ahead === 0) return undefined
  const commits = ahead === 1 ? '1 commit' : `${ahead} commits`
  return `${revision} is ${commits} ahead of ${from.slice(0, 12)}, with which this began: compared with that`
}
