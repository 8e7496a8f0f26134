import { isObject } from '../../store/format/decode-json.ts'

/** Formats a value in one line: a text as it is, unless it would be invisible. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '—'
  if (isObject(value) && typeof value['secret'] === 'string') return `the secret ${value['secret']}`
  if (typeof value !== 'string') return JSON.stringify(value)
  return value === '' || value.trim() !== value ? JSON.stringify(value) : value
}

/** Cuts a text to at most so many characters, and never inside one. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Whether a value is a text that only a difference by lines can show. */
export function isLong(value: unknown): value is string {
  return typeof value === 'string' && (value.length > 80 || value.trimEnd().includes('\n'))
}
