import { blobId } from '../git/objects/blob-id.ts'
import type { FileContent, TreeFile } from '../source/read-folder.ts'
import { type CheckedAccount, checkAccount } from './account.ts'
import type { CheckContext } from './context.ts'

/** One account file to check; `before` is the id of the content that is known to be good already. */
export interface Work {
  readonly file: TreeFile
  readonly before?: string
}

export type Outcome = (CheckedAccount | Unchanged) & Comparable

/** Whether the content differs from what git has under the id that the file was listed with. */
interface Comparable {
  readonly differs?: true
}

interface Unchanged {
  readonly path: string
  readonly unchanged: true
}

/** Checks one file, unless its content has not changed. */
export function checkOne(
  path: string,
  content: FileContent,
  before: string | undefined,
  context: CheckContext,
): Outcome {
  if (before !== undefined && content !== 'too-large' && blobId(content) === before) return { path, unchanged: true }
  return checkAccount(path, content, context)
}

/** Adds to an outcome whether its content is what git has under an id. */
export function compared(outcome: Outcome, content: FileContent, blob: string | undefined): Outcome {
  if (blob === undefined || content === 'too-large') return outcome
  const id = 'stored' in outcome && outcome.stored !== undefined ? outcome.stored.blob : blobId(content)
  return id === blob ? outcome : { ...outcome, differs: true }
}
