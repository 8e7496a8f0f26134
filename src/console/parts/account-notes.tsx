import type { VNode } from 'preact'
import type { OneAccount } from '../../ask/read-one-account.ts'
import { isFree } from '../../lint/facts/account-policy.ts'
import { WORDS } from '../words.ts'
import { Problems } from './problems.tsx'
import { Note } from './tables.tsx'

/** What is to be known about an account before its answers: errors, that it has no file, or that it is Free. */
export function AccountNotes({ of: { own, account, diagnostics } }: { readonly of: OneAccount }): VNode {
  return (
    <>
      <Problems diagnostics={diagnostics} />
      {own === undefined && <Note is="info">{WORDS.unknown}</Note>}
      {account !== undefined && isFree(account.plan) && <Note is="info">{WORDS.free}</Note>}
    </>
  )
}

/** Whether a file is there that cannot be understood: what the account gets is then not known, and is not everybody's. */
export function isOpaque({ own }: OneAccount): boolean {
  return own !== undefined && own.model === undefined
}
