import { isObject } from './decode-json.ts'

/**
 * Encodes plain JSON data in its canonical form: keys sorted by UTF-16 units, no white space, numbers and strings as
 * `JSON.stringify` writes them, members without a value left out. Two equal values have equal bytes.
 *
 * @throws {TypeError} when the value holds anything that JSON cannot express.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) {
    let items = ''
    for (let i = 0; i < value.length; i++) items += `${i === 0 ? '' : ','}${canonical(value[i])}`
    return `[${items}]`
  }
  if (!isObject(value)) throw new TypeError(`a ${typeof value} has no encoding`)
  let members = ''
  // Without a comparator, sorting is by UTF-16 units.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(key)}:${canonical(member)}`
  }
  return `{${members}}`
}

/** Quotes a string. Most need no escapes, and checking that first is faster than `JSON.stringify`. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

const PLAIN = /^[ !#-[\]-~]*$/
