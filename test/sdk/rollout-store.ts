import type { Ring } from '../../src/domain/rollout-rings.ts'
import type { Release } from '../../src/store/format/release-manifest.ts'
import type { Candidate, Rollout, Stage } from '../../src/store/format/rollout.ts'
import { signHead } from '../../src/trust/sign-head.ts'
import { DAY, RootedStore } from './rooted.ts'
import { type Content, objectsOf } from './store.ts'

export const MINUTE = 60_000
export const STAGES: readonly Ring[] = [{ accounts: ['acme'] }, { bp: 500 }, { bp: 5000 }, { bp: 10_000 }]

/** What a test says of a rollout that it starts. */
export interface Start {
  readonly id?: string
  readonly stages?: readonly Ring[]
  readonly exclude?: readonly string[]
  readonly until?: string
  readonly candidate?: Partial<Candidate>
  readonly rollout?: Partial<Rollout>
}

/** A store whose publisher has the verbs of a rollout: what is published by them is all that a reader knows of it. */
export class RolloutStore extends RootedStore {
  /** How long the watcher's word counts. */
  readonly interval = 15 * MINUTE

  /** A new release with a candidate, as the release keys sign it. */
  async start(stable: Content, next: Content, start: Start = {}, over: Partial<Release> = {}): Promise<Release> {
    const seq = over.seq ?? ++this.seq
    const candidate = this.candidate(next, { id: `r${seq}`, ...start })
    const release = await this.make(stable, {
      candidate,
      rollout: { ...this.at(0), ...start.rollout },
      ...over,
      seq,
    })
    this.write(signHead(release, [this.release]))
    return release
  }

  /** A candidate with its objects in the store. */
  candidate(next: Content, { id = 'r1', stages = STAGES, exclude = [], until, candidate }: Start = {}): Candidate {
    const { root, objects } = objectsOf(next)
    for (const object of objects) this.put(object)
    const ends = until ?? this.time(14 * DAY)
    return { id, commit: 'next', tree: null, root, stages, exclude, until: ends, ...candidate }
  }

  at(stage: Stage): Rollout {
    return { stage, since: this.time(0), expires: this.time(this.interval) }
  }

  /** Sets the stage, as the refresh key may. */
  step(stage: Stage, over: Partial<Rollout> = {}): void {
    this.resign({ issued: this.time(0), expires: this.time(DAY), rollout: { ...this.at(stage), ...over } })
  }

  stop(): void {
    this.step('stopped')
  }

  /** The candidate becomes the release. */
  async finish(next: Content, over: Partial<Release> = {}): Promise<Release> {
    return this.publish(next, over)
  }
}
