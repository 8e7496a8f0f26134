import { Failure } from '../../base/failure.ts'
import { lf } from '../../domain/placeholders.ts'
import { having } from '../../draft/compose-operations.ts'
import type { SettingsDraft } from '../../draft/draft.ts'
import { type Json, type Operation, nameOf } from '../../draft/operation.ts'
import { json } from '../../draft/read-operation.ts'
import { saveDraft } from '../../propose/save-draft.ts'
import { Malformed } from '../../store/format/decode-json.ts'
import type { ActionRequest, ActionAnswer } from '../page.ts'

/** Begins another draft with the next change. */
export async function keepDrafts({ workspace, form }: ActionRequest): Promise<ActionAnswer> {
  if (form.get('do') === 'another') workspace.drafting.choose(null)
  return { goTo: '/drafts' }
}

/** What the page of one draft does. */
export async function keepDraft(request: ActionRequest): Promise<ActionAnswer> {
  const { workspace, params, form } = request
  const { id = '' } = params
  const drafts = await workspace.drafting.drafts()
  const back = `/drafts/${id}`
  const change = async (f: (draft: SettingsDraft) => SettingsDraft): Promise<ActionAnswer> => {
    await drafts.change(id, f)
    workspace.drafting.choose(id)
    return { goTo: back }
  }
  const name = form.get('name') ?? ''
  const withOperation = (f: (operation: Operation) => readonly Operation[]): Promise<ActionAnswer> => {
    return change((draft) => ({
      ...draft,
      operations: draft.operations.flatMap((one) => (nameOf(one) === name ? f(one) : [one])),
    }))
  }
  switch (form.get('do') ?? '') {
    case 'title':
      return change((draft) => ({ ...draft, title: (form.get('title') ?? '').trim() }))
    case 'take':
      return withOperation(() => [])
    case 'mine':
      return withOperation((operation) => [seeing(operation, theirsIn(form))])
    case 'merged': {
      const value = lf(form.get('merged') ?? '')
      return withOperation((operation) => {
        return [operation.op === 'text' ? seeing({ ...operation, value }, theirsIn(form)) : operation]
      })
    }
    case 'use':
      workspace.drafting.choose(id)
      return { goTo: back }
    case 'discard':
      await change((draft) => ({ ...draft, ended: draft.ended ?? 'discarded' }))
      return { goTo: '/drafts' }
    case 'again': {
      const draft = drafts.read(id)
      if (draft === undefined) return { goTo: '/drafts' }
      const { id: next } = await workspace.drafting.begin(draft.title, draft.operations)
      return { goTo: `/drafts/${next}` }
    }
    case 'propose':
      return propose(request)
    default:
      throw new Failure('usage', 'this form is not one of this page', 'open the page again')
  }
}

/** @throws {Failure} for what no page of ours sends. */
function seeing(operation: Operation, theirs: Json): Operation {
  try {
    return having(operation, theirs)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Failure('usage', 'this form is not one of this page', 'open the page again', { cause: error })
  }
}

/** What is there now, as the page showed it: a later change of it is a conflict again. */
function theirsIn(form: URLSearchParams): Json {
  try {
    const value: unknown = JSON.parse(form.get('theirs') ?? 'null')
    return json(value, 'the form')
  } catch {
    throw new Failure('usage', 'this form is not one of this page', 'open the page again')
  }
}

async function propose({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { id = '' } = params
  const drafts = await workspace.drafting.drafts()
  const { config, options } = workspace
  const result = await saveDraft(id, form.get('shown') ?? '', { config, drafts, ...options })
  const isMoved = result.is === 'not-ready' && result.moved
  return { goTo: `/drafts/${id}${isMoved ? '?moved' : ''}` }
}
