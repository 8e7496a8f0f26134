import { maskCredentials } from '../../credentials/index.ts'
import { visible } from '../../report/visible-text.ts'

/** Returns a text as a page may show it: no credential, and no character that controls or reorders text. */
export function shownText(text: string): string {
  return visible(maskCredentials(text))
}

/** Whether a text would not be shown as it is: it cannot be edited on a page, whose controls hold it as it is. */
export function holdsCredential(text: string): boolean {
  return maskCredentials(text) !== text
}

/** Returns the name of an author, without the address behind it. */
export function shownAuthor(author: string): string {
  return shownText(author.replace(/ <[^>]*>$/, ''))
}

/** Returns a text of several lines, each as a page may show it. */
export function shownLines(text: string): string {
  return maskCredentials(text).split('\n').map(visible).join('\n')
}

/** Returns a value of an answer as a page may show it. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'string') return shownText(value)
  if (Array.isArray(value)) return value.map(shownValue).join(', ')
  if (typeof value === 'object' && 'secret' in value) return shownText(String(value.secret))
  return shownText(JSON.stringify(value))
}
