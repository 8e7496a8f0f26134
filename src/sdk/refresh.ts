import { OtherFormat } from '../bundle/decode.ts'
import { type Release, readEnvelope, readRelease } from '../bundle/release.ts'
import { TenfoldError, asDamage, quote } from './errors.ts'
import { type Content, load, unsupported } from './load.ts'
import { type Manner, Reader } from './reader.ts'
import type { Hash } from './table.ts'

/** The release that answers now: built completely before it is put in place, and replaced as one. */
export interface Present {
  /** The head's bytes, by which a change is seen. */
  readonly head: Buffer
  readonly release: Release
  readonly content: Content
  readonly reader: Reader
}

/**
 * What the store says now: the very present where it says nothing new, otherwise the next release, which shares with
 * it whatever did not change.
 *
 * @throws {TenfoldError} when the store's release is damaged, or does not follow the present one.
 */
export async function advance(present: Present | undefined, manner: Manner, hash: Hash): Promise<Present> {
  const { store } = manner
  const head = await store.head()
  if (present?.head.equals(head) === true) return present
  const release = read(head, manner)
  if (present !== undefined && !follows(release, present.release)) return { ...present, head, release }
  const content = await load(store, release.root, present?.content, hash)
  return { head, release, content, reader: new Reader(release, content, manner) }
}

function read(head: Buffer, { store }: Manner): Release {
  try {
    return readRelease(readEnvelope(head))
  } catch (error) {
    if (error instanceof OtherFormat) throw unsupported(store, error)
    throw asDamage(error, `the store ${store.url}`)
  }
}

/**
 * Whether this is a later release; false for the same one signed anew, with another expiry.
 *
 * @throws {TenfoldError} when it is neither.
 */
function follows(next: Release, present: Release): boolean {
  if (next.environment !== present.environment) {
    const message = `the store offers a release for ${quote(next.environment)} after one for`
    throw new TenfoldError('environment_changed', `${message} ${quote(present.environment)}`)
  }
  if (next.seq > present.seq) return true
  if (next.seq < present.seq) {
    throw new TenfoldError('rollback_refused', `the store offers release ${next.seq} after release ${present.seq}`)
  }
  if (next.root !== present.root || next.commit !== present.commit || next.secrets !== present.secrets) {
    throw new TenfoldError('rollback_refused', `the store offers another release under the number ${next.seq}`)
  }
  return false
}
