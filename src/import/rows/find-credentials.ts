import { credentialIn } from '../../credentials/index.ts'
import { isKeyName } from '../../credentials/patterns/sensitive-names.ts'

/**
 * Returns the places of a row that hold a credential, as `config.api_key`: by its look, or by the name that it is kept
 * under. Where a name is itself a credential, the place has it too: mask what is shown.
 */
export function credentialsIn(fields: unknown): string[] {
  const found: string[] = []
  const pending: (readonly [path: string, name: string, value: unknown])[] = [['', '', fields]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, name, value] = next
    if (typeof value === 'string') {
      const inner = nested(value)
      if (inner !== undefined) pending.push([path, name, inner])
      else if (isCredential(name, value)) found.push(path)
    } else if (Array.isArray(value)) value.forEach((item, i) => pending.push([`${path}.${i}`, name, item]))
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        const at = path === '' ? key : `${path}.${key}`
        if (credentialIn(key) !== undefined) found.push(at)
        pending.push([at, key, member])
      }
    }
  }
  return found.sort()
}

function isCredential(name: string, value: string): boolean {
  if (value.trim() === '') return false
  return looksLikeOne(value) || (isKeyNamed(name) && !/^[A-Z][A-Z0-9_]*$/.test(value))
}

/** The rows of a table repeat many texts, and all of its names. */
const looksLikeOne = remembering((text) => credentialIn(text) !== undefined)
const isKeyNamed = remembering(isKeyName)

function remembering(judge: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const verdict = judge(text)
    if (known.size >= MOST_KNOWN) known.clear()
    if (text.length <= LONGEST_KNOWN) known.set(text, verdict)
    return verdict
  }
}

const MOST_KNOWN = 4096
const LONGEST_KNOWN = 4096

/** A JSON field may have been written as text. */
function nested(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
