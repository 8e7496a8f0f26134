import type { ComponentChildren, VNode } from 'preact'
import { thousands } from '../../report/counts-in-words.ts'
import { WORDS } from '../words.ts'
import { ToForm } from './post-form.tsx'
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

/** What leads to the page on which something is edited: with a name, or with its own. */
export function EditLink({ to, children }: { readonly to: string; readonly children?: ComponentChildren }): VNode {
  if (children !== undefined) return <a href={to}>{children}</a>
  return (
    <ToForm>
      <p>
        <a class="button" href={to} data-key="e">
          {WORDS.form.edit}
        </a>
      </p>
    </ToForm>
  )
}

export function NewLink({ collection }: { readonly collection: keyof typeof WORDS.create.title }): VNode {
  return (
    <ToForm>
      <p>
        <a class="button" href={`/new/${collection}`}>
          {WORDS.create.title[collection]}
        </a>
      </p>
    </ToForm>
  )
}
