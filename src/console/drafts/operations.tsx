import type { VNode } from 'preact'
import { type Operation, nameOf, pathOfOperation } from '../../draft/operation.ts'
import type { OperationOutcome } from '../../draft/replay-operations.ts'
import { TextDifference } from '../edit/prompt-text.tsx'
import { PostForm } from '../parts/post-form.tsx'
import { Values } from '../parts/difference.tsx'
import { shownText } from '../parts/shown.ts'
import { LONGEST_LIST, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

interface OperationsProps {
  readonly operations: readonly Operation[]
  /** Left out for a draft that has ended. */
  readonly action?: string
  readonly outcomes?: ReadonlyMap<string, OperationOutcome>
}

/** What a draft changes, place by place, and what becomes of it. */
export function Operations({ operations, action, outcomes }: OperationsProps): VNode {
  const more = operations.length - LONGEST_LIST
  return (
    <>
      <Table
        caption={WORDS.draft.operations}
        head={action === undefined ? WORDS.draft.operationHead.slice(0, 2) : WORDS.draft.operationHead}
        rows={operations.slice(0, LONGEST_LIST).map((operation) => [
          <code>{shownText(placeOf(operation))}</code>,
          <Change operation={operation} />,
          ...(action === undefined
            ? []
            : [
                WORDS.draft[outcomes?.get(nameOf(operation))?.is ?? 'lands'],
                <PostForm action={action}>
                  <input type="hidden" name="name" value={nameOf(operation)} />
                  <button
                    type="submit"
                    name="do"
                    value="take"
                    aria-label={`${WORDS.draft.take}: ${shownText(placeOf(operation))}`}
                  >
                    {WORDS.draft.take}
                  </button>
                </PostForm>,
              ]),
        ])}
      />
      {more > 0 && <p class="more">{WORDS.draft.changes(more)}</p>}
    </>
  )
}

/** Where an operation is: the file, and what in it. */
export function placeOf(operation: Operation): string {
  return [operation.file, pathOfOperation(operation).join('.')].filter((part) => part !== '').join(' ')
}

/** What an operation changes, as short as it can be shown. */
function Change({ operation }: { readonly operation: Operation }): VNode {
  switch (operation.op) {
    case 'set':
      return <Values old={operation.saw} now={operation.value} />
    case 'unset':
      return <Values old={operation.saw} now={null} />
    case 'add':
      return <ins>+ {shownText(operation.item)}</ins>
    case 'take':
      return <del>− {shownText(operation.item)}</del>
    case 'text':
      return <TextDifference before={operation.saw} after={operation.value} />
    case 'create':
      return <TextDifference before="" after={operation.value} />
    case 'delete':
      return <Values old={operation.saw} now={null} />
  }
}
