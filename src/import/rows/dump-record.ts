import type { ModelMap } from '../mapping/import-map.ts'
import type { RowSpan } from '../read/row-spans.ts'
import type { RowFlaw } from '../row-flaw.ts'

/** What became of a row; each ends in exactly one class. */
export const ROW_CLASSES = ['imported', 'changed', 'dropped', 'refused'] as const
export type RowClass = (typeof ROW_CLASSES)[number]

/** The primary key of a row as the dump has it; null where it has none. */
export type PrimaryKey = string | number | null

/** One row of a dump, without its content, and what becomes of it. */
export class DumpRecord {
  readonly model: string
  readonly map: ModelMap | undefined
  readonly pk: PrimaryKey
  /** Counted from 1, in the order of the dump. */
  readonly number: number
  readonly span: RowSpan
  /** SHA-256 of the row's content, 32 hexadecimal digits of it. */
  readonly digest: string
  /** The account that it became, or belongs to. */
  id: string | undefined
  /** Whether something in it is a credential. */
  hasCredential = false
  /** Whether it keeps its account on an older global text, which is not the account's own. */
  isPinned = false
  /** The file that holds what it became, and the line there. */
  file: string | undefined
  line: number | undefined

  private reasons: string[] | undefined
  private isDropped = false
  private isChanged = false
  private refusal: RowFlaw | undefined
  private verdict: RowFlaw | undefined

  constructor(row: Pick<DumpRecord, 'model' | 'map' | 'pk' | 'number' | 'span' | 'digest'>) {
    this.model = row.model
    this.map = row.map
    this.pk = row.pk
    this.number = row.number
    this.span = row.span
    this.digest = row.digest
  }

  /** Forgets what became of it, before it is converted again; what a check found against it stays. */
  reset(): void {
    this.reasons = undefined
    this.isDropped = false
    this.isChanged = false
    this.isPinned = false
    this.refusal = undefined
    this.file = undefined
    this.line = undefined
  }

  /** It comes over, and this differs from what was there. */
  change(how: string): void {
    this.isChanged = true
    this.remark(how)
  }

  /** It comes over, and this is worth knowing. */
  remark(what: string): void {
    this.reasons = [...(this.reasons ?? []), what]
  }

  /** It does not come over, and nothing is lost by that. */
  drop(why: string): void {
    this.isDropped = true
    this.reasons = [why]
  }

  /** It becomes nothing, as the map says. */
  dropByMap(): void {
    const why = (this.map?.becomes === 'nothing' ? this.map.why : undefined) ?? 'the map says that it becomes nothing'
    this.drop(this.hasCredential ? `${why}; rotate this key` : why)
  }

  refuse(reason: string, help: string): void {
    this.refusal ??= { reason, help }
  }

  /** Refuses it for good: the check of what would be written has found something against it. */
  reject(verdict: RowFlaw): void {
    this.verdict ??= verdict
  }

  get refused(): RowFlaw | undefined {
    return this.verdict ?? this.refusal
  }

  /** Whether something of it is going to be written. */
  get isKept(): boolean {
    return this.refused === undefined && !this.isDropped
  }

  get class(): RowClass {
    if (this.refused !== undefined) return 'refused'
    if (this.isDropped) return 'dropped'
    return this.isChanged ? 'changed' : 'imported'
  }

  get reason(): string {
    return this.refused?.reason ?? (this.reasons ?? []).join('; ')
  }

  /** How the row is named to people. */
  get title(): string {
    if (this.pk !== null && this.model !== '') return `${this.model} ${this.pk}`
    return this.model === '' ? `row ${this.number}` : `${this.model}, row ${this.number}`
  }
}
