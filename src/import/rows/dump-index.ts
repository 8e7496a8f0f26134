import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import { credentialIn, maskCredentials } from '../../credentials/index.ts'
import { own } from '../../domain/plain-data.ts'
import { DumpRecord, type PrimaryKey } from './dump-record.ts'
import { credentialsIn } from './find-credentials.ts'
import { type AccountMap, type ImportMap, type ModelMap, columnsOf } from '../mapping/import-map.ts'
import { digestOfText } from '../digest-of-text.ts'
import type { DumpRow } from '../read/read-rows.ts'

/** The columns of a row, by name. */
export type Columns = Readonly<Record<string, unknown>>

/** The rows of a dump, without their content: what each is, and where it is. */
export interface DumpIndex {
  readonly records: readonly DumpRecord[]
  readonly plans: readonly PlanEntry[]
  readonly accounts: readonly AccountEntry[]
  /** The rows that belong to no account, by what they become. */
  readonly globals: ReadonlyMap<ModelMap['becomes'], readonly DumpRecord[]>
  readonly credentials: readonly FoundCredential[]
}

export interface PlanEntry {
  readonly record: DumpRecord
  readonly slug: string
  readonly name: string
}

export interface AccountEntry {
  readonly record: DumpRecord
  readonly map: AccountMap
  readonly columns: Columns
  /** The rows that belong to it, in the order of the dump. */
  readonly rows: DumpRecord[]
  /** How its own row was changed as it was read. */
  readonly notes?: readonly string[]
}

export interface FoundCredential {
  readonly model: string
  readonly pk: PrimaryKey
  readonly field: string
}

/** Reads a dump once, and remembers of each row where it is. */
export async function indexDump(
  rows: AsyncIterable<DumpRow>,
  map: ImportMap,
  users: readonly string[],
): Promise<DumpIndex> {
  const index = new IndexInMaking(map, users)
  for await (const row of rows) index.add(row)
  return index.finished()
}

/** A row that belongs to an account: its foreign key is resolved once all accounts are known. */
interface Owned {
  readonly record: DumpRecord
  readonly owner: unknown
}

class IndexInMaking {
  private readonly map: ImportMap
  private readonly records: DumpRecord[] = []
  private readonly plans: PlanEntry[] = []
  private readonly accounts: AccountEntry[] = []
  private readonly globals = new Map<ModelMap['becomes'], DumpRecord[]>()
  private readonly owned: Owned[] = []
  private readonly credentials: FoundCredential[] = []
  /** By model: the primary keys, with the row that has each. */
  private readonly keys = new Map<string, Map<string, DumpRecord>>()
  /** The columns that the models of a user's map have in this dump. */
  private readonly columns: ReadonlyMap<string, Set<string>>
  private readonly models = new Set<string>()

  constructor(map: ImportMap, users: readonly string[]) {
    this.map = map
    this.columns = new Map(users.map((model) => [model, new Set<string>()]))
  }

  add({ value, span, number, wrong }: DumpRow): void {
    const { model, pk, fields } = shapeOf(value)
    const name = model.slice(model.lastIndexOf('.') + 1).toLowerCase()
    this.models.add(name)
    const map = own(this.map.models, name)
    const record = new DumpRecord({ model, map, pk, number, span, digest: digestOf(value) })
    this.records.push(record)
    if (wrong !== undefined) return record.refuse(`line ${span.line}, byte ${span.start}: ${wrong.reason}`, wrong.help)
    const places =
      fields === undefined ? credentialsIn(value) : [...credentialsIn({ model, pk }), ...credentialsIn(fields)]
    record.hasCredential = places.length > 0
    for (const field of places) this.credentials.push({ model, pk, field })
    if (fields === undefined) {
      return record.refuse('it is no row of a dump', 'a row is `{"model": …, "pk": …, "fields": {…}}`')
    }
    const seen = this.columns.get(name)
    if (seen !== undefined) for (const column of Object.keys(fields)) seen.add(column)
    if (map === undefined) {
      const known = Object.keys(this.map.models)
      // In small letters, a credential is none that would be masked.
      const shown = credentialIn(model) === undefined ? name : 'MODEL'
      const hint = didYouMean(name, known)
      const help = `${hint}say in a map (--map) what it becomes; \`${shown}: { becomes: nothing }\` drops its rows`
      return record.refuse(`unknown model ${model}`, help)
    }
    if (typeof pk === 'number' && !Number.isSafeInteger(pk)) {
      return record.refuse('its primary key is too large to be read exactly', 'dump it with its key as text')
    }
    if (this.isRepeated(record, name)) return
    this.place(record, map, fields)
  }

  finished(): DumpIndex {
    this.refuseUnused()
    this.giveToOwners()
    const { records, plans, accounts, globals, credentials } = this
    return { records, plans, accounts, globals, credentials }
  }

  /** A primary key that is there twice: which of two accounts a row belongs to, nobody knows. */
  private isRepeated(record: DumpRecord, name: string): boolean {
    if (record.pk === null) return false
    let keys = this.keys.get(name)
    if (keys === undefined) this.keys.set(name, (keys = new Map<string, DumpRecord>()))
    const key = String(record.pk)
    const first = keys.get(key)
    if (first === undefined) {
      keys.set(key, record)
      return false
    }
    const help = 'take one of them out of the dump: a primary key is of one row'
    record.refuse(`row ${first.number} has the same primary key`, help)
    if (record.map?.becomes === 'account') first.refuse(`row ${record.number} has the same primary key`, help)
    return true
  }

  private place(record: DumpRecord, map: ModelMap, fields: Columns): void {
    if (map.becomes === 'plan') {
      this.plans.push({ record, slug: textOf(fields[map.slug]), name: textOf(fields[map.name]) })
    } else if (map.becomes === 'account') {
      const used = new Set([...map.id, map.name, map.plan, map.status?.column])
      const columns = Object.entries(fields).filter(([column]) => used.has(column))
      const strange = strangersIn(map, fields)
      const notes = strange === undefined ? {} : { notes: [strange] }
      this.accounts.push({ record, map, columns: Object.fromEntries(columns), rows: [], ...notes })
    } else if ('account' in map && map.account !== undefined) {
      this.owned.push({ record, owner: fields[map.account] })
    } else {
      const others = this.globals.get(map.becomes)
      if (others === undefined) this.globals.set(map.becomes, [record])
      else others.push(record)
    }
  }

  /** Gives rows to the accounts that their foreign keys name, as primary or as natural keys. */
  private giveToOwners(): void {
    // A foreign key does not say which table it is of: two tables of accounts count their rows alike.
    const byKey = new Map<string, AccountEntry | 'several'>()
    for (const account of this.accounts) {
      const { pk } = account.record
      if (pk !== null) byKey.set(String(pk), byKey.has(String(pk)) ? 'several' : account)
    }
    const byName = new Map<string, AccountEntry | 'several'>()
    for (const account of this.accounts) {
      for (const column of new Set([...account.map.id, account.map.name ?? ''])) {
        const name = textOf(account.columns[column])
        if (name !== '') byName.set(name, byName.has(name) && byName.get(name) !== account ? 'several' : account)
      }
    }
    for (const { record, owner } of this.owned) {
      const [name] = isList(owner) ? owner : []
      const key = typeof owner === 'string' || typeof owner === 'number' ? String(owner) : ''
      const found = isList(owner) ? byName.get(textOf(name)) : byKey.get(key)
      if (found === 'several') {
        if (isList(owner)) {
          record.refuse('its account is named by a natural key that several have', 'dump it without --natural-foreign')
        } else {
          const help = 'import one table of accounts: say in a map (--map) that the other becomes nothing'
          record.refuse(`accounts of two tables have the primary key ${shownKey(owner)}`, help)
        }
      } else if (found !== undefined) found.rows.push(record)
      else {
        const missing = owner === null || owner === undefined || owner === ''
        const what = missing ? 'it belongs to no account' : `its account (${shownKey(owner)}) is not in this dump`
        record.refuse(what, 'dump the accounts with it, or delete the row')
      }
    }
  }

  /** A map that names what is not there is a slip of its writer. @throws {Failure} */
  private refuseUnused(): void {
    for (const [model, seen] of this.columns) {
      if (!this.models.has(model)) {
        const hint = `${didYouMean(model, this.models)}the dump has ${oneOf([...this.models].sort())}`
        throw new Failure('usage', `no row of the dump is of the model "${model}", which the map names`, hint)
      }
      const map = own(this.map.models, model)
      const missing = map && [...columnsOf(map)].find((column) => !seen.has(column))
      if (missing === undefined) continue
      const hint = `${didYouMean(missing, seen)}they have ${oneOf([...seen].sort())}`
      throw new Failure('usage', `no row of ${model} has the column "${missing}", which the map names`, hint)
    }
  }
}

/** Lists the columns that have a value and are named nowhere. */
export function noteStrangers(record: DumpRecord, map: ModelMap, fields: Columns): void {
  const strange = strangersIn(map, fields)
  if (strange !== undefined) record.change(strange)
}

function strangersIn(map: ModelMap, fields: Columns): string | undefined {
  const known = columnsOf(map)
  const strange = Object.keys(fields).filter((column) => !known.has(column) && !isEmpty(fields[column]))
  if (strange.length === 0) return undefined
  return `${oneOf(strange.sort(), 20).replace(' or ', ' and ')} ${strange.length === 1 ? 'is' : 'are'} left out`
}

/** Whether a value says nothing: null, "", [] and {}. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function shapeOf(value: unknown): {
  readonly model: string
  readonly pk: PrimaryKey
  readonly fields: Columns | undefined
} {
  const row = isColumns(value) ? value : {}
  const { model, pk, fields } = row
  const isRow = typeof model === 'string' && model !== '' && isColumns(fields)
  return {
    model: typeof model === 'string' ? model : '',
    pk: typeof pk === 'string' || typeof pk === 'number' ? pk : null,
    fields: isRow ? fields : undefined,
  }
}

export function isColumns(value: unknown): value is Columns {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Returns the text of a column of text; a number is what it is written as. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

function shownKey(key: unknown): string {
  // Masked before it is cut: half of a credential looks like none.
  return typeof key === 'number' ? String(key) : maskCredentials(JSON.stringify(key)).slice(0, 80)
}

function digestOf(value: unknown): string {
  return digestOfText(JSON.stringify(value) ?? '')
}
