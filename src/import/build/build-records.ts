import { lf } from '../../domain/placeholders.ts'
import type { Writable } from '../../edit/text/entry-form.ts'
import { idFrom } from '../account-id.ts'
import { type Columns, isColumns, isEmpty, noteStrangers, textOf } from '../rows/dump-index.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import { pathKey } from '../../edit/text/emit-yaml.ts'
import { MAX_DEPTH } from '../read/row-spans.ts'
import type { RecordMap } from '../mapping/import-map.ts'
import { type BuildContext, type FileDraft, isInactive } from './build-context.ts'

/** The fields of a profile and of a strategy; those that are lists hold texts. */
export const RECORD_FIELDS = {
  profile: { texts: ['name', 'description', 'tone', 'language', 'structure'], lists: [] },
  strategy: { texts: ['name', 'description'], lists: ['prompt_types', 'sections'] },
} as const satisfies Record<
  RecordMap['becomes'],
  { readonly texts: readonly string[]; readonly lists: readonly string[] }
>

const FOLDERS = { profile: 'author-profiles', strategy: 'strategies' } as const

/** A profile or a strategy, global or an account's own. */
export interface BuiltRecord {
  readonly record: DumpRecord
  readonly id: string
  readonly tree: { readonly [field: string]: Writable }
}

/** Makes one file of each global profile or strategy. */
export function buildGlobalRecords(records: readonly DumpRecord[], context: BuildContext): FileDraft[] {
  return recordsOf(records, context).map(({ record, id, tree }) => {
    const { map } = record
    const path = `${FOLDERS[map?.becomes === 'strategy' ? 'strategy' : 'profile']}/${id}.yaml`
    record.file = path
    return { path, tree, owners: new Map(Object.keys(tree).map((key) => [pathKey([key]), record])) }
  })
}

/** Converts rows of one kind and one owner. Two whose ids meet are both refused. */
export function recordsOf(records: readonly DumpRecord[], context: BuildContext): BuiltRecord[] {
  const built: BuiltRecord[] = []
  const byId = new Map<string, DumpRecord>()
  for (const record of records) {
    const { map } = record
    if (map?.becomes !== 'profile' && map?.becomes !== 'strategy') continue
    const columns = context.columnsOf(record)
    const id = map.id.map((column) => idFrom(textOf(columns[column]))).find((one) => one !== undefined)
    if (id === undefined) {
      record.refuse('its name gives no id', 'give it a name with letters or digits, and no credential in it')
      continue
    }
    const first = byId.get(id)
    if (first !== undefined) {
      const help = 'give one of them another name'
      record.refuse(`its id would be ${id}, as of ${first.title}`, help)
      first.refuse(`its id would be ${id}, as of ${record.title}`, help)
      continue
    }
    byId.set(id, record)
    noteStrangers(record, map, columns)
    const tree = treeOf(record, map, columns)
    if (record.refused === undefined) built.push({ record, id, tree })
  }
  return built.filter(({ record }) => record.refused === undefined)
}

function treeOf(record: DumpRecord, map: RecordMap, columns: Columns): BuiltRecord['tree'] {
  const { lists }: { readonly lists: readonly string[] } = RECORD_FIELDS[map.becomes]
  const tree: Record<string, Writable> = {}
  for (const [column, field] of Object.entries(map.fields)) {
    const value = columns[column]
    if (isEmpty(value)) continue
    const converted = lists.includes(field) ? listOf(value, record, column) : textFor(value, record, column)
    if (converted === undefined) record.refuse(`${column} is no ${lists.includes(field) ? 'list' : 'text'}`, HELP)
    else tree[field] = converted
  }
  if (isInactive(record, columns)) tree['active'] = false
  return tree
}

const HELP = 'correct it in the database, or list the column under `ignore` in a map (--map)'

/** What is no text there is JSON here. */
function textFor(value: unknown, record: DumpRecord, column: string): string | undefined {
  if (typeof value === 'string') return lf(value)
  if (typeof value !== 'object') return undefined
  record.change(`${column} became JSON as text`)
  return JSON.stringify(value)
}

/** A list may have been written as text; an object with one text in it is that text. */
function listOf(value: unknown, record: DumpRecord, column: string): readonly string[] | undefined {
  const items: unknown = typeof value === 'string' ? parsed(value) : value
  if (!Array.isArray(items)) return undefined
  const texts: string[] = []
  let isChanged = false
  for (const item of items) {
    const text: unknown = isColumns(item) && Object.keys(item).length === 1 ? Object.values(item)[0] : item
    if (typeof text === 'string') texts.push(lf(text))
    else if (typeof item === 'object' && item !== null) texts.push(JSON.stringify(item))
    else return undefined
    isChanged ||= text !== item || typeof text !== 'string'
  }
  if (isChanged) record.change(`objects in ${column} became texts`)
  return texts
}

/** Returns JSON as a value; undefined where a text is none, or deeper than a row may be. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeep(value) ? undefined : value
  } catch {
    return undefined
  }
}

function isDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return level.length > 0
}
