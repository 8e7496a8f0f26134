import type { VNode } from 'preact'
import type { Operation } from '../../draft/operation.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import { type FormField, type FormGroup, type FormSubject, formOf } from '../form/form-fields.ts'
import { type FieldFacts, FileForm } from '../form/file-form.tsx'
import { problemsOf } from '../form/problems-at.ts'
import { type Clash, namesOf, readForm, writtenAs } from '../form/read-form.ts'
import type { ActionAnswer, Page } from '../page.ts'
import { shownLines, shownText } from '../parts/shown.ts'
import { Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { nodeAt } from '../../source/source-nodes.ts'
import type { DraftedFile } from '../workspace/drafted-file.ts'
import type { Workspace } from '../workspace/open-workspace.ts'

interface DraftedFormProps {
  readonly drafted: DraftedFile
  readonly subject: FormSubject
  readonly action: string
  readonly factsOf?: (path: readonly string[]) => FieldFacts
}

/** The form of a file or a record as the draft has it, with what the check says of it. */
export function DraftedForm({ drafted, subject, action, factsOf }: DraftedFormProps): VNode {
  if (drafted.now?.root?.is !== 'map') return <Note is="warning">{WORDS.form.opaque}</Note>
  const groups = groupsOf(drafted, subject)
  const problems = problemsOf(groups, drafted.now, drafted.diagnostics)
  const maps = MAPS[subject.key.split('/')[0] ?? ''] ?? []
  return (
    <FileForm action={action} groups={groups} problems={problems} {...(factsOf !== undefined && { factsOf })}>
      {subject.at.length === 0 &&
        maps.map((name) => (
          <p>
            <label>
              {WORDS.form.addEntry} <input type="text" name={`add:${name}`} autocomplete="off" spellcheck={false} />
            </label>{' '}
            <button type="submit">{WORDS.form.add}</button>
          </p>
        ))}
    </FileForm>
  )
}

/** Mappings of a file that get entries of any name. */
const MAPS: Readonly<Record<string, readonly string[]>> = { prompts: ['variables'] }

function groupsOf({ now, context }: DraftedFile, subject: FormSubject): FormGroup[] {
  return now === undefined ? [] : formOf(subject, valueAt(now, []), context.known)
}

/** Keeps what a form says in the draft, and goes back to it. */
export async function keepForm(
  workspace: Workspace,
  subject: FormSubject,
  form: URLSearchParams,
  back: string,
  more: readonly FormField[] = [],
): Promise<ActionAnswer> {
  const drafted = await workspace.drafted(subject.key)
  const groups = groupsOf(drafted, subject)
  const fields = [...groups.flatMap((group) => group.fields), ...more]
  const { operations, clashes } = readForm(form, subject.key, fields, drafted.seen)
  const all = [...operations, ...entriesChanged(form, drafted, groups)]
  if (all.length > 0) await workspace.drafting.record(all)
  return clashes.length > 0 ? clashPage(clashes, back) : { goTo: back }
}

/** What the buttons that add and remove entries ask for. */
function entriesChanged(
  form: URLSearchParams,
  { key, seen, now }: DraftedFile,
  groups: readonly FormGroup[],
): Operation[] {
  const asked = form.get('remove')
  const removed = groups.find(({ path, isEntry }) => isEntry && namesOf({ path }).value === `v:${asked}`)?.path
  const operations: Operation[] =
    removed === undefined ? [] : [{ op: 'unset', file: key, path: removed, saw: seen(removed) }]
  for (const name of MAPS[key.split('/')[0] ?? ''] ?? []) {
    const added = (form.get(`add:${name}`) ?? '').trim()
    const path = [name, added]
    // One that is there keeps what it has.
    if (added !== '' && added !== '__proto__' && nodeAt(now?.root, path) === undefined) {
      operations.push({ op: 'set', file: key, path, value: { required: true }, saw: seen(path) })
    }
  }
  return operations
}

/** Says which fields somebody changed in another tab, and keeps both values in sight. */
export function clashPage(clashes: readonly Clash[], back: string): Page {
  return {
    title: WORDS.form.clash,
    status: 409,
    body: (
      <>
        <Note is="warning">
          <p>{WORDS.form.clashHelp}</p>
        </Note>
        <Table
          caption={WORDS.form.clash}
          head={WORDS.form.clashHead}
          rows={clashes.map(({ field, wanted, began }) => [
            shownText(field.path.join('.')),
            <pre class="text">{shownLines(wanted)}</pre>,
            <pre class="text">{shownLines(writtenAs(field.value))}</pre>,
            <pre class="text">{shownLines(began)}</pre>,
          ])}
        />
        <p>
          <a href={back}>{WORDS.form.back}</a>
        </p>
      </>
    ),
  }
}
