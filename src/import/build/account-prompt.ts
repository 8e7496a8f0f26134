import { lf } from '../../domain/placeholders.ts'
import type { WritableMap } from '../../edit/text/entry-form.ts'
import { isId } from '../../store/format/account-leaf.ts'
import { noteStrangers, textOf } from '../rows/dump-index.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import type { ResolvedAccount } from '../resolve-accounts.ts'
import { type AccountContext, INACTIVE, isInactive, refuseIfFree } from './build-context.ts'

/**
 * Makes an account's record of a prompt, so that the account is answered what the origin answered: its own text, or the
 * snapshot that it is on. Undefined where it needs none, or the row is refused.
 *
 * @param taken the types that rows before have taken
 */
export function accountPrompt(
  record: DumpRecord,
  account: ResolvedAccount,
  context: AccountContext,
  taken: Map<string, DumpRecord>,
): { readonly type: string; readonly tree: WritableMap } | undefined {
  const { map } = record
  if (map?.becomes !== 'account_prompt') return undefined
  const columns = context.columnsOf(record)
  if (isInactive(record, columns)) return dropped(record, INACTIVE)
  const type = textOf(columns[map.type])
  if (record.refused !== undefined) {
    // The next one of its type does not take its place.
    if (!taken.has(type)) taken.set(type, record)
    return undefined
  }
  const customized = columns[map.customized]
  const texts = [columns[map.value], columns[map.default]].map((text) =>
    text === null || text === undefined ? '' : text,
  )
  const [value, written] = texts
  if (!isId(type)) {
    record.refuse(`its ${map.type} is the name of no prompt`, 'a type has small letters, digits, - and _')
    return undefined
  }
  if (typeof value !== 'string' || typeof written !== 'string' || typeof customized !== 'boolean') {
    record.refuse(
      `its ${map.value} and ${map.default} have to be texts, and its ${map.customized} true or false`,
      'correct it in the database',
    )
    return undefined
  }
  const first = taken.get(type)
  if (first !== undefined) {
    record.refuse(`${first.title} is this account's ${type} prompt already`, 'keep the one that counts in the database')
    return undefined
  }
  taken.set(type, record)
  const today = context.prompts.get(type)
  const text = lf(customized ? value : written)
  if (text === today) {
    return dropped(record, `${customized ? 'customised, but equal to' : 'on'} today's global text: needs no record`)
  }
  if (!customized && written === '') {
    record.refuse('it is not customised, and has no text to be on', 'reset it in the database, or delete the row')
    return undefined
  }
  if (!customized && context.follow) return dropped(record, 'on an older global text: follows today’s (--follow)')
  if (refuseIfFree(record, account)) return undefined
  noteStrangers(record, map, columns)
  if (!customized) {
    record.isPinned = true
    record.remark('on an older global text: pinned to it, so that its answers stay the same')
    return { type, tree: { customized, default: text } }
  }
  if (written === '' && today !== undefined) record.change(`its empty ${map.default} became today's global text`)
  return { type, tree: { customized, value: text, default: written === '' ? (today ?? '') : lf(written) } }
}

function dropped(record: DumpRecord, why: string): undefined {
  record.drop(why)
  return undefined
}
