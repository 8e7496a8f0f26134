import type { VerifiedRelease } from '../trust/verify-release.ts'
import type { Keys } from './key-sources.ts'
import type { LoadedContent } from './load/loaded-content.ts'
import type { RunningRollout } from './rollout/running-rollout.ts'
import type { Reader } from './snapshot-reader.ts'

/** The release that answers now: built completely before it is put in place, and replaced as a whole. */
export interface CurrentRelease extends VerifiedRelease {
  /** The stable content, which answers for everybody outside of rollouts. */
  readonly content: LoadedContent
  readonly keys: Keys
  readonly reader: Reader
  /** The rollout of its candidate; undefined where there is none, where it has ended, or is of no use. */
  readonly rollout: RunningRollout | undefined
}
