import type { VNode } from 'preact'
import { own } from '../../domain/plain-data.ts'
import type { GlobalPrompt, PromptRecord } from '../../domain/settings-types.ts'
import { merge } from '../../edit/three-way-merge.ts'
import { rebase, reset } from '../../edit/edit-account-prompt.ts'
import { operationsBetween } from '../../draft/operations-between.ts'
import type { Operation } from '../../draft/operation.ts'
import { read } from '../../edit/text/confirm-edit.ts'
import type { ActionRequest, ActionAnswer } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { AccountLink } from '../parts/links.tsx'
import { shownText } from '../parts/shown.ts'
import { LONGEST_LIST } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import type { AccountsAtHand } from '../workspace/all-accounts.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'
import { accountPromptPath } from './account-prompt-pages.tsx'

/** An account whose record was made from an older global text, and whether what the global gained merges into its own. */
interface BehindAccount {
  readonly id: string
  readonly isClean: boolean
}

/** Finds which of those that are behind would merge cleanly. */
export function behindIn(
  { accounts }: AccountsAtHand,
  ids: readonly string[],
  type: string,
  prompt: GlobalPrompt,
): BehindAccount[] {
  return ids.flatMap((id) => {
    const record = own(accounts.get(id)?.account.prompts, type)
    return record === undefined ? [] : [{ id, isClean: mergesCleanly(record, prompt) }]
  })
}

function mergesCleanly({ customized, value, default: made }: PromptRecord, prompt: GlobalPrompt): boolean {
  return !customized || value === undefined || 'text' in merge(value, made, prompt.value)
}

interface BehindProps {
  readonly type: string
  readonly behind: readonly BehindAccount[]
}

/** Those that are behind, to be rebased in one go, or ticked for something else. */
export function BehindForm({ type, behind }: BehindProps): VNode {
  const clean = behind.filter(({ isClean }) => isClean).length
  return (
    <PostForm action={`/prompts/${encodeURIComponent(type)}`} class="bulk">
      <p>{WORDS.bulk.behind(clean, behind.length - clean)}</p>
      {clean > 0 && (
        <button type="submit" class="main" name="do" value="rebase-all">
          {WORDS.bulk.rebaseAll(clean)}
        </button>
      )}
      <ul class="list">
        {behind.slice(0, LONGEST_LIST).map(({ id, isClean }) => (
          <li>
            <input type="checkbox" name="id" value={id} aria-label={id} /> <AccountLink id={id} page="/prompts" />{' '}
            {isClean ? (
              <span class="about">{WORDS.bulk.clean}</span>
            ) : (
              <a href={`${accountPromptPath(id, type)}/rebase`}>{WORDS.bulk.byHand}</a>
            )}
          </li>
        ))}
      </ul>
      {behind.length > LONGEST_LIST && <p class="more">{WORDS.more(behind.length - LONGEST_LIST)}</p>}
      <TickedButtons />
    </PostForm>
  )
}

interface CustomisedProps {
  readonly type: string
  readonly ids: readonly string[]
}

/** Those with a text of their own, to be reset. */
export function CustomisedForm({ type, ids }: CustomisedProps): VNode | null {
  if (ids.length === 0) return <p class="none">{WORDS.none}</p>
  return (
    <PostForm action={`/prompts/${encodeURIComponent(type)}`} class="bulk">
      <ul class="list">
        {ids.slice(0, LONGEST_LIST).map((id) => (
          <li>
            <input type="checkbox" name="id" value={id} aria-label={id} />{' '}
            <a href={accountPromptPath(id, type)}>{shownText(id)}</a>
          </li>
        ))}
      </ul>
      {ids.length > LONGEST_LIST && (
        <p class="more">
          <a href={`/accounts?q=${encodeURIComponent(`customized:${type}`)}`}>
            {WORDS.more(ids.length - LONGEST_LIST)}
          </a>
        </p>
      )}
      <TickedButtons />
    </PostForm>
  )
}

function TickedButtons(): VNode {
  return (
    <p class="buttons">
      {WORDS.bulk.ticked}:{' '}
      <button type="submit" name="do" value="rebase">
        {WORDS.bulk.rebase}
      </button>
      <button type="submit" name="do" value="reset">
        {WORDS.bulk.reset}
      </button>
      <button type="submit" name="do" value="pin">
        {WORDS.bulk.pin}
      </button>
    </p>
  )
}

/** Rebases or resets many accounts in the draft: the same edits as those of `tenfold prompt`. */
export async function keepBulkPrompts({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { type = '' } = params
  const asked = form.get('do') ?? ''
  const every = await workspace.accounts.now()
  const prompt = own(every.common.context.known.prompts, type)
  if (prompt === undefined || prompt === null) return { goTo: '/prompts' }
  const behind = factsOf(every).prompts.get(type)?.behind ?? []
  const ids =
    asked === 'rebase-all'
      ? behindIn(every, behind, type, prompt).flatMap(({ id, isClean }) => (isClean ? [id] : []))
      : form.getAll('id')
  const drafted = await workspace.draftedFiles()
  const operations: Operation[] = []
  for (const id of ids) {
    const { key, now, seen, context } = await drafted(`accounts/${id}`)
    const global = own(context.known.prompts, type)
    if (now?.root?.is !== 'map' || global === undefined || global === null) continue
    const after = asked.startsWith('rebase')
      ? rebase(now, type, global, undefined)
      : { is: 'text' as const, text: reset(now, type, asked === 'pin') }
    if (after.is === 'text') operations.push(...operationsBetween(key, now, read(now, after.text), seen))
  }
  const { id } = operations.length > 0 ? await workspace.drafting.record(operations) : { id: undefined }
  return { goTo: id === undefined ? `/prompts/${encodeURIComponent(type)}` : `/drafts/${id}` }
}
