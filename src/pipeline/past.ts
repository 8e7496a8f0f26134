import { resolve } from 'node:path'
import { MOMENTS, looksLikeMoment, readMoment } from '../base/moment.ts'
import { Failure } from '../base/failure.ts'
import type { Release } from '../bundle/release.ts'
import { commitBefore } from '../git/history.ts'
import { openRepository, whyNoRepository } from '../git/repository.ts'
import { findCommit } from '../git/revision.ts'
import type { Target } from '../publish/target.ts'

/**
 * The revision that is meant by a name or by a time: a revision first, or else the last commit of HEAD's first-parent
 * line that was there at the end of a day in UTC, or at a time.
 *
 * @throws {Failure} when it is neither, and when nothing was committed yet.
 */
export async function revisionAt(config: string, text: string): Promise<string> {
  const folder = resolve(config)
  const repository = await openRepository(folder)
  if (repository === undefined) throw await whyNoRepository(folder, text)
  if ((await findCommit(repository, text)) !== undefined) return text
  const moment = readMoment(text)
  if (moment !== undefined) return commitBefore(repository, moment.end)
  if (looksLikeMoment(text)) throw new Failure('usage', `"${text}" is no day and no time`, `write ${MOMENTS}`)
  if (text.startsWith('seq:')) {
    const help = 'name the store with --store; of the configuration itself, name a revision or a day'
    throw new Failure('usage', `"${text}" is a release, which only a store has`, help)
  }
  // Whoever opens it says that there is no such revision.
  return text
}

/**
 * What a store says that a former release held: `seq:41`, one of those that it still keeps.
 *
 * @throws {Failure} when there is none of that seq, or its objects are gone.
 */
export async function releaseAt(target: Target, last: Release, text: string): Promise<Release> {
  const seq = /^seq:([1-9]\d{0,15})$/.exec(text)?.[1]
  if (seq === undefined) {
    const help = 'write --at seq:41, or leave out --store to ask the configuration by a revision or a day'
    throw new Failure('usage', `"${text}" names no release, and a store has nothing else`, help)
  }
  const former = [last, ...last.history].find((one) => one.seq === Number(seq))
  if (former === undefined) {
    const kept = [last, ...last.history].map((one) => one.seq)
    throw new Failure('usage', `${target.url} has no release ${seq}`, `it has ${kept.join(', ')}`)
  }
  if (await target.has(former.root)) return { ...last, root: former.root }
  throw new Failure(
    'world', `release ${seq} of ${target.url} is not whole any more`,
    'ask the configuration instead: the commit that it was made of, with --at and without --store',
  )
}
