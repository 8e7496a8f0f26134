import { own } from '../../domain/plain-data.ts'
import type { Writable, WritableMap } from '../../edit/text/entry-form.ts'
import { isFree } from '../../lint/facts/account-policy.ts'
import { isId } from '../../store/format/account-leaf.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import type { FormSubject } from '../form/form-fields.ts'
import { writtenAs } from '../form/read-form.ts'
import { type ActionRequest, type ActionAnswer, type Page, type PageRequest, inFrame } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { Note } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { DraftedForm, keepForm } from './edit-form.tsx'
import { DeleteForm } from './global-pages.tsx'
import { alsoIn } from './other-proposals.ts'

export type RecordCollection = 'author_profiles' | 'strategies'

const PARTS = { author_profiles: 'profiles', strategies: 'strategies' } as const

export function recordPath(id: string, collection: RecordCollection, name: string): string {
  return `/accounts/${encodeURIComponent(id)}/${PARTS[collection]}/${encodeURIComponent(name)}`
}

/** One profile or strategy of an account's own; where it has none of that id, a button makes one. */
export async function accountRecordPage(
  { workspace, params }: PageRequest,
  collection: RecordCollection,
): Promise<Page> {
  const { id = '', name = '' } = params
  const subject: FormSubject = { key: `accounts/${id}`, at: [collection, name] }
  const drafted = await workspace.drafted(subject.key)
  if (drafted.now?.root?.is !== 'map' || !isId(name)) return NOT_FOUND
  const action = recordPath(id, collection, name)
  const also = await alsoIn(workspace, subject.key)
  const isOwn = valueAt(drafted.now, subject.at) !== null
  const cannot = isFree(writtenAs(valueAt(drafted.now, ['plan'])))
  return {
    title: `${id}: ${name}`,
    account: inFrame(id, await workspace.account(id)),
    body: (
      <>
        {cannot && <Note is="info">{WORDS.free}</Note>}
        {!isOwn && !cannot && (
          <PostForm action={action}>
            <button type="submit" name="do" value="create">
              {WORDS.create.own}
            </button>
          </PostForm>
        )}
        {isOwn && (
          <>
            <DraftedForm
              drafted={drafted}
              subject={subject}
              action={action}
              factsOf={(path) => ({ also: also(path) })}
            />
            <DeleteForm action={action}>{WORDS.form.delete(name)}</DeleteForm>
          </>
        )}
      </>
    ),
  }
}

export async function keepAccountRecord(request: ActionRequest, collection: RecordCollection): Promise<ActionAnswer> {
  const { workspace, params, form } = request
  const { id = '', name = '' } = params
  const subject: FormSubject = { key: `accounts/${id}`, at: [collection, name] }
  const back = recordPath(id, collection, name)
  const { seen, context, now } = await workspace.drafted(subject.key)
  if (now === undefined || !isId(name)) return NOT_FOUND
  const at = { file: subject.key, path: subject.at, saw: seen(subject.at) }
  if (form.get('do') === 'create') {
    const global = own(context.known[collection], name)
    await workspace.drafting.record([{ op: 'set', ...at, value: copyOf(global) ?? { name } }])
    return { goTo: back }
  }
  if (form.get('do') === 'delete') {
    await workspace.drafting.record([{ op: 'unset', ...at }])
    return { goTo: back.slice(0, back.lastIndexOf('/')) }
  }
  return keepForm(workspace, subject, form, back)
}

/** A record replaces the global one as a whole, so that it begins as a copy of it. */
function copyOf(record: Readonly<Record<string, unknown>> | undefined): WritableMap | undefined {
  if (record === undefined) return undefined
  return Object.fromEntries(
    Object.entries(record).flatMap(([field, value]): [string, Writable][] => {
      if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return [[field, value]]
      return Array.isArray(value) ? [[field, value.map(String)]] : []
    }),
  )
}

/** Goes to the page of the record that a form names. */
export async function findRecord({ params, form }: ActionRequest, collection: RecordCollection): Promise<ActionAnswer> {
  const { id = '' } = params
  const name = (form.get('name') ?? '').trim()
  const list = `/accounts/${encodeURIComponent(id)}/${PARTS[collection]}`
  return { goTo: isId(name) ? recordPath(id, collection, name) : list }
}
