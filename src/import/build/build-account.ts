import { kindOf } from '../../domain/vocabulary.ts'
import type { Value } from '../../domain/plain-data.ts'
import type { Writable, WritableMap } from '../../edit/text/entry-form.ts'
import { accountPath } from '../account-id.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import { pathKey } from '../../edit/text/emit-yaml.ts'
import { type ResolvedAccount, noteAccount } from '../resolve-accounts.ts'
import { accountPrompt } from './account-prompt.ts'
import { type AccountContext, type FileDraft, refuseIfFree } from './build-context.ts'
import { recordsOf } from './build-records.ts'
import { overridesIn } from './read-overrides.ts'

/** Makes an account's file of its own row and of those that belong to it; undefined where it is refused. */
export function buildAccount(account: ResolvedAccount, context: AccountContext): FileDraft | undefined {
  const { record, rows, id, plan, name } = account
  for (const one of [record, ...rows]) one.reset()
  if (record.refused !== undefined) return undefined
  record.id = id
  noteAccount(account)
  const path = accountPath(id)
  record.file = path
  const owners = new Map<string, DumpRecord>([[pathKey(['id']), record]])
  for (const key of ['plan', 'name']) owners.set(pathKey([key]), record)
  const overrides = overridesOf(account, context, owners)
  const tree = {
    id,
    plan,
    ...(name !== '' && { name }),
    ...sectionIn('overrides', overrides),
    ...sectionIn('prompts', promptsOf(account, context, owners)),
    ...sectionIn('author_profiles', recordsIn(account, 'profile', context, owners)),
    ...sectionIn('strategies', recordsIn(account, 'strategy', context, owners)),
  }
  for (const row of rows) {
    row.id = id
    if (row.map?.becomes === 'nothing' && row.refused === undefined) row.dropByMap()
    else if (row.isKept) row.file = path
  }
  return { path, tree, owners }
}

function sectionIn(name: string, section: WritableMap): { readonly [name: string]: WritableMap } {
  return Object.keys(section).length === 0 ? {} : { [name]: section }
}

/** One section of an account's overrides, as it is collected. */
type Section = Map<string, Value>

function overridesOf(account: ResolvedAccount, context: AccountContext, owners: Map<string, DumpRecord>): WritableMap {
  const { vocabulary } = context
  const sections = new Map<string, Section>()
  const put = (section: string, field: string, value: Value, owner: DumpRecord): void => {
    sections.set(section, (sections.get(section) ?? new Map<string, Value>()).set(field, value))
    owners.set(pathKey(['overrides', section, field]), owner)
  }
  const taken = new Map<string, DumpRecord>()
  const own: (readonly [section: string, record: DumpRecord])[] = []
  for (const record of account.rows) {
    const found = overridesIn(record, account, context, taken)
    if (found === undefined) continue
    for (const [section, field, value] of found.fields) {
      const other = sections.get(section)?.get(field)
      if (other === undefined || other === value) continue
      const help = 'keep one of the two in the database'
      record.refuse(
        `${section}.${field} has another value in ${owners.get(pathKey(['overrides', section, field]))?.title}`,
        help,
      )
    }
    if (record.refused !== undefined) continue
    for (const [section, field, value] of found.fields) put(section, field, value, record)
    own.push([found.section, record])
  }
  for (const [section, field, value] of account.fields ?? []) put(section, field, value, account.record)
  for (const provider of context.selected(account, new Set(own.map(([section]) => section)))) {
    const kind = kindOf(vocabulary, provider)
    const record = own.find(([section]) => section === provider)?.[1] ?? account.record
    if (kind !== undefined) put(kind, 'provider', provider, record)
  }
  for (const [section, record] of own) {
    const kind = kindOf(vocabulary, section)
    const selected = kind === undefined ? section : (sections.get(kind)?.get('provider') ?? context.providerOf(kind))
    if (selected === section || selected === undefined) continue
    record.remark(`no effect: nothing selects ${section} for this account; \`--select ${section}=${account.id}\` does`)
  }
  const order = [...Object.keys(vocabulary.kinds), ...Object.keys(vocabulary.providers)]
  return Object.fromEntries(
    order.flatMap((name): [string, WritableMap][] => {
      const section = sections.get(name)
      return section === undefined ? [] : [[name, Object.fromEntries(section)]]
    }),
  )
}

function promptsOf(account: ResolvedAccount, context: AccountContext, owners: Map<string, DumpRecord>): WritableMap {
  const prompts = new Map<string, WritableMap>()
  const taken = new Map<string, DumpRecord>()
  for (const record of account.rows) {
    const found = accountPrompt(record, account, context, taken)
    if (found === undefined) continue
    prompts.set(found.type, found.tree)
    owners.set(pathKey(['prompts', found.type]), record)
  }
  return Object.fromEntries([...prompts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function recordsIn(
  account: ResolvedAccount,
  becomes: 'profile' | 'strategy',
  context: AccountContext,
  owners: Map<string, DumpRecord>,
): WritableMap {
  const wanted = account.rows.filter(({ map, refused }) => map?.becomes === becomes && refused === undefined)
  const records = new Map<string, { readonly record: DumpRecord; readonly tree: WritableMap }>()
  const section = becomes === 'profile' ? 'author_profiles' : 'strategies'
  for (const { record, id, tree } of recordsOf(wanted, context)) {
    if (refuseIfFree(record, account)) continue
    // They stood side by side there, and here the account's would take the place of the global one.
    const isGlobal = context.ids[becomes].has(id)
    const own = isGlobal ? `${id}-${account.id}` : id
    const other = records.get(own)
    if (other !== undefined) {
      const help = 'give one of them another name'
      record.refuse(`its id would be ${own}, as of ${other.record.title}`, help)
      other.record.refuse(`its id would be ${own}, as of ${record.title}`, help)
      continue
    }
    if (isGlobal) record.change(`a global ${becomes} has the id ${id}: this one became ${own}`)
    records.set(own, { record, tree })
  }
  const kept: [string, Writable][] = []
  for (const [id, { record, tree }] of records) {
    if (record.refused !== undefined) continue
    kept.push([id, tree])
    owners.set(pathKey([section, id]), record)
  }
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}
