/** What the fleet is told after a head was replaced: that there may be something new, and nothing that is believed. */
export interface Notice {
  readonly environment: string
  readonly seq: number
}

/** The version of the message. */
const VERSION = 2
/** A notice is a few dozen bytes. */
const MOST_BYTES = 1024

export function writeNotice({ environment, seq }: Notice): string {
  return JSON.stringify({ environment, seq, v: VERSION })
}

/** Returns undefined for whatever else may be on a bus. */
export function readNotice(bytes: Uint8Array): Notice | undefined {
  if (bytes.length > MOST_BYTES) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { environment, seq, v }: Partial<Record<keyof Notice | 'v', unknown>> = value
  const isOurs = v === VERSION && typeof environment === 'string'
  return isOurs && typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? { environment, seq } : undefined
}
