import type { VNode } from 'preact'
import { type Operation, nameOf } from '../../draft/operation.ts'
import type { Conflict, OperationOutcome } from '../../draft/replay-operations.ts'
import { merge } from '../../edit/three-way-merge.ts'
import { ThreeTexts } from '../edit/account-prompt-pages.tsx'
import { TextArea } from '../form/file-form.tsx'
import { writtenAs } from '../form/read-form.ts'
import { PostForm } from '../parts/post-form.tsx'
import { LONGEST_LIST, Note } from '../parts/tables.tsx'
import { holdsCredential, shownText } from '../parts/shown.ts'
import { WORDS } from '../words.ts'
import { placeOf } from './operations.tsx'

interface ConflictsProps {
  readonly action: string
  readonly operations: readonly Operation[]
  readonly outcomes: ReadonlyMap<string, OperationOutcome>
}

/** What is in conflict, each by itself: yours, what is there now, and what you began from. */
export function Conflicts({ action, operations, outcomes }: ConflictsProps): VNode {
  const found = operations.flatMap((operation) => {
    const outcome = outcomes.get(nameOf(operation))
    return outcome?.is === 'conflict' ? [{ operation, conflict: outcome }] : []
  })
  return (
    <>
      {found.slice(0, LONGEST_LIST).map(({ operation, conflict }, i) => (
        <section aria-labelledby={`conflict-${i}`} class="conflict">
          <h2 id={`conflict-${i}`}>
            <span class="badge stop">{WORDS.draft.conflict}</span> {shownText(placeOf(operation))}
          </h2>
          <Note is="warning">{WORDS.draft.why[conflict.why]}</Note>
          <ConflictForm action={action} operation={operation} conflict={conflict} at={i} />
        </section>
      ))}
      {found.length > LONGEST_LIST && <p class="more">{WORDS.draft.conflicts(found.length - LONGEST_LIST)}</p>}
    </>
  )
}

interface ConflictFormProps {
  readonly action: string
  readonly operation: Operation
  readonly conflict: Conflict
  readonly at: number
}

function ConflictForm({ action, operation, conflict, at }: ConflictFormProps): VNode {
  const [mine, began] = [wantedBy(operation), seenBy(operation)]
  const theirs = writtenAs(conflict.theirs)
  // What holds a credential is taken out by hand, in the file: a control would hold it as it is.
  const isShown = ![mine, theirs, began].some(holdsCredential)
  const canKeep = conflict.why === 'changed' && isShown
  const mergeable = operation.op === 'text' && canKeep ? operation : undefined
  return (
    <>
      <ThreeTexts
        columns={[
          [WORDS.draft.conflictHead[0], mine || WORDS.form.nothing],
          [WORDS.draft.conflictHead[1], theirs || WORDS.form.nothing],
          [WORDS.draft.conflictHead[2], began || WORDS.form.nothing],
        ]}
      />
      <PostForm action={action} class="edit">
        <input type="hidden" name="name" value={nameOf(operation)} />
        {isShown && <input type="hidden" name="theirs" value={JSON.stringify(conflict.theirs)} />}
        {mergeable !== undefined && (
          <div class="field wide">
            <label for={`merged-${at}`}>{WORDS.draft.merged}</label>
            <TextArea
              id={`merged-${at}`}
              name="merged"
              rows={12}
              text={startOf(mergeable.value, mergeable.saw, theirs)}
            />
          </div>
        )}
        <p class="buttons">
          {mergeable !== undefined && (
            <button type="submit" name="do" value="merged" class="main">
              {WORDS.draft.takeMerged}
            </button>
          )}
          {canKeep && (
            <button type="submit" name="do" value="mine">
              {WORDS.draft.mine}
            </button>
          )}
          <button type="submit" name="do" value="take">
            {WORDS.draft.theirs}
          </button>
        </p>
      </PostForm>
    </>
  )
}

/** What merging by hand begins with: theirs, with what only we have changed. */
function startOf(mine: string, began: string, theirs: string): string {
  const merged = merge(mine, began, theirs)
  return 'text' in merged ? merged.text : mine
}

function wantedBy(operation: Operation): string {
  if ('value' in operation) return writtenValue(operation.value)
  return 'item' in operation ? operation.item : ''
}

function seenBy(operation: Operation): string {
  return 'saw' in operation ? writtenValue(operation.saw) : ''
}

function writtenValue(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
