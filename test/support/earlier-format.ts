import { canonical } from '../../src/store/format/canonical-json.ts'
import { isObject, parseJson } from '../../src/store/format/decode-json.ts'
import { PAYLOAD_TYPE, PLAIN } from '../../src/store/format/release-manifest.ts'

/** The head as version 1 of the format had it: without the members that came later. */
export function asFormat1(head: Uint8Array): Buffer {
  return withRelease(head, (release) => {
    const rest = Object.entries(release).filter(([name]) => !Object.hasOwn(PLAIN, name))
    return { ...Object.fromEntries(rest), format: 1 }
  })
}

/** The head with another release in it, and the signatures of the former one. */
export function withRelease(
  head: Uint8Array,
  change: (release: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Buffer {
  const envelope = parseJson(head, 'a head')
  const payload = isObject(envelope) ? envelope['payload'] : undefined
  if (typeof payload !== 'string') throw new Error('this is no head')
  const release = parseJson(Buffer.from(payload, 'base64'), 'a release')
  if (!isObject(release)) throw new Error('this is no release')
  const changed = Buffer.from(canonical(change(release))).toString('base64')
  const signatures = isObject(envelope) ? envelope['signatures'] : []
  return Buffer.from(`${canonical({ payload: changed, payloadType: PAYLOAD_TYPE, signatures })}\n`)
}
