import type { VNode } from 'preact'
import { thousands } from '../../report/counts-in-words.ts'
import { WORDS } from '../words.ts'
import { shownText } from './shown.ts'

function accountHref(id: string): string {
  return `/accounts/${encodeURIComponent(id)}`
}

interface AccountLinkProps {
  readonly id: string
  /** The page of the account; its first one if left out. */
  readonly page?: '/prompts' | '/profiles' | '/strategies'
}

export function AccountLink({ id, page }: AccountLinkProps): VNode {
  return <a href={accountHref(id) + (page ?? '')}>{shownText(id)}</a>
}

/** A count that leads to the accounts it counts: a query of `tenfold find`. */
export function Count({ of, query }: { readonly of: number; readonly query: string }): VNode {
  if (of === 0) return <span class="zero">0</span>
  return (
    <a href={`/accounts?q=${encodeURIComponent(query)}`} aria-label={WORDS.countOf(of, query)}>
      {thousands(of)}
    </a>
  )
}
