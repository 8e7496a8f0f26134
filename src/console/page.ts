import type { VNode } from 'preact'
import type { OneAccount } from '../ask/read-one-account.ts'
import type { PlanName } from '../domain/settings-types.ts'
import type { Subject, Visitor } from './access.ts'
import type { Workspace } from './workspace/open-workspace.ts'

/** What a page is made from. */
export interface PageRequest {
  readonly workspace: Workspace
  readonly who: Visitor
  readonly url: URL
  /** The parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>
}

/** A page, before it gets its frame. */
export interface Page {
  readonly title: string
  readonly body: VNode
  /** 200 if left out. */
  readonly status?: number
  /** The account that it is about: the second half of the sidebar is then of that account. */
  readonly account?: AccountInFrame
}

export interface AccountInFrame {
  readonly id: string
  /** Null for an account without a file; undefined where the file cannot be understood. */
  readonly plan: PlanName | null | undefined
}

/** Returns what the sidebar says of an account. */
export function inFrame(id: string, { own, account }: OneAccount): AccountInFrame {
  return { id, plan: own === undefined ? null : account?.plan }
}

/** What somebody has sent with a form. */
export interface ActionRequest extends PageRequest {
  readonly form: URLSearchParams
}

/** What becomes of a form: another page to go to, or one that says what is in the way. */
export type ActionAnswer = { readonly goTo: string } | Page

/** A path, and who may see what is there. */
export interface Route {
  /** Begins with a slash; a part that begins with a colon is any one part, by that name. */
  readonly path: string
  readonly subject: (params: Readonly<Record<string, string>>) => Subject
  readonly page: (request: PageRequest) => Promise<Page>
  /** What a form that is sent there does. */
  readonly action?: (request: ActionRequest) => Promise<ActionAnswer>
}

/** A page for whatever staff alone may see. */
export const forEverybody = (): Subject => 'everybody'

/** A page about one account, which may see it too. */
export function ofAccount({ id = '' }: Readonly<Record<string, string>>): Subject {
  return { account: id }
}
