import type { SettingsDraft } from '../../draft/draft.ts'
import { type DraftReview, type ReviewOptions, reviewDraft } from '../../propose/review-draft.ts'
import type { HeadFacts } from '../../ask/distance-to-release.ts'

/** What drafts would do to HEAD, looked up behind the pages. */
export class DraftReviews {
  private readonly options: ReviewOptions
  private readonly head: () => Promise<HeadFacts | undefined>
  private known: { readonly key: string; readonly review: Promise<DraftReview>; done?: DraftReview } | undefined

  constructor(options: ReviewOptions, head: () => Promise<HeadFacts | undefined>) {
    this.options = options
    this.head = head
  }

  /** Returns the review of a draft if it is known, or is within a moment; else it is being made. */
  async atHand(draft: SettingsDraft): Promise<DraftReview | undefined> {
    const head = await this.head()
    if (head === undefined) return undefined
    const key = JSON.stringify([draft.id, draft.changed, head.commit])
    if (this.known?.key !== key) {
      const review = reviewDraft(draft, { branch: head.branch ?? 'HEAD', commit: head.commit }, this.options)
      const entry: typeof this.known = { key, review }
      this.known = entry
      review.then(
        (done) => (entry.done = done),
        // A failure is one of the page that reviews it.
        () => {},
      )
      await Promise.race([review.catch(() => undefined), moment()])
    }
    return this.known.done
  }
}

/** Milliseconds that a page may wait: most drafts are reviewed by then. */
const PATIENCE = 30

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE))
}
