import type { SettingsDraft } from '../../draft/draft.ts'
import { type DraftReview, type ReviewOptions, reviewDraft } from '../../propose/review-draft.ts'
import type { HeadFacts } from '../../ask/distance-to-release.ts'

/** A review, or why there is none in the frame of a page. */
export type ReviewAtHand =
  | { readonly is: 'known'; readonly review: DraftReview }
  /** It is being made, or could not be: the draft's own page says why. */
  | { readonly is: 'pending' }
  /** It reads so much that it is made where somebody asks for it, and not behind every page. */
  | { readonly is: 'costly' }

/** What drafts would do to HEAD, looked up behind the pages. */
export class DraftReviews {
  private readonly options: ReviewOptions
  private readonly head: () => Promise<HeadFacts | undefined>
  private readonly accounts: () => Promise<number>
  private known: { readonly key: string; readonly review: Promise<DraftReview>; done?: DraftReview } | undefined

  constructor(options: ReviewOptions, head: () => Promise<HeadFacts | undefined>, accounts: () => Promise<number>) {
    this.options = options
    this.head = head
    this.accounts = accounts
  }

  /** Returns the review of a draft if it is known, or is within a moment; else it is being made. */
  async atHand(draft: SettingsDraft): Promise<ReviewAtHand> {
    const head = await this.head()
    if (head === undefined || (await this.isCostly(draft))) return { is: 'costly' }
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
    const { done } = this.known
    return done === undefined ? { is: 'pending' } : { is: 'known', review: done }
  }

  /** A change of a global compares all accounts: those that no store knows are parsed for it. */
  private async isCostly({ operations }: SettingsDraft): Promise<boolean> {
    if (operations.length > LONG) return true
    const isGlobal = operations.some(({ file }) => !file.startsWith('accounts/'))
    return isGlobal && this.options.store === undefined && (await this.accounts()) > MANY
  }
}

/** As many operations as are replayed and compared within half a second. */
const LONG = 300
/** As many accounts as are parsed within a second or two. */
const MANY = 20_000

/** Milliseconds that a page may wait: most drafts are reviewed by then. */
const PATIENCE = 30

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE))
}
