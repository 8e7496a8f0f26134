import { Failure } from '../base/failure.ts'
import { connectBus } from './connect-bus.ts'
import { type Notice, writeNotice } from './notice-message.ts'
import { type NoticePlace, parseNoticeUrl } from './notice-url.ts'

/** What became of a notice. */
export interface Notified {
  readonly url: string
  readonly ok: boolean
}

/** A bus that does not answer must not hold up a release that is out already. */
const TIMEOUT_MS = 3_000

/**
 * Tells the fleet that a head was replaced. A bus that is down is no failure: services poll, and will find it.
 *
 * @param note Is told why a notice was not sent.
 */
export async function sendNotices(
  places: readonly NoticePlace[],
  notice: Notice,
  note: (text: string) => void,
): Promise<readonly Notified[]> {
  return Promise.all(
    places.map(async (place) => {
      try {
        await send(place, notice)
        return { url: place.url, ok: true }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        note(`the fleet was not told: ${error.message}; services find the release when they poll`)
        return { url: place.url, ok: false }
      }
    }),
  )
}

/** Parses the buses before anything is published. @throws {Failure} `usage` */
export function noticePlaces(urls: readonly string[]): NoticePlace[] {
  return [...new Set(urls)].map(parseNoticeUrl)
}

async function send(place: NoticePlace, notice: Notice): Promise<void> {
  const connection = await connectBus(place, {
    timeoutMs: TIMEOUT_MS,
    load: () => import('@nats-io/transport-node'),
  })
  try {
    connection.publish(place.subject, writeNotice(notice))
    await inTime(connection.flush(), place)
  } finally {
    await connection.close()
  }
}

async function inTime(work: Promise<void>, { url }: NoticePlace): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const failure = new Failure('world', `the bus ${url} did not answer within ${TIMEOUT_MS} ms`, 'check the bus')
    timer = setTimeout(() => reject(failure), TIMEOUT_MS)
  })
  try {
    await Promise.race([work, late])
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('world', `the bus ${url} closed the connection`, 'check the bus', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
