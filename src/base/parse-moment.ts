/**
 * A time as people write it: a whole day in UTC, or an instant. Both ends are seconds since 1970; the end is exclusive.
 */
export interface Moment {
  readonly start: number
  readonly end: number
}

/** The ways to write a time, for a message about one written otherwise. */
export const MOMENTS = 'a day (2026-01-31) or a time (2026-01-31T09:30:00Z)'

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Reads a day, or an RFC 3339 time; undefined for anything else, and for a day that no calendar has. */
export function parseMoment(text: string): Moment | undefined {
  const day = DAY.exec(text)
  const start = day === null ? undefined : dayOf(day)
  if (start !== undefined) return { start, end: start + DAY_SECONDS }
  const instant = instantIn(text)
  // Commits have whole seconds: one in the very second that is named does not come after it.
  return instant === undefined ? undefined : { start: Math.ceil(instant), end: Math.floor(instant) + 1 }
}

/** Whether a text is a day of the calendar, such as `2026-02-28`. */
export function isDay(text: string): boolean {
  const day = DAY.exec(text)
  return day !== null && dayOf(day) !== undefined
}

/** Whether a text begins as a time does, so that its writer meant one. */
export function looksLikeMoment(text: string): boolean {
  return /^\d{4}-\d{1,2}(?:-|$)/.test(text)
}

const DAY_SECONDS = 86_400

function instantIn(text: string): number | undefined {
  const parts = TIME.exec(text)
  const day = parts === null ? undefined : dayOf(parts)
  if (parts === null || day === undefined) return undefined
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])]
  const [offHour, offMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)]
  // A minute may have a leap second.
  if (hour > 23 || minute > 59 || second > 60 || offHour > 23 || offMinute > 59) return undefined
  const offset = (offHour * 60 + offMinute) * 60 * (parts[8] === '-' ? -1 : 1)
  return day + hour * 3600 + minute * 60 + second + Number(parts[7] ?? 0) - offset
}

function dayOf([, year, month, day]: RegExpExecArray): number | undefined {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // JavaScript takes the 30th of February for a day in March.
  const isThere = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`)
  return isThere ? date.getTime() / 1000 : undefined
}

/** Formats seconds since 1970 as RFC 3339, in UTC. A commit's clock may read anything: its years end with 9999. */
export function momentText(seconds: number): string {
  const inRange = Number.isFinite(seconds) ? Math.min(Math.max(seconds, FIRST), LAST) : 0
  return new Date(inRange * 1000).toISOString().replace('.000Z', 'Z')
}

const FIRST = Date.parse('0000-01-01T00:00:00Z') / 1000
const LAST = Date.parse('9999-12-31T23:59:59Z') / 1000
