import { Failure, StoreFailure } from '../base/failure.ts'
import type { Release } from '../store/format/release-manifest.ts'
import type { StoreReader } from '../store/backend-types.ts'

/**
 * Returns a past release as recorded in a store: `seq:41`, one of those that it still keeps.
 *
 * @throws {Failure} when there is none of that seq, or its objects are gone.
 */
export async function releaseAt(target: StoreReader, last: Release, text: string): Promise<Release> {
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
  await target.read(former.root).catch((error: unknown) => {
    if (!(error instanceof StoreFailure && error.problem === 'damaged')) throw error
    throw new Failure(
      'world',
      `release ${seq} of ${target.url} is not whole any more`,
      'ask the configuration instead: the commit that it was made of, with --at and without --store',
    )
  })
  return { ...last, root: former.root }
}
