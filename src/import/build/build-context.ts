import { isFree } from '../../lint/facts/account-policy.ts'
import type { WritableMap } from '../../edit/text/entry-form.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import type { Columns } from '../rows/dump-index.ts'
import type { ImportMap } from '../mapping/import-map.ts'
import type { ResolvedAccount } from '../resolve-accounts.ts'

/** What rows are converted with. */
export interface BuildContext {
  readonly vocabulary: Vocabulary
  readonly map: ImportMap
  /** Reads a row's columns again. */
  readonly columnsOf: (record: DumpRecord) => Columns
}

/** A file that is to be written, and which row each part of it comes from. */
export interface FileDraft {
  /** Relative to the configuration's folder. */
  readonly path: string
  readonly tree: WritableMap
  /** By `pathKey`: the row that an entry, with all below it, comes from. */
  readonly owners: ReadonlyMap<string, DumpRecord>
}

/** Whether a row is switched off. */
export function isInactive(record: DumpRecord, columns: Columns): boolean {
  const column = record.map?.active
  const value = column === undefined ? undefined : columns[column]
  return value === false || value === 0 || (typeof value === 'string' && OFF.has(value.trim().toLowerCase()))
}

/** As databases and their exports write what is false. */
const OFF: ReadonlySet<string> = new Set(['false', 'f', '0', 'no', 'n', 'off'])

export const INACTIVE = 'it is switched off'

/** What an account's rows are converted with. */
export interface AccountContext extends BuildContext {
  /** The global prompts of today, by type. */
  readonly prompts: ReadonlyMap<string, string>
  /** The ids of the global profiles and strategies. */
  readonly ids: { readonly profile: ReadonlySet<string>; readonly strategy: ReadonlySet<string> }
  /** Whether accounts that are on an older global text follow today's. */
  readonly follow: boolean
  /** The providers that `--select` chooses for an account that has these sections. */
  readonly selected: (account: ResolvedAccount, sections: ReadonlySet<string>) => readonly string[]
  /** The provider that settings.yaml selects for a kind. */
  readonly providerOf: (kind: string) => string | undefined
}

/** What comes over of a Free account is its own row alone. */
export function refuseIfFree(record: DumpRecord, { plan }: Pick<ResolvedAccount, 'plan'>): boolean {
  if (!isFree(plan)) return false
  record.refuse(
    'a Free account overrides nothing',
    'move the account to another plan (--plan), or leave the row out: the account comes over without it',
  )
  return true
}
