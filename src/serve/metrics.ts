import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Status } from '../sdk/settings-client.ts'

/** What the metrics ask of the server when they are read. */
export interface MetricSources {
  readonly status: () => Status | undefined
  readonly failedPolls: () => number
  readonly streams: () => number
}

const STATES = ['ready', 'stale', 'expired', 'starting'] as const

/** Seconds: an answer takes fractions of a millisecond, and one that has to be read first many of them. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** Before the first release there is no seq and no age: 0 would be the seq of a release, and an age that is fine. */
function setOrLeaveOut(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove()
  else gauge.set(value)
}

/** What a Prometheus server reads at `/metrics`. */
export class Metrics {
  readonly #registry = new Registry()
  /** Counted here, since finding a counter by its labels takes longer than an answer. */
  readonly #counts = { stable: new Map<string, number>(), candidate: new Map<string, number>() }
  readonly #seconds: Histogram<'route' | 'status'>

  constructor({ status, failedPolls, streams }: MetricSources) {
    const registers = [this.#registry]
    void new Gauge({
      name: 'tenfold_release_seq',
      help: 'The seq of the release that answers.',
      registers,
      collect() {
        setOrLeaveOut(this, status()?.seq)
      },
    })
    void new Gauge({
      name: 'tenfold_release_age_seconds',
      help: 'Seconds since the store was last read.',
      registers,
      collect() {
        const ageMs = status()?.ageMs
        setOrLeaveOut(this, ageMs === undefined ? undefined : ageMs / 1_000)
      },
    })
    void new Gauge({
      name: 'tenfold_state',
      help: '1 for the state that the settings are in.',
      labelNames: ['state'],
      registers,
      collect() {
        const now = status()?.state ?? 'starting'
        for (const state of STATES) this.set({ state }, state === now ? 1 : 0)
      },
    })
    void new Gauge({
      name: 'tenfold_event_streams',
      help: 'Event streams that are open.',
      registers,
      collect() {
        this.set(streams())
      },
    })
    void new Counter({
      name: 'tenfold_polls_failed_total',
      help: 'Polls of the store that failed.',
      registers,
      collect() {
        this.reset()
        this.inc(failedPolls())
      },
    })
    const counts = this.#counts
    void new Counter({
      name: 'tenfold_answers_total',
      help: 'Answers, by flag and by which release gave them.',
      labelNames: ['function', 'release'],
      registers,
      collect() {
        this.reset()
        for (const [release, all] of Object.entries(counts)) {
          for (const [key, count] of all) this.inc({ function: key, release }, count)
        }
      },
    })
    this.#seconds = new Histogram({
      name: 'tenfold_request_duration_seconds',
      help: 'Seconds from a request to its answer.',
      labelNames: ['route', 'status'],
      buckets: BUCKETS,
      registers,
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  answered(key: string, release: 'stable' | 'candidate'): void {
    const counts = this.#counts[release]
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }

  requested(route: string, status: number, ms: number): void {
    this.#seconds.observe({ route, status }, ms / 1_000)
  }
}
