import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Status } from '../sdk/settings-client.ts'

/** What the metrics ask of the server when they are read. */
export interface MetricSources {
  readonly status: () => Status | undefined
  readonly streams: () => number
}

const STATES = ['ready', 'stale', 'expired', 'starting'] as const

/** Seconds: an answer takes fractions of a millisecond, and one that has to be read first many of them. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** What a Prometheus server reads at `/metrics`. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #answers: Counter<'function' | 'release'>
  readonly #failures: Counter
  readonly #seconds: Histogram<'route' | 'status'>

  constructor({ status, streams }: MetricSources) {
    const registers = [this.#registry]
    void new Gauge({
      name: 'tenfold_release_seq',
      help: 'The seq of the release that answers.',
      registers,
      collect() {
        this.set(status()?.seq ?? 0)
      },
    })
    void new Gauge({
      name: 'tenfold_release_age_seconds',
      help: 'Seconds since the store was last read.',
      registers,
      collect() {
        this.set((status()?.ageMs ?? 0) / 1_000)
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
    this.#failures = new Counter({
      name: 'tenfold_polls_failed_total',
      help: 'Polls of the store that failed.',
      registers,
    })
    this.#answers = new Counter({
      name: 'tenfold_answers_total',
      help: 'Answers, by flag and by which release gave them.',
      labelNames: ['function', 'release'],
      registers,
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

  answered(key: string, release: string): void {
    this.#answers.inc({ function: key, release })
  }

  pollFailed(): void {
    this.#failures.inc()
  }

  requested(route: string, status: number, ms: number): void {
    this.#seconds.observe({ route, status }, ms / 1_000)
  }
}
