import { resolve } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { type Repository, openRepository, whyNoHistory } from '../../git/open-repository.ts'
import { findCommit } from '../../git/history/resolve-revision.ts'
import { refuseTrackedLink } from '../../git/worktree/is-tracked.ts'
import { openOrigin } from '../../source/open-configuration.ts'

export interface History {
  readonly repository: Repository
  /** HEAD's commit, in full. */
  readonly head: string
}

/**
 * Opens the history that a configuration is in; the folder may be gone by now.
 *
 * @throws {Failure} where there is none, and where git refuses the repository.
 */
export async function openHistory(config: string): Promise<History> {
  const folder = resolve(config)
  await refuseTrackedLink(folder)
  const repository = await openRepository(folder)
  if (repository === undefined) {
    // A missing folder is reported with the one that may have been meant.
    await openOrigin(config)
    throw (
      (await whyNoHistory(folder)) ??
      new Failure(
        'usage',
        `${config} is in no git repository, so that it has no history`,
        '`git init` makes one, and what is committed from then on is told here',
      )
    )
  }
  const head = await findCommit(repository, 'HEAD')
  if (head !== undefined) return { repository, head: head.id }
  throw new Failure(
    'usage',
    'nothing is committed yet',
    'commit the configuration: what changes from then on is told here',
  )
}

/** Explains why no commit has anything of a configuration. */
export async function noHistory(config: string): Promise<Failure> {
  await openOrigin(config)
  const help = 'commit it: what changes from then on is told here; or name another folder with --config DIR'
  return new Failure('usage', `no commit of HEAD's history has the configuration folder "${config}"`, help)
}
