import { posix } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { DraftFolder } from '../draft/draft-folder.ts'
import { type SettingsDraft, type Ended, type Saved, branchOfDraft } from '../draft/draft.ts'
import { summaryOf } from '../draft/summarize-operations.ts'
import { authorIn } from '../git/branch/author-of-commits.ts'
import { commitToBranch, localTip } from '../git/branch/local-branch.ts'
import type { CommitFile } from '../git/branch/make-commit.ts'
import { listTree } from '../git/objects/read-trees.ts'
import { inTop } from '../git/worktree/read-index.ts'
import type { BranchChange, OwnBranch } from '../github/push-pull-request-branch.ts'
import { openPullRequest } from '../github/open-pull-request.ts'
import type { GitHubEnv } from '../github/repository-of-remote.ts'
import type { FileEdits } from '../source/with-edits.ts'
import { type ProposalDestination, type ProposalPlace, placeOfProposals } from './destination.ts'
import { bodyOf } from './propose-edits.ts'
import { type DraftReview, type ReviewOptions, isAllDone, isReady, newestBase, reviewDraft } from './review-draft.ts'

export interface SaveOptions extends ReviewOptions {
  readonly drafts: DraftFolder
  readonly env: GitHubEnv
}

export type SaveResult =
  | {
      readonly is: 'saved'
      readonly to: ProposalDestination['is']
      readonly branch: string
      readonly url: string | null
    }
  /** Something is not as it was shown, in conflict, or wrong: it is to be looked at again. Nothing was pushed. */
  | { readonly is: 'not-ready'; readonly review: DraftReview; readonly moved: boolean }
  /** It was merged or closed, and is not proposed again. */
  | { readonly is: 'ended'; readonly as: Ended; readonly url: string | null }
  | { readonly is: 'nothing' }

/**
 * Proposes a draft: replays it on the base's newest commit and puts the result on the draft's own branch, as one commit.
 * Whatever fails or is killed on the way, saving again goes on from there.
 *
 * @param shown The digest of the review that its author saw. @throws {Failure}
 */
export async function saveDraft(id: string, shown: string, options: SaveOptions): Promise<SaveResult> {
  const { drafts, env } = options
  const draft = drafts.read(id)
  if (draft === undefined) throw new Failure('usage', 'this draft is not there any more', 'begin another one')
  if (draft.ended !== null) return { is: 'ended', as: draft.ended, url: draft.saved?.url ?? null }
  const place = await placeOfProposals(options.config, env)
  const review = await reviewDraft(draft, await newestBase(place), options)
  if (isAllDone(review)) {
    if (draft.saved?.pushed == null) return { is: 'nothing' }
    return end(drafts, draft, 'merged')
  }
  const moved = review.digest !== shown
  if (moved || !isReady(review)) return { is: 'not-ready', review, moved }
  const title = draft.title.trim() || summaryOf(draft.operations)
  const saving: Saving = { repository: place.repository, draft, review, own: ownBranch(drafts, draft), title }
  const { destination } = place
  return destination.is === 'local' ? saveHere(saving, options) : saveThere(saving, destination, options)
}

/** A draft that is ready, and where it goes. */
interface Saving extends Pick<ProposalPlace, 'repository'> {
  readonly draft: SettingsDraft
  readonly review: DraftReview
  readonly own: OwnBranch
  readonly title: string
}

async function end(drafts: DraftFolder, { id, saved }: SettingsDraft, as: Ended, url?: string): Promise<SaveResult> {
  await drafts.change(id, (draft) => ({ ...draft, ended: as }))
  return { is: 'ended', as, url: url ?? saved?.url ?? null }
}

/** The commit is written down before it is pushed: after a kill it is known to be ours. */
function ownBranch(drafts: DraftFolder, draft: SettingsDraft): OwnBranch {
  const { pushed = null, making = null } = draft.saved ?? {}
  const onCommit = async (commit: string): Promise<void> => {
    await remember(drafts, draft.id, (saved) => ({ ...saved, making: commit }))
  }
  return { name: branchOfDraft(draft), pushed, making, onCommit }
}

async function remember(drafts: DraftFolder, id: string, change: (saved: Saved) => Saved): Promise<void> {
  await drafts.change(id, (draft) => ({
    ...draft,
    saved: change(draft.saved ?? { pushed: null, making: null, url: null }),
  }))
}

async function saveThere(
  { repository: { top, prefix }, draft, review, own, title }: Saving,
  { is, remote }: Extract<ProposalDestination, { readonly remote: string }>,
  { drafts, env }: SaveOptions,
): Promise<SaveResult> {
  const proposed = await openPullRequest({
    changes: changesOf(review.replayed.files, prefix),
    title,
    body: bodyOf(review.comparison),
    folder: top,
    remote,
    base: review.base.branch,
    own,
    forge: ({ 'pull-request': 'github', 'merge-request': 'gitlab', branch: 'none' } as const)[is],
    env,
  })
  if (proposed.did === 'nothing') return end(drafts, draft, 'merged')
  const url = 'url' in proposed ? (proposed.url ?? null) : null
  if (proposed.did === 'ended') return end(drafts, draft, 'closed', url ?? undefined)
  await remember(drafts, draft.id, (saved) => ({ pushed: saved.making ?? saved.pushed, making: null, url }))
  return { is: 'saved', to: is, branch: own.name, url }
}

async function saveHere(
  { repository, draft, review, own, title }: Saving,
  { drafts, env }: SaveOptions,
): Promise<SaveResult> {
  if (own.pushed !== null && (await localTip(repository, own.name)) === undefined) return end(drafts, draft, 'closed')
  const { commit: parent } = review.base
  const changes = changesOf(review.replayed.files, repository.prefix)
  const modes = new Map((await listTree(repository, parent)).map(({ path, mode }) => [path, mode]))
  const files = changes.map(({ path, after }): CommitFile => {
    return { path, mode: modes.get(path) ?? '100644', is: after === null ? null : Buffer.from(after) }
  })
  const who = await authorIn(repository.top, env)
  const commit = { branch: own.name, message: title, who, parent, files, ours: [own.pushed, own.making] }
  const made = await commitToBranch(repository, { ...commit, onCommit: own.onCommit })
  await remember(drafts, draft.id, () => ({ pushed: made, making: null, url: null }))
  return { is: 'saved', to: 'local', branch: own.name, url: null }
}

function changesOf(files: FileEdits, prefix: string): BranchChange[] {
  return [...files].map(([path, edit]) => ({ path: posix.normalize(inTop(prefix, path)), ...edit }))
}
