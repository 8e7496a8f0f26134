import type { VNode } from 'preact'
import { Failure } from '../../base/failure.ts'
import { fieldOf, fieldsIn, valueOf } from '../../edit/parse-field.ts'
import { own } from '../../domain/plain-data.ts'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { Operation } from '../../draft/operation.ts'
import type { ActionRequest, ActionAnswer } from '../page.ts'
import { findAccounts } from '../workspace/find-accounts.ts'
import { WORDS } from '../words.ts'

interface BulkFieldsProps {
  readonly vocabulary: Vocabulary | undefined
  readonly query: string
  readonly count: number
}

/** The controls below a list with ticks: one field, for those that are ticked or for all that match. */
export function BulkFields({ vocabulary = BUILT_IN, query, count }: BulkFieldsProps): VNode {
  return (
    <fieldset>
      <legend>{WORDS.bulk.title}</legend>
      <input type="hidden" name="q" value={query} />
      <p>
        <label>
          <input type="checkbox" name="all" value="yes" /> {WORDS.bulk.all(count)}
        </label>
      </p>
      <p class="asked">
        <label>
          {WORDS.bulk.field}{' '}
          <select name="field">
            {fieldsIn(vocabulary)
              .filter(({ name }) => name !== 'name')
              .map(({ name }) => (
                <option value={name}>{name}</option>
              ))}
          </select>
        </label>
        <label>
          {WORDS.bulk.value} <input type="text" name="value" autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit" name="do" value="set">
          {WORDS.bulk.set}
        </button>
        <button type="submit" name="do" value="unset">
          {WORDS.bulk.unset}
        </button>
      </p>
    </fieldset>
  )
}

/** Sets one field of many accounts in the draft, or takes it away: what `tenfold set` and `unset` do. @throws {Failure} */
export async function keepBulkFields({ workspace, form }: ActionRequest): Promise<ActionAnswer> {
  const query = (form.get('q') ?? '').trim()
  const every = await workspace.accounts.now()
  const { vocabulary = BUILT_IN } = every.common.context.known
  const field = fieldOf(form.get('field') ?? '', vocabulary)
  const isSet = form.get('do') === 'set'
  const value = isSet ? valueOf(field, (form.get('value') ?? '').trim()) : null
  if (value === '')
    throw new Failure('usage', `${field.name} needs a value`, 'write one, or take the field away instead')
  const ids = form.has('all') ? (await findAccounts(query, every)).ids : form.getAll('id')
  if (ids.length === 0) throw new Failure('usage', WORDS.bulk.none, 'tick accounts, or all that match')
  const operations: Operation[] = []
  for (const id of ids) {
    const account = every.accounts.get(id)?.account
    const [, section = '', name = ''] = field.path
    const saw = own(own(account?.overrides, section), name) ?? null
    if (account === undefined) continue
    // What it has already is no change, but where the draft has another value: composing them tells.
    const at = { file: `accounts/${id}`, path: field.path, saw }
    operations.push(value === null ? { op: 'unset', ...at } : { op: 'set', ...at, value })
  }
  if (operations.length === 0) return { goTo: `/accounts?q=${encodeURIComponent(query)}` }
  const { id } = await workspace.drafting.record(operations)
  return { goTo: `/drafts/${id}` }
}
