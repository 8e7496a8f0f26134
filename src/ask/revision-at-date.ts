import { resolve } from 'node:path'
import { MOMENTS, looksLikeMoment, parseMoment } from '../base/parse-moment.ts'
import { Failure } from '../base/failure.ts'
import { commitBefore } from '../git/history/first-parent-steps.ts'
import { openRepository, whyNoRepository } from '../git/open-repository.ts'
import { findCommit } from '../git/history/resolve-revision.ts'

/**
 * Resolves a name or a time to a revision: a revision first, or else the last commit of HEAD's first-parent line that
 * was there at the end of a day in UTC, or at a time.
 *
 * @throws {Failure} when it is neither, and when nothing was committed yet.
 */
export async function revisionAt(config: string, text: string): Promise<string> {
  const folder = resolve(config)
  const repository = await openRepository(folder)
  if (repository === undefined) throw await whyNoRepository(folder, text)
  if ((await findCommit(repository, text)) !== undefined) return text
  const moment = parseMoment(text)
  if (moment !== undefined) return commitBefore(repository, moment.end)
  if (looksLikeMoment(text)) throw new Failure('usage', `"${text}" is no day and no time`, `write ${MOMENTS}`)
  if (text.startsWith('seq:')) {
    const help = 'name the store with --store; of the configuration itself, name a revision or a day'
    throw new Failure('usage', `"${text}" is a release, which only a store has`, help)
  }
  // Opening it reports that there is no such revision.
  return text
}
