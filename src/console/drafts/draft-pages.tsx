import type { VNode } from 'preact'
import { Failure } from '../../base/failure.ts'
import type { SettingsDraft } from '../../draft/draft.ts'
import { summaryOf } from '../../draft/summarize-operations.ts'
import { resolveRevision } from '../../git/history/resolve-revision.ts'
import { type ProposalDestination, placeOfProposals } from '../../propose/destination.ts'
import { type DraftReview, isAllDone, isReady, newestBase, reviewDraft } from '../../propose/review-draft.ts'
import type { Page, PageRequest } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { Difference } from '../parts/difference.tsx'
import { shownText } from '../parts/shown.ts'
import { CutList, Facts, Note, Table } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { costOf } from './draft-bar.tsx'
import { Conflicts } from './conflicts.tsx'
import { Operations } from './operations.tsx'

/** Every draft for this configuration, those that have ended included: nothing is lost. */
export async function draftsPage({ workspace }: PageRequest): Promise<Page> {
  const { drafts, damaged } = (await workspace.drafting.drafts()).list()
  const current = await workspace.drafting.current()
  return {
    title: WORDS.draft.list,
    body: (
      <>
        {damaged.length > 0 && (
          <Note is="error">
            <p>{WORDS.draft.damaged}</p>
            <CutList
              items={damaged}
              item={({ file, why }) => (
                <>
                  <code>{shownText(file)}</code>: {shownText(why)}
                </>
              )}
            />
          </Note>
        )}
        {drafts.length === 0 && <p class="none">{WORDS.draft.none}</p>}
        <Table
          caption={WORDS.draft.list}
          head={WORDS.draft.head}
          rows={drafts.map((draft) => [
            <a href={`/drafts/${draft.id}`}>{shownText(titleOf(draft))}</a>,
            String(draft.operations.length),
            <span class="date">{draft.changed.slice(0, 16).replace('T', ' ')}</span>,
            draft.id === current?.id ? WORDS.draft.current : WORDS.draft.states[draft.ended ?? 'open'],
          ])}
        />
        <PostForm action="/drafts">
          <button type="submit" name="do" value="another">
            {WORDS.draft.another}
          </button>
        </PostForm>
      </>
    ),
  }
}

function titleOf(draft: SettingsDraft): string {
  return draft.title || summaryOf(draft.operations)
}

/** A draft as it would be proposed now: what it changes, whom that reaches, what is in the way. */
export async function draftPage(request: PageRequest): Promise<Page> {
  const { workspace, params, url } = request
  const draft = (await workspace.drafting.drafts()).read(params['id'] ?? '')
  if (draft === undefined) return NOT_FOUND
  if (draft.ended !== null) return endedPage(draft)
  const isCurrent = draft.id === (await workspace.drafting.current())?.id
  return reviewPage(draft, await reviewOf(workspace, draft), url.searchParams.has('moved'), isCurrent)
}

/** A review, and where its draft would go. */
interface ShownReview {
  readonly review: DraftReview
  readonly destination: ProposalDestination | undefined
  /** Why it is of HEAD, and not of the newest base. */
  readonly offline?: Failure
}

/** Reviews a draft on the newest base; where that cannot be asked for, on HEAD. @throws {Failure} */
async function reviewOf(workspace: Workspace, draft: SettingsDraft): Promise<ShownReview> {
  const options = { config: workspace.config, ...workspace.options }
  const place = await placeOfProposals(workspace.config, options.env)
  const { destination, repository } = place
  try {
    return { review: await reviewDraft(draft, await newestBase(place), options), destination }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'world' || destination.is === 'local') throw error
    const commit = await resolveRevision(repository, 'HEAD')
    return { review: await reviewDraft(draft, { branch: 'HEAD', commit }, options), destination, offline: error }
  }
}

function reviewPage(draft: SettingsDraft, shown: ShownReview, hasMoved: boolean, isCurrent: boolean): Page {
  const { review, destination, offline } = shown
  const { base, replayed, comparison, diagnostics } = review
  const action = `/drafts/${draft.id}`
  const isDone = isAllDone(review)
  const cost = costOf(review)
  return {
    title: titleOf(draft),
    body: (
      <>
        {!isCurrent && (
          <PostForm action={action}>
            <button type="submit" name="do" value="use">
              {WORDS.draft.use}
            </button>
          </PostForm>
        )}
        {hasMoved && <Note is="warning">{WORDS.draft.moved}</Note>}
        {offline !== undefined && (
          <Note is="warning">
            <p>{WORDS.draft.offline}</p>
            <p>{shownText(offline.message)}</p>
          </Note>
        )}
        <SavedAs draft={draft} destination={destination} />
        <PostForm action={action} class="asked">
          <label>
            {WORDS.draft.title}{' '}
            <input type="text" name="title" value={draft.title} placeholder={summaryOf(draft.operations)} />
          </label>
          <button type="submit" name="do" value="title">
            {WORDS.draft.keepTitle}
          </button>
        </PostForm>
        <Facts
          facts={[
            [
              WORDS.draft.base,
              <>
                {shownText(base.branch)} <code>{base.commit.slice(0, 12)}</code>
              </>,
            ],
            ...(cost === undefined ? [] : ([['Cost', WORDS.draft.cost(cost)]] as const)),
          ]}
        />
        <Conflicts action={action} operations={draft.operations} outcomes={replayed.outcomes} />
        <h2>{WORDS.draft.operations}</h2>
        <Operations action={action} operations={draft.operations} outcomes={replayed.outcomes} />
        <ProposeForm draft={draft} review={review} destination={destination} isDone={isDone} />
        <h2>{WORDS.draft.answers}</h2>
        <Difference {...comparison} diagnostics={diagnostics} />
        <h2>{WORDS.draft.files}</h2>
        <CutList
          items={[...replayed.files.keys()].sort()}
          item={(path) => <code>{shownText(review.configuration.show(path))}</code>}
        />
        <PostForm action={action} class="danger">
          <button type="submit" name="do" value="discard">
            {WORDS.draft.discard}
          </button>{' '}
          <span class="about">{WORDS.draft.discardHelp}</span>
        </PostForm>
      </>
    ),
  }
}

interface SavedAsProps {
  readonly draft: SettingsDraft
  readonly destination: ProposalDestination | undefined
}

function SavedAs({ draft: { id, saved }, destination }: SavedAsProps): VNode | null {
  if (saved?.pushed == null) return null
  return (
    <Note is="info">
      <p>
        {WORDS.draft.saved(`settings/${id}`)} {saved.url !== null && <ExternalLink url={saved.url} />}
      </p>
      {destination !== undefined && <p>{WORDS.draft.savedHow[destination.is]}</p>}
    </Note>
  )
}

/** Only a web address becomes a link: a server of others has named it. */
function ExternalLink({ url }: { readonly url: string }): VNode {
  if (!/^https?:\/\//.test(url)) return <code>{shownText(url)}</code>
  return (
    <a href={url} rel="noreferrer">
      {shownText(url)}
    </a>
  )
}

interface ProposeFormProps {
  readonly draft: SettingsDraft
  readonly review: DraftReview
  readonly destination: ProposalDestination | undefined
  readonly isDone: boolean
}

function ProposeForm({ draft, review, destination, isDone }: ProposeFormProps): VNode {
  if (draft.operations.length === 0 || (isDone && draft.saved?.pushed == null)) {
    return <Note is="info">{WORDS.draft.nothing}</Note>
  }
  if (!isDone && !isReady(review)) return <Note is="warning">{WORDS.draft.notReady}</Note>
  return (
    <PostForm action={`/drafts/${draft.id}`} class="buttons">
      <input type="hidden" name="shown" value={review.digest} />
      <button type="submit" class="main" name="do" value="propose" data-key="p">
        {WORDS.draft.ready}
      </button>{' '}
      {destination !== undefined && <span class="about">{WORDS.draft.destination[destination.is]}</span>}
    </PostForm>
  )
}

function endedPage(draft: SettingsDraft): Page {
  const { ended, id, saved, operations } = draft
  return {
    title: titleOf(draft),
    body: (
      <>
        <Note is="info">
          <p>
            {ended !== null && WORDS.draft.ended[ended]} {saved?.url != null && <ExternalLink url={saved.url} />}
          </p>
        </Note>
        <Operations operations={operations} />
        <PostForm action={`/drafts/${id}`} class="buttons">
          <button type="submit" name="do" value="again">
            {WORDS.draft.again}
          </button>
        </PostForm>
      </>
    ),
  }
}
