import { existsSync } from 'node:fs'
import { Failure } from '../base/failure.ts'
import { readVocabulary } from '../check/read-vocabulary.ts'
import { BUILT_IN } from '../domain/built-in-vocabulary.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import { refuseTrackedLink } from '../git/worktree/is-tracked.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { openFolder } from '../source/open-configuration.ts'
import type { FileEdit } from '../source/with-edits.ts'
import { type Columns, type DumpIndex, indexDump, isColumns } from './rows/dump-index.ts'
import type { DumpRecord } from './rows/dump-record.ts'
import type { ImportRequest } from './import-request.ts'
import { type ImportReport, countRows } from './reporting/import-report.ts'
import { reportJson } from './reporting/report-json.ts'
import { reportMarkdown } from './reporting/report-markdown.ts'
import { indexCsv } from './rows/index-csv.ts'
import type { ImportMap } from './mapping/import-map.ts'
import { checkMap } from './mapping/check-map.ts'
import { readMap } from './mapping/read-map.ts'
import { NewConfiguration } from './new-configuration.ts'
import { type PreviousImport, REPORT, readPrevious } from './previous-import.ts'
import { proveAnswers } from './prove-answers.ts'
import { formatOfDump } from './read/dump-format.ts'
import { RowFile, readRows } from './read/read-rows.ts'
import { type ResolvedAccount, resolveAccounts } from './resolve-accounts.ts'
import { StagingFolder } from './target/staging-folder.ts'
import { targetFiles } from './target/target-files.ts'

/** The result of an import: nothing is in its place yet. */
export interface ImportResult {
  readonly report: ImportReport
  /** What a check finds in files that come from no row. */
  readonly diagnostics: readonly Diagnostic[]
  /** Why nothing may be written even in part; undefined where the rest may be. */
  readonly hindrance: string | undefined
  /** The report for people. */
  readonly markdown: string
  /** The files that would change. */
  changed(): readonly string[]
  /** What would change, as a commit: all of it in memory. */
  changes(): Map<string, FileEdit>
  /** Writes everything to its place, all or nothing. @throws {Failure} */
  apply(): void
  /** Writes the report alone, as JSON. @throws {Failure} */
  writeReport(file: string): void
  /** Removes what was prepared. To be called in any case. */
  close(): void
}

/**
 * Turns a database's dump into a configuration: read → map → write beside its place → check → report. What a check
 * finds against a row refuses that row, and what is left of its account is checked again.
 *
 * @throws {Failure} where the dump cannot be read, an answer is about nothing in it, or the place is taken.
 */
export async function importDump(request: ImportRequest): Promise<ImportResult> {
  const { file, out } = request
  await refuseTrackedLink(out)
  const format = formatOfDump(file, request.format)
  if (format === 'csv') refuseForCsv(request)
  const { map, given } = readMap(request.map)
  const vocabulary = existsSync(out) ? await readVocabulary(openFolder(out)) : BUILT_IN
  checkMap(map, given, vocabulary)
  const source = format === 'csv' ? undefined : RowFile.open(file)
  const staging = new StagingFolder(out)
  request.onPrepared?.(() => staging.close())
  try {
    const previous = previousOf(staging, out)
    const { index, accounts } =
      format === 'csv'
        ? await indexCsv(file, vocabulary)
        : fromDump(await indexDump(readRows(file, format), map, given), request, previous)
    const result = await prepared(request, { index, accounts, map, vocabulary, previous, staging, source })
    return { ...result, close: () => closeBoth(staging, source) }
  } catch (error) {
    closeBoth(staging, source)
    throw error
  }
}

/** A CSV has ids and plans of its own: an answer that would change nothing is a slip. @throws {Failure} */
function refuseForCsv({ map, plans, ids, follow }: ImportRequest): void {
  const unused = [
    ...(map === undefined ? [] : ['--map']),
    ...(plans.size === 0 ? [] : ['--plan']),
    ...(ids.size === 0 ? [] : ['--id']),
    ...(follow ? ['--follow'] : []),
  ]
  const [flag] = unused
  if (flag === undefined) return
  throw new Failure(
    'usage',
    `${flag} is for a database’s dump, and this is a CSV`,
    'leave it out: write into the columns',
  )
}

function closeBoth(staging: StagingFolder, source: RowFile | undefined): void {
  staging.close()
  source?.close()
}

function previousOf(staging: StagingFolder, out: string): PreviousImport | undefined {
  staging.refuseLinks(REPORT)
  const text = staging.before(REPORT)
  return text === undefined ? undefined : readPrevious(text, `${out}/${REPORT}`)
}

interface IndexedDump {
  readonly index: DumpIndex
  readonly accounts: readonly ResolvedAccount[]
}

function fromDump(index: DumpIndex, { plans, ids }: ImportRequest, previous: PreviousImport | undefined): IndexedDump {
  for (const { record } of index.plans) record.drop('a plan is one of the four, and its names are what --plan matches')
  for (const record of index.globals.get('nothing') ?? []) {
    if (record.refused === undefined) record.dropByMap()
  }
  return { index, accounts: resolveAccounts(index, { plans, ids, before: previous?.ids ?? new Map() }) }
}

interface Prepared extends IndexedDump {
  readonly map: ImportMap
  readonly vocabulary: Vocabulary
  readonly previous: PreviousImport | undefined
  readonly staging: StagingFolder
  readonly source: RowFile | undefined
}

async function prepared(request: ImportRequest, parts: Prepared): Promise<Omit<ImportResult, 'close'>> {
  const { index, staging, source } = parts
  const isOurs = parts.previous !== undefined || staging.isInterrupted
  const target = targetFiles(request.out, index, parts.accounts.length > 0, isOurs)
  const columnsOf = (record: DumpRecord): Columns => {
    const row = source?.at(record.span)
    return isColumns(row) && isColumns(row['fields']) ? row['fields'] : {}
  }
  const made = new NewConfiguration({ ...request, ...parts, target, columnsOf })
  const { diagnostics, secrets, hindrance } = await made.build()
  const { globals } = made
  const proof =
    request.prove === undefined || globals === undefined
      ? undefined
      : await proveAnswers(request.prove, globals, (pk) => made.accountOf(pk))
  refuseLeft(index)
  const report: ImportReport = {
    records: index.records,
    counts: countRows(index.records),
    secrets,
    credentials: index.credentials,
    gone: made.written.gone,
    files: made.written.digests,
    ...(proof !== undefined && { proof }),
  }
  staging.writeParts(REPORT, reportJson(report))
  return {
    report,
    diagnostics,
    hindrance: hindrance ?? (request.prove !== undefined && proof === undefined ? NOT_COMPARED : undefined),
    markdown: reportMarkdown(report),
    changed: () => staging.changed(),
    changes: () => staging.changes(),
    apply: () => staging.apply(REPORT),
    writeReport: (to) => staging.copyTo(REPORT, to),
  }
}

const NOT_COMPARED = 'no answer can be compared while the global files are wrong'

/** A row of an account that is refused goes with it. */
function refuseLeft({ accounts }: DumpIndex): void {
  for (const { record, rows } of accounts) {
    if (record.refused === undefined) continue
    for (const row of rows) {
      if (row.map?.becomes === 'nothing') row.dropByMap()
      else row.refuse(`its account (${record.title}) is refused`, 'settle that row first')
    }
  }
}
