/**
 * The formats that the schemas use, for the validators that `build.js` compiles. A package would bring thirty others,
 * with patterns of a thousand characters.
 */

/** A day of the calendar: `2026-02-28`. */
export function date(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  // A day that there is none of is another one.
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
