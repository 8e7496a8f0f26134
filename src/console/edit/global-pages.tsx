import type { ComponentChildren } from 'preact'
import { nodeAt } from '../../source/source-nodes.ts'
import type { FormSubject } from '../form/form-fields.ts'
import type { ActionRequest, ActionAnswer, Page, PageRequest } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { shownText } from '../parts/shown.ts'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { DraftedForm, keepForm } from './edit-form.tsx'
import { globalPromptText, globalTextField } from './prompt-text.tsx'
import { alsoIn } from './other-proposals.ts'
import { editPath, isEditable, subjectOf } from './subjects.ts'

const SETTINGS: FormSubject = { key: 'settings', at: [] }
/** The form of settings.yaml. */
export async function editSettingsPage({ workspace }: PageRequest): Promise<Page> {
  const [drafted, also] = await Promise.all([workspace.drafted(SETTINGS.key), alsoIn(workspace, SETTINGS.key)])
  return {
    title: WORDS.form.title(WORDS.sidebar.settings),
    body: (
      <DraftedForm
        drafted={drafted}
        subject={SETTINGS}
        action="/edit/settings"
        factsOf={(path) => ({ also: also(path) })}
      />
    ),
  }
}

export async function keepSettings({ workspace, form }: ActionRequest): Promise<ActionAnswer> {
  return keepForm(workspace, SETTINGS, form, '/edit/settings')
}

/** The form of one model, plan, function, prompt, profile or strategy. */
export async function editPage({ workspace, params, url }: PageRequest): Promise<Page> {
  const { collection = '', name = '' } = params
  const subject = isEditable(collection) ? subjectOf(collection, name) : undefined
  if (!isEditable(collection) || subject === undefined) return NOT_FOUND
  const [drafted, also] = await Promise.all([workspace.drafted(subject.key), alsoIn(workspace, subject.key)])
  const isThere = nodeAt(drafted.now?.root, subject.at) !== undefined
  if (drafted.now === undefined || (!isThere && drafted.now.root !== undefined)) return NOT_FOUND
  const action = editPath(collection, name)
  const ofText = { drafted, type: name, action, url, also: also(['value']) }
  const text = collection === 'prompts' ? await globalPromptText(ofText) : null
  return {
    title: WORDS.form.title(name),
    body: (
      <>
        <DraftedForm drafted={drafted} subject={subject} action={action} factsOf={(path) => ({ also: also(path) })} />
        {text}
        {collection !== 'plans' && <DeleteForm action={action}>{WORDS.form.delete(shownText(name))}</DeleteForm>}
      </>
    ),
  }
}

export async function keepEdit({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { collection = '', name = '' } = params
  const subject = isEditable(collection) ? subjectOf(collection, name) : undefined
  if (!isEditable(collection) || subject === undefined) return NOT_FOUND
  const back = editPath(collection, name)
  if (form.get('do') !== 'delete') {
    const { now } = await workspace.drafted(subject.key)
    const more = collection === 'prompts' && now !== undefined ? [globalTextField(now)] : []
    return keepForm(workspace, subject, form, back, more)
  }
  const { base, seen } = await workspace.drafted(subject.key)
  const { key, at } = subject
  await workspace.drafting.record([
    at.length > 0
      ? { op: 'unset', file: key, path: at, saw: seen(at) }
      : { op: 'delete', file: key, saw: base?.text ?? '' },
  ])
  return { goTo: LISTS[collection] }
}

const LISTS = {
  models: '/models',
  plans: '/models',
  functions: '/functions',
  prompts: '/prompts',
  profiles: '/profiles',
  strategies: '/strategies',
} as const

/** A button that takes something out, in a form of its own. */
export function DeleteForm({ action, children }: { readonly action: string; readonly children: ComponentChildren }) {
  return (
    <PostForm action={action} class="danger">
      <button type="submit" name="do" value="delete">
        {children}
      </button>{' '}
      <span class="about">{WORDS.form.deleteHelp}</span>
    </PostForm>
  )
}
