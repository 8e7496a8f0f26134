import type { VNode } from 'preact'
import { summaryOf } from '../../draft/summarize-operations.ts'
import { conflictsIn } from '../../draft/replay-operations.ts'
import { type DraftReview } from '../../propose/review-draft.ts'
import { plural } from '../../report/counts-in-words.ts'
import { count } from '../../source/diagnostic-types.ts'
import { shownText } from '../parts/shown.ts'
import { WORDS } from '../words.ts'
import type { ReviewAtHand } from '../workspace/draft-reviews.ts'
import type { Workspace } from '../workspace/open-workspace.ts'

/** The draft in the frame of every page. */
export interface DraftBarFacts {
  readonly id: string
  readonly title: string
  readonly changes: number
  /** What it would do to HEAD. */
  readonly review: ReviewAtHand
}

/** Returns what the frame says of the current draft; undefined where there is none. @throws {Failure} */
export async function draftBar(workspace: Workspace): Promise<DraftBarFacts | undefined> {
  const draft = await workspace.drafting.current()
  if (draft === undefined || draft.operations.length === 0) return undefined
  return {
    id: draft.id,
    title: draft.title || summaryOf(draft.operations),
    changes: draft.operations.length,
    review: await workspace.reviews.atHand(draft),
  }
}

/** What is changed, whom it reaches and what is wrong, and the way on. */
export function DraftBar({ facts }: { readonly facts: DraftBarFacts }): VNode {
  const { id, title, changes, review } = facts
  return (
    <aside id="draft" class="bar" aria-label={WORDS.draft.bar} data-pending={review.is === 'pending' ? '' : undefined}>
      <p role="status">
        <strong>{shownText(title)}</strong> {WORDS.draft.changes(changes)}
        {review.is === 'pending' && ` · ${WORDS.draft.pending}`}
        {review.is === 'known' && <Effects review={review.review} />}
      </p>
      <a class="button" href={`/drafts/${id}`} data-key="p">
        {WORDS.draft.review}
      </a>
    </aside>
  )
}

function Effects({ review }: { readonly review: DraftReview }): VNode {
  const errors = count(review.diagnostics, 'error')
  const conflicts = conflictsIn(review.replayed).size
  const compared = review.comparison.compared
  return (
    <>
      {compared !== undefined && ` · ${WORDS.draft.reaches(plural(compared.diff.summary.accounts_changed, 'account'))}`}
      {compared !== undefined && costOf(review) !== undefined && ` · ${WORDS.draft.cost(costOf(review) ?? '')}`}
      {errors > 0 && <span class="badge error">{WORDS.draft.errors(errors)}</span>}
      {conflicts > 0 && <span class="badge stop">{WORDS.draft.conflicts(conflicts)}</span>}
    </>
  )
}

/** How much more one call of everything that changes would cost; undefined where nothing has a price. */
export function costOf({ comparison }: DraftReview): string | undefined {
  const cost = comparison.compared?.effects.cost
  if (cost === undefined || cost.before === 0 || cost.before === cost.after) return undefined
  const percent = Math.round((cost.after / cost.before - 1) * 100)
  return `${percent > 0 ? '+' : ''}${percent.toLocaleString('en')} %`
}
