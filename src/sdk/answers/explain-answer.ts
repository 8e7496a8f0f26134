import { type Origins, type WrittenLayer, explainFunction } from '../../domain/explain-layers.ts'
import { type Value, own } from '../../domain/plain-data.ts'
import type { Account, PlanName } from '../../domain/settings-types.ts'
import {
  type Provenance,
  parseProvenance,
  readGlobalProvenance,
  readProvenance,
} from '../../store/format/provenance.ts'
import { camelCase } from '../../base/camel-case.ts'
import { named } from './prompts-and-records.ts'
import { asDamage } from '../tenfold-error.ts'
import type { LoadedContent } from '../load/loaded-content.ts'
import type { StoreReader } from '../../store/backend-types.ts'

/** Why an account gets what it gets for a function: every place where a field is written, and which one wins. */
export interface Explanation {
  readonly account: string
  readonly function: string
  readonly known: boolean
  readonly plan: PlanName | null
  /** The release's commit, to which the line numbers refer; null if it was not made from a commit. */
  readonly commit: string | null
  /** Keyed by the field names of `getModelConfig`'s answer, including `provider`. */
  readonly fields: Readonly<Record<string, ExplainedField>>
}

export interface ExplainedField {
  /** Null if the field is written somewhere but the answer does not have it. */
  readonly value: Value | null
  /** Lowest to highest: provider, function, account. */
  readonly layers: readonly WrittenLayer[]
}

export interface Asked {
  readonly account: string
  readonly name: string
  readonly live: PlanName | undefined
  readonly known: boolean
  readonly commit: string | null
}

/** Explains an answer. Reads the provenance only now, since nothing else needs it. @throws {TenfoldError} */
export async function explain(
  store: StoreReader,
  content: LoadedContent,
  entry: Account | undefined,
  { account, name, live, known, commit }: Asked,
): Promise<Explanation> {
  try {
    // The account's provenance comes first, while it is sure to be available.
    const own = known ? await accountFile(store, content, account) : undefined
    const files = await globalFiles(store, content)
    if (own !== undefined) files.set(own.file, own)
    const explained = explainFunction(content.globals.value, entry, name, live, originsIn(files, own?.file))
    const fields = named([...(explained ?? [])].map(([field, value]) => [camelCase(field), value]))
    return { account, function: name, known, plan: entry?.plan ?? null, commit, fields }
  } catch (error) {
    throw asDamage(error, `the store ${store.url}`)
  }
}

async function globalFiles(store: StoreReader, { globals }: LoadedContent): Promise<Map<string, Provenance>> {
  const all = readGlobalProvenance(await store.read(globals.provenance))
  return new Map(all.map((provenance) => [provenance.file, provenance]))
}

async function accountFile(
  store: StoreReader,
  { accounts }: LoadedContent,
  id: string,
): Promise<Provenance | undefined> {
  const provenance = await accounts.provenance(id)
  if (provenance === undefined) return undefined
  const line = readProvenance(await store.read(provenance)).get(id)
  if (line === undefined) throw new Error(`it does not say where "${id}" was written`)
  return parseProvenance(line)
}

function originsIn(files: ReadonlyMap<string, Provenance>, accountFile: string | undefined): Origins {
  return { accountFile, position: (file, path) => own(files.get(file)?.at, path) }
}
