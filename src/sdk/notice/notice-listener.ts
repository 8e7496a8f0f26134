// As a whole: webpack follows what is required by a `createRequire` that is imported by its name.
import modules from 'node:module'
import { join } from 'node:path'
import { TenfoldError } from '../tenfold-error.ts'
import { NoticePace } from './notice-pace.ts'
import { Failure } from '../../base/failure.ts'
import { connectBus } from '../../notice/connect-bus.ts'
import { readNotice } from '../../notice/notice-message.ts'
import type { NoticePlace } from '../../notice/notice-url.ts'

/** Who is told on a bus, and what it does then. */
export interface ListenerOptions {
  readonly place: NoticePlace
  readonly spreadMs: number
  readonly environment: () => string
  readonly seq: () => number
  readonly look: () => Promise<unknown>
  readonly warn: (error: TenfoldError) => void
}

const PACKAGE = '@nats-io/transport-node'

/**
 * Loads the client from where the service's own packages are. No bundler sees it: a service that is told nothing does
 * not install it.
 */
async function load(): Promise<unknown> {
  const require: (name: string) => unknown = modules.createRequire(process.argv[1] ?? join(process.cwd(), 'service.js'))
  return require(PACKAGE)
}

/** The time for a first connection, after which it is tried again, for ever. */
const TIMEOUT_MS = 5_000
/** The pause after a failure that the client does not try again. */
const RETRY_MS = 10_000

/**
 * Listens for notices, and looks at the store after each, and after each connection. A bus that is down is an event and
 * changes no state: the store is polled as ever.
 */
export class NoticeListener {
  readonly #options: ListenerOptions
  readonly #pace: NoticePace
  #close: (() => Promise<void>) | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#pace = new NoticePace(options)
    void this.#listen()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#pace.close()
    await this.#close?.()
  }

  async #listen(): Promise<void> {
    const { place, environment } = this.#options
    try {
      const connection = await connectBus(place, { timeoutMs: TIMEOUT_MS, load })
      if (this.#closed) return await connection.close()
      this.#close = () => connection.close()
      connection.subscribe(place.subject, {
        callback: (error, message) => {
          const notice = error === null ? readNotice(message.data) : undefined
          if (notice?.environment === environment()) this.#pace.told(notice.seq)
        },
      })
      await connection.flush()
      // What was told before this may have been missed.
      this.#pace.told(0)
      const reason = await connection.closed()
      if (!this.#closed) this.#retry(`it closed the connection${reason instanceof Error ? ' after a failure' : ''}`)
    } catch (error) {
      if (!this.#closed) this.#retry(error instanceof Failure ? error.message : 'the connection failed', error)
    }
  }

  /** Connects again later: by ourselves, so that each failure is told, and each new connection is followed by a look. */
  #retry(why: string, cause?: unknown): void {
    const { place, warn } = this.#options
    this.#close = undefined
    warn(
      new TenfoldError('notice_failed', `no notices from ${place.url}: ${why}`, cause === undefined ? {} : { cause }),
    )
    this.#timer = setTimeout(() => void this.#listen(), RETRY_MS * (0.5 + Math.random()))
    this.#timer.unref()
  }
}
