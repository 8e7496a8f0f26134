import type { VNode } from 'preact'
import { isId } from '../../store/format/account-leaf.ts'
import { emitYaml } from '../../edit/text/emit-yaml.ts'
import type { WritableMap } from '../../edit/text/entry-form.ts'
import type { Operation } from '../../draft/operation.ts'
import { PLANS } from '../../domain/settings-types.ts'
import type { PartialGlobals } from '../../source/link-files.ts'
import { nodeAt } from '../../source/source-nodes.ts'
import type { ActionRequest, ActionAnswer, Page, PageRequest } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { shownText } from '../parts/shown.ts'
import { Note } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { type EditableCollection, editPath, subjectOf } from './subjects.ts'

type Creatable = keyof typeof WORDS.create.title

function isCreatable(name: string): name is Creatable {
  return Object.hasOwn(WORDS.create.title, name)
}

/** A form for the name of something new, and for what it cannot be without. */
export async function createPage({ workspace, params, url }: PageRequest): Promise<Page> {
  const { collection = '' } = params
  if (!isCreatable(collection)) return NOT_FOUND
  const { common } = await workspace.globals()
  return formPage(collection, common.context.known, url.searchParams)
}

function formPage(collection: Creatable, known: PartialGlobals, typed: URLSearchParams, wrong?: string): Page {
  const name = (typed.get('name') ?? '').trim()
  return {
    title: WORDS.create.title[collection],
    ...(wrong !== undefined && { status: 409 }),
    body: (
      <>
        {wrong !== undefined && <Note is="error">{shownText(wrong)}</Note>}
        <PostForm action={`/new/${collection}`} class="edit">
          <div class="field">
            <label for="name">{WORDS.create.name[collection]}</label>
            <input id="name" type="text" name="name" value={name} required autocomplete="off" spellcheck={false} />
          </div>
          {FIELDS[collection](known).map((field) => (
            <FirstField {...field} value={typed.get(`v:${field.name}`) ?? ''} />
          ))}
          <p class="about">{WORDS.create.help}</p>
          <p class="buttons">
            <button type="submit" class="main">
              {WORDS.create.submit}
            </button>
          </p>
        </PostForm>
      </>
    ),
  }
}

interface FirstFieldProps {
  readonly name: string
  /** Left out for a text. */
  readonly choices?: readonly string[]
}

function FirstField({ name, choices, value }: FirstFieldProps & { readonly value: string }): VNode {
  const id = `first-${name}`
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {choices === undefined ? (
        <input
          id={id}
          type="text"
          name={`v:${name}`}
          value={value}
          required={name !== 'display name'}
          autocomplete="off"
        />
      ) : (
        <select id={id} name={`v:${name}`}>
          {choices.map((one) => (
            <option value={one} selected={one === value}>
              {shownText(one)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}

/** What nothing of a collection is without. */
const FIELDS: Readonly<Record<Creatable, (known: PartialGlobals) => readonly FirstFieldProps[]>> = {
  prompts: () => [{ name: 'title' }, { name: 'placeholders', choices: ['brackets', 'braces', 'mustache', 'none'] }],
  profiles: () => [{ name: 'name' }],
  strategies: () => [{ name: 'name' }],
  models: ({ vocabulary }) => [{ name: 'provider', choices: Object.keys(vocabulary?.providers ?? {}) }],
  functions: ({ vocabulary }) => [{ name: 'kind', choices: Object.keys(vocabulary?.kinds ?? {}) }],
  accounts: () => [{ name: 'plan', choices: PLANS }],
}

/** Creates it in the draft, and goes to the page on which it is completed. */
export async function keepCreated({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { collection = '' } = params
  if (!isCreatable(collection)) return NOT_FOUND
  const name = (form.get('name') ?? '').trim()
  const { common } = await workspace.globals()
  const { known } = common.context
  const subject = collection === 'accounts' ? { key: `accounts/${name}`, at: [] } : subjectOf(collection, name)
  const isName =
    collection === 'accounts' || collection === 'profiles' || collection === 'strategies' ? isId(name) : NAME.test(name)
  if (subject === undefined || !isName || name === '__proto__') {
    return formPage(collection, known, form, WORDS.create.wrong(name))
  }
  const { now } = await workspace.drafted(subject.key)
  const isTaken = now !== undefined && nodeAt(now.root, subject.at) !== undefined
  if (isTaken) return formPage(collection, known, form, WORDS.create.taken(name))
  await workspace.drafting.record([operationFor(collection, name, subject, form, known)])
  return { goTo: collection === 'accounts' ? `/accounts/${encodeURIComponent(name)}` : editPath(collection, name) }
}

/** A name that a file, or a key, may have; the check says what else it must be. */
const NAME = /^[A-Za-z0-9][\w.:@/-]{0,127}$/

function operationFor(
  collection: Creatable,
  name: string,
  { key, at }: { readonly key: string; readonly at: readonly string[] },
  form: URLSearchParams,
  known: PartialGlobals,
): Operation {
  const given = (field: string): string => (form.get(`v:${field}`) ?? '').trim()
  const record = RECORDS[collection](given, known, name)
  if (at.length > 0) return { op: 'set', file: key, path: at, value: record, saw: null }
  return { op: 'create', file: key, value: emitYaml(record).text }
}

const RECORDS: Readonly<
  Record<
    EditableCollection | 'accounts',
    (given: (field: string) => string, known: PartialGlobals, name: string) => WritableMap
  >
> = {
  prompts: (given) => ({ title: given('title'), placeholders: given('placeholders'), value: `${given('title')}\n` }),
  profiles: (given) => ({ name: given('name') }),
  strategies: (given) => ({ name: given('name') }),
  models: (given, { vocabulary }) => {
    const provider = given('provider')
    return { provider, kind: vocabulary?.providers[provider]?.kind ?? '' }
  },
  functions: (given) => ({ kind: given('kind'), prompts: [] }),
  accounts: (given, _known, name) => ({ id: name, plan: given('plan') }),
  plans: () => ({}),
}
