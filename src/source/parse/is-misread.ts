/**
 * Whether an unquoted text is one that YAML 1.1 readers, and people, take for a boolean, a date or a time; not a text
 * that begins with a date.
 */
export function isMisread(text: string): boolean {
  return MISREAD.test(text)
}

const DATE = /\d{4}-\d{1,2}-\d{1,2}/
const TIME = /\d{1,2}:\d\d:\d\d(?:\.\d*)?\s*(?:z|[-+]\d{1,2}(?::?\d\d)?)?/
const MISREAD = new RegExp(`^(?:y|n|yes|no|on|off|${DATE.source}(?:(?:t|\\s+)${TIME.source})?)$`, 'i')
