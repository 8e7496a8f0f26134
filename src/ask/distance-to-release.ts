import type { Release } from '../store/format/release-manifest.ts'
import { Failure } from '../base/failure.ts'
import type { Repository } from '../git/open-repository.ts'
import { findCommit } from '../git/history/resolve-revision.ts'
import { changedFiles } from '../git/worktree/working-tree-facts.ts'
import { openBase } from '../compare/open-base.ts'
import { type CompareOptions, compare } from '../compare/compare-revisions.ts'
import type { Configuration } from '../source/open-configuration.ts'

export interface HeadFacts {
  /** In full. */
  readonly commit: string
  /** Null for a detached head. */
  readonly branch: string | null
  /** The day of the commit, as `2026-01-31`. */
  readonly date: string
}

/** The difference between a store's release and the working tree; null where it cannot be determined. */
export interface Distance {
  /** Commits of HEAD that the release does not have. */
  readonly commits: number | null
  /** Commits of the release that HEAD does not have, as after a reset. */
  readonly behind: number | null
  /** Accounts that get other answers from the working tree than from the release. */
  readonly accounts: number | null
}

/** Returns the commit that is checked out; undefined where nothing is committed yet. */
export async function headOf(repository: Repository): Promise<HeadFacts | undefined> {
  const head = await findCommit(repository, 'HEAD')
  if (head === undefined) return undefined
  const branch = (await repository.run(['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => '')).trim()
  return { commit: head.id, branch: branch === '' ? null : branch, date: head.date }
}

/** Lists the files of the configuration that differ from HEAD, as they are shown. */
export async function uncommitted({ repository, show }: Configuration): Promise<string[]> {
  if (repository === undefined) return []
  const start = repository.prefix === '' ? 0 : repository.prefix.length + 1
  return (await changedFiles(repository)).map((path) => show(path.slice(start))).sort()
}

/**
 * Returns what has been added since a release: commits by the history, and accounts by their answers, of the working
 * tree as it is. Notes why where one of them cannot be determined.
 */
export async function distanceOf(
  configuration: Configuration,
  { commit }: Release,
  config: string,
  options: CompareOptions,
): Promise<Distance> {
  const { note = (): void => {} } = options
  const { repository } = configuration
  const unknown = { commits: null, behind: null, accounts: null }
  if (repository === undefined) return unknown
  if (commit === null) {
    note('the release names no commit: it was made of files that were not committed')
    return unknown
  }
  if ((await findCommit(repository, commit)) === undefined) {
    note(`commit ${commit.slice(0, 12)} of the release is not in this clone: \`git fetch\` may bring it`)
    return unknown
  }
  const counted = (
    await repository.run(['rev-list', '--count', '--left-right', `${commit}...HEAD`]).catch(() => '')
  ).trim()
  const [behind, commits] = /^(\d+)\t(\d+)$/.exec(counted)?.slice(1).map(Number) ?? []
  return {
    commits: commits ?? null,
    behind: behind ?? null,
    accounts: await accountsBetween(configuration, commit, config, options),
  }
}

async function accountsBetween(
  configuration: Configuration,
  commit: string,
  config: string,
  options: CompareOptions,
): Promise<number | null> {
  const { note = (): void => {} } = options
  try {
    const { compared, diagnostics } = await compare(await openBase(config, commit), configuration, options)
    const isWhole = diagnostics.every(({ severity }) => severity !== 'error')
    if (compared !== undefined && isWhole) return compared.diff.summary.accounts_changed
    note('the configuration has errors that keep it from being compared: `tenfold check` shows them')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    note(error.message)
  }
  return null
}
