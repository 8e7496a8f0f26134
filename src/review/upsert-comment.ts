import { type Comments, nextComment } from './comment-state.ts'

export type Posted = 'created' | 'updated' | 'unchanged'

/**
 * Keeps one comment with the review: written once, edited in place, and left alone where its text is the same already.
 * After a failure a second run finds what the first one wrote.
 *
 * @param author Who we are there: a comment by another author is never taken for ours.
 */
export async function upsertReview(comments: Comments, author: string, body: string): Promise<Posted> {
  const decision = nextComment(await comments.list(), author, body)
  switch (decision.do) {
    case 'nothing':
      return 'unchanged'
    case 'create':
      await comments.create(body)
      return 'created'
    case 'update':
      await comments.update(decision.id, body)
      return 'updated'
  }
}
