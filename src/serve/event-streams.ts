import type { ServerResponse } from 'node:http'

/** Proxies cut a stream on which nothing comes for a minute. */
const COMMENT_MS = 15_000
/** What a client that reads nothing may have waiting before it is cut off. */
const MAX_WAITING_BYTES = 65_536
/** When a client connects again after it was cut off; a fleet of browsers must not come all at once. */
const RETRY_MS = { least: 1_000, spread: 4_000 }

interface Stream {
  readonly response: ServerResponse
  /** Whose it is; undefined for a backend's. */
  readonly account: string | undefined
  /** Whether whoever opened it may still have it. */
  readonly isAllowed: () => boolean
}

/** What is told: that evaluations have to be asked for again. Nothing of a release but its tag is in it. */
export interface ChangeNotice {
  readonly tag: string
  /** Seconds since 1970. */
  readonly since: number
}

/** The open event streams: each is told of a change, and hears a comment now and then. One timer serves all. */
export class EventStreams {
  readonly #streams = new Set<Stream>()
  readonly #byAccount = new Map<string, number>()
  readonly #most: number
  #timer: NodeJS.Timeout | undefined

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#streams.size
  }

  /** Whether no more may be open for an account, which may have half of all; or for a backend. */
  isFullFor(account: string | undefined): boolean {
    if (this.#streams.size >= this.#most) return true
    return account !== undefined && (this.#byAccount.get(account) ?? 0) >= this.#most / 2
  }

  /**
   * Opens a stream.
   *
   * @param missed what the client has not heard of yet, if anything.
   */
  open(stream: Stream, headers: Readonly<Record<string, string>>, missed: ChangeNotice | undefined): void {
    const { response, account } = stream
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Some proxies keep a stream until it ends.
      'x-accel-buffering': 'no',
    })
    // A notice must not wait for the next one.
    response.socket?.setNoDelay(true)
    response.write(`retry: ${RETRY_MS.least + Math.floor(Math.random() * RETRY_MS.spread)}\n\n`)
    if (missed !== undefined) response.write(eventOf(missed))
    this.#streams.add(stream)
    this.#count(account, 1)
    const end = (): void => {
      if (this.#streams.delete(stream)) this.#count(account, -1)
    }
    response.on('close', end)
    response.on('error', end)
    this.#timer ??= setInterval(() => this.#send(': \n\n'), COMMENT_MS).unref()
  }

  tell(notice: ChangeNotice): void {
    this.#send(eventOf(notice))
  }

  close(): void {
    clearInterval(this.#timer)
    for (const { response } of this.#streams) response.end()
    this.#streams.clear()
    this.#byAccount.clear()
  }

  #count(account: string | undefined, by: 1 | -1): void {
    if (account === undefined) return
    const open = (this.#byAccount.get(account) ?? 0) + by
    if (open > 0) this.#byAccount.set(account, open)
    else this.#byAccount.delete(account)
  }

  #send(text: string): void {
    for (const stream of this.#streams) {
      const { response, isAllowed } = stream
      if (!isAllowed()) response.end()
      else if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
      else response.write(text)
    }
  }
}

function eventOf({ tag, since }: ChangeNotice): string {
  const data = JSON.stringify({ type: 'refetchEvaluation', etag: tag, lastModified: since })
  return `id: ${tag}\nevent: message\ndata: ${data}\n\n`
}
