import { isObject } from './decode.ts'

/**
 * The one encoding of plain JSON data: keys sorted by UTF-16 units, no white space, numbers and strings as
 * `JSON.stringify` writes them, members without a value left out. Two equal values have equal bytes.
 *
 * @throws {TypeError} when the value holds anything that JSON cannot say.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) throw new TypeError(`a ${typeof value} has no encoding`)
  let members = ''
  // Without a comparison of its own, sorting is by UTF-16 units.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonical(member)}`
  }
  return `{${members}}`
}
