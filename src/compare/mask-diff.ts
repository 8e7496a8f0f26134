import type { Change, Diff } from './diff-types.ts'
import { credentialIn } from '../credentials/index.ts'

/**
 * Hides every text in a diff that holds a credential, as a whole: an old revision may have leaked one, and the rest of
 * a text around a pattern may still be a part of it.
 */
export function withoutCredentials(diff: Diff): Diff {
  const checked = new Map<string, boolean>()
  const holds = (text: string): boolean => {
    const known = checked.get(text) ?? credentialIn(text) !== undefined
    checked.set(text, known)
    return known
  }
  const hide = (value: unknown): unknown => {
    if (typeof value === 'string') return holds(value) ? HIDDEN : value
    if (Array.isArray(value)) return value.map(hide)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hide(member)]))
  }
  const inChange = <T extends Change>(change: T): T => ({ ...change, old: hide(change.old), new: hide(change.new) })
  return {
    ...diff,
    globals: diff.globals.map(inChange),
    accounts: diff.accounts.map((account) => ({ ...account, changes: account.changes.map(inChange) })),
    unknown_accounts: diff.unknown_accounts.map(inChange),
  }
}

const HIDDEN = '••••••••'
