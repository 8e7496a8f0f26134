import { Malformed, string } from './decode-json.ts'

const SECONDS = '2026-01-31T00:00:00'.length

/**
 * Reads a time in UTC, as RFC 3339 spells it. An unreadable expiry would never come, so that nothing would expire.
 *
 * @throws {Malformed}
 */
export function readTime(value: unknown, what: string): string {
  const text = string(value, what)
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text))
  // Formatted again because JavaScript accepts impossible dates: it reads 31 February as 3 March.
  if (!isTime || new Date(text).toISOString().slice(0, SECONDS) !== text.slice(0, SECONDS)) {
    throw new Malformed(`${what} is not a time in UTC`)
  }
  return text
}
