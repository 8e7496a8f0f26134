/** Who asks: somebody of the product's own people, or one account for itself. */
export type Visitor = { readonly is: 'staff' } | { readonly is: 'account'; readonly id: string }

export type ConsoleAction = 'read' | 'write'

/** The subject of a page: one account, or what every account inherits. */
export type Subject = { readonly account: string } | 'everybody'

/** Whether a visitor may do something: staff anything, an account read its own answers and change its own file. */
export function may(who: Visitor, _action: ConsoleAction, subject: Subject): boolean {
  if (who.is === 'staff') return true
  return subject !== 'everybody' && subject.account === who.id
}
