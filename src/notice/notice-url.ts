import { Failure } from '../base/failure.ts'
import { quote } from '../base/quote-name.ts'

/** A subject of a NATS bus: `nats://HOST:PORT/SUBJECT`. */
export interface NoticePlace {
  /** As it was written. */
  readonly url: string
  /** `nats://HOST:PORT`, or with `tls`. */
  readonly server: string
  readonly isSecure: boolean
  readonly subject: string
}

const FORM = 'write nats://HOST:PORT/SUBJECT, such as nats://bus.internal:4222/tenfold.production'

/** @throws {Failure} `usage`; no message shows what may be a credential. */
export function parseNoticeUrl(url: string): NoticePlace {
  if (/@/.test(url)) {
    throw new Failure('usage', 'the URL of a bus has a name or a password in it', 'name a file in TENFOLD_NATS_CREDS')
  }
  const [, scheme = '', host = '', subject = ''] = /^(nats|tls):\/\/([^/?#\s]+)\/([^/?#]+)$/.exec(url) ?? []
  if (host === '' || !URL.canParse(`http://${host}`)) throw new Failure('usage', `${quote(url)} is no bus`, FORM)
  // With a wildcard, others' subjects would be listened to.
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(subject) || subject.length > 255 || subject.startsWith('_INBOX')) {
    throw new Failure('usage', `${quote(url)} names no subject`, FORM)
  }
  return { url, server: `${scheme}://${host}`, isSecure: scheme === 'tls', subject }
}
