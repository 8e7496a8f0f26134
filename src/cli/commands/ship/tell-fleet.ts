import { type Notice } from '../../../notice/notice-message.ts'
import { type Notified, noticePlaces, sendNotices } from '../../../notice/send-notices.ts'
import { type CommandIo, note } from '../../io.ts'

/** Tells the fleet of a release, and returns what became of it, as a member of the command's JSON. */
export type TellFleet = (notice: Notice) => Promise<{ readonly notified?: readonly Notified[] }>

/**
 * Checks where notices go, before anything is published. Where nothing names a bus, nothing is told.
 *
 * @param named The buses of tenfold.yaml, and those that the call names.
 * @throws {Failure} `usage`
 */
export function tellingFleet(named: readonly (readonly string[] | undefined)[], io: CommandIo): TellFleet {
  const places = noticePlaces(named.flatMap((urls) => urls ?? []))
  return async (notice) => {
    if (places.length === 0) return {}
    return { notified: await sendNotices(places, notice, (text) => note(io, `note: ${text}`)) }
  }
}
