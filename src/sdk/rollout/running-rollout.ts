import type { Release } from '../../store/format/release-manifest.ts'
import type { Candidate, Rollout } from '../../store/format/rollout.ts'
import type { LoadedContent } from '../load/loaded-content.ts'
import { isPast } from '../load/verified-head.ts'
import type { Reader } from '../snapshot-reader.ts'
import { SplitReader } from './split-reader.ts'

/** A candidate that is loaded, and the stage that it has come to. */
export class RunningRollout {
  readonly candidate: Candidate
  /** The candidate's content. */
  readonly content: LoadedContent
  readonly candidateReader: Reader
  /** Answers from both releases, by the stage. */
  readonly reader: SplitReader
  readonly #stage: number
  readonly #expires: string | null
  readonly #issued: string | null

  constructor(
    stable: Reader,
    { content, reader }: { readonly content: LoadedContent; readonly reader: Reader },
    candidate: Candidate,
    { expires }: Rollout,
    stage: number,
    { issued }: Release,
  ) {
    this.candidate = candidate
    this.content = content
    this.candidateReader = reader
    this.reader = new SplitReader(stable, reader, candidate, stage)
    this.#stage = stage
    this.#expires = expires
    this.#issued = issued
  }

  /** Returns the stage in force; null once it was not set anew in time, so that a watcher that dies ends a rollout. */
  stageAt(now: number): number | null {
    const { until } = this.candidate
    if (isPast(until, this.#issued, now)) return null
    return this.#expires !== null && isPast(this.#expires, this.#issued, now) ? null : this.#stage
  }
}
