import { credentialIn } from '../credentials/index.ts'
import { isId } from '../store/format/account-leaf.ts'

/** The longest id of an account. */
const LONGEST = 63

/**
 * Returns an id as near to a name as ids permit: NFKD, marks off, small letters; `_` and `-` stay, anything else becomes
 * one `-`; trimmed, and at most 63 long. Undefined where nothing is left, and for a credential: in small letters it is
 * none that a check would know, and somebody's key all the same.
 */
export function idFrom(name: string): string | undefined {
  if (credentialIn(name) !== undefined) return undefined
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
  // Cut before the end is trimmed: a million hyphens in a row would be searched from each of them.
  const id = words
    .replace(/^[-_]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '')
  return isId(id) && credentialIn(id) === undefined ? id : undefined
}

/** Returns where an account's file goes: one folder for each two characters that ids begin with. */
export function accountPath(id: string): string {
  return `accounts/${id.slice(0, 2)}/${id}.yaml`
}
