import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { check } from '../../src/check/check-configuration.ts'
import { functionAnswer } from '../../src/domain/flat-form.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { importDump } from '../../src/import/import-dump.ts'
import type { ImportReport } from '../../src/import/reporting/import-report.ts'
import type { ImportRequest } from '../../src/import/import-request.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { SLOW, runs, settle } from '../properties/seed.ts'
import { BASE } from '../support/base.ts'
import { VOCABULARY } from '../support/written-vocabulary.ts'
import { damaged } from './damage.ts'
import { Origin } from './origin.ts'
import { csvAccounts, csvOf, rowsOfCsv } from './random-csv.ts'
import { OWN_FILES, type Row, database, dumpOf, shuffled } from './random-database.ts'

beforeAll(settle)

interface Imported {
  readonly report: ImportReport
  readonly json: string
  readonly markdown: string
  /** Whether something was written. */
  readonly isWritten: boolean
  readonly changed: readonly string[]
}

/** Gives a folder to what is done, with the files that no dump has in `config/`. */
async function inFolder(act: (folder: string) => Promise<void>, files = OWN_FILES): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  try {
    writeFiles(join(folder, 'config'), { ...VOCABULARY, ...files })
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

type Asked = Partial<Pick<ImportRequest, 'plans' | 'follow'>> & { readonly name?: string }

/** Imports a file's text into `config/` of a folder, as `--partial` does. */
async function importInto(folder: string, text: string, { name = 'dump.json', ...asked }: Asked): Promise<Imported> {
  const file = join(folder, name)
  writeFileSync(file, text)
  const out = join(folder, 'config')
  const request = { ids: new Map<string, string>(), plans: new Map(), selects: [], follow: false, deleteGone: false }
  const result = await importDump({ file, out, ...request, ...asked })
  try {
    const { report, markdown, hindrance, diagnostics } = result
    if (hindrance === undefined) expect(diagnostics).toEqual([])
    const changed = result.changed()
    const json = join(folder, 'report.json')
    result.writeReport(json)
    const isWritten = hindrance === undefined
    if (isWritten) result.apply()
    return { report, json: readFileSync(json, 'utf8'), markdown, isWritten, changed }
  } finally {
    result.close()
  }
}

function filesIn(folder: string): Map<string, string> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const paths = all.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

/** The files that services are answered from. */
function configurationIn(folder: string): Map<string, string> {
  return new Map([...filesIn(join(folder, 'config'))].filter(([path]) => path !== '.import.json'))
}

function isRow(row: unknown): row is Row {
  return typeof row === 'object' && row !== null && 'fields' in row && 'model' in row && typeof row.model === 'string'
}

/** Every row has one class, the counts add up to the rows, and the report has an entry for each. */
function expectAccountedFor(rows: readonly unknown[], { report, json }: Imported): void {
  const {
    entries,
    rows: count,
    ...rest
  }: { entries: { class: string }[]; rows: number; [name: string]: unknown } = JSON.parse(json)
  expect(count).toBe(rows.length)
  expect(entries.length).toBe(rows.length)
  expect(report.records.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1))
  for (const name of ['imported', 'changed', 'dropped', 'refused']) {
    expect(rest[name]).toBe(entries.filter((entry) => entry.class === name).length)
  }
  expect(Object.values(report.counts).reduce((sum, one) => sum + one)).toBe(rows.length)
}

/** What is in `config/` passes a check, and answers each account that came over as the origin does. */
async function expectOrigin(
  folder: string,
  rows: readonly unknown[],
  { report }: Imported,
  follow: boolean,
): Promise<void> {
  const checked = await check(await openConfiguration(join(folder, 'config')))
  expect(checked.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const { globals } = checked
  if (globals === undefined) throw new Error('no globals')
  const counting = report.records.filter((record) => record.class !== 'refused' && !(follow && isLetGo(record.reason)))
  const origin = new Origin(counting.map(({ number }) => rows[number - 1]).filter(isRow))
  const accounts = new Map(accountsOf(checked.accounts))
  const came = counting.filter(({ map }) => map?.becomes === 'account')
  expect([...accounts.keys()].sort()).toEqual(came.map(({ id }) => id).sort())
  for (const record of [undefined, ...came]) {
    const account = record && accounts.get(record.id ?? '')
    const row = rows[(record?.number ?? 0) - 1]
    const known = isRow(row) && account?.plan !== 'free' ? row : undefined
    // Without the one row of settings, those of the template count.
    for (const [name, kind] of origin.hasSettings ? FUNCTIONS : []) {
      const { api_key: _, ...answer } = functionAnswer(globals, account, name) ?? {}
      expect(answer).toEqual(origin.modelConfig(known, kind))
    }
    const types = origin.promptTypes()
    expect(types.map((type) => resolvePrompt(globals, account, type)?.prompt_value)).toEqual(
      types.map((type) => origin.prompt(known, type)),
    )
    for (const [section, table] of [
      ['author_profiles', 'authorprofile'],
      ['strategies', 'strategy'],
    ] as const) {
      const names = Object.values(resolveRecords(globals, account, section)).map((one) => one['name'])
      expect(names.sort()).toEqual(origin.names(known, table))
    }
  }
}

const FUNCTIONS = [
  ['write', 'text'],
  ['draw', 'image'],
] as const

function isLetGo(reason: string): boolean {
  return reason.endsWith('(--follow)')
}

test(
  'a sound database answers as it did, and a second import of it changes nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(database, fc.boolean(), async ({ rows, plans }, follow) => {
        await inFolder(async (folder) => {
          const imported = await importInto(folder, dumpOf(rows), { plans, follow })
          expectAccountedFor(rows, imported)
          expect(imported.isWritten).toBe(true)
          await expectOrigin(folder, rows, imported, follow)
          const again = await importInto(folder, dumpOf(rows), { plans, follow })
          expect(again.changed).toEqual([])
          expect(again.json).toBe(imported.json)
        })
      }),
      runs(40),
    )
  },
  SLOW,
)

test(
  'with damage too: what is not refused answers as it did, and no credential is anywhere',
  async () => {
    await fc.assert(
      fc.asyncProperty(damaged(database), fc.boolean(), async ({ rows, plans, credentials }, follow) => {
        await inFolder(async (folder) => {
          const imported = await importInto(folder, dumpOf(rows), { plans, follow })
          expectAccountedFor(rows, imported)
          const texts = [...filesIn(join(folder, 'config'))].flat()
          const lines = [...texts, imported.json, imported.markdown].join('\n').split('\n')
          const keys = credentials.map((key) => key.toLowerCase())
          expect(lines.filter((line) => keys.some((key) => line.toLowerCase().includes(key)))).toEqual([])
          if (imported.isWritten) await expectOrigin(folder, rows, imported, follow)
        })
      }),
      runs(100),
    )
  },
  SLOW,
)

test(
  'the order of the rows changes no file, and nor does a second run',
  async () => {
    await fc.assert(
      fc.asyncProperty(database, fc.nat(), async ({ rows, plans }, seed) => {
        const made = async (of: readonly Row[]): Promise<readonly [Map<string, string>, string]> => {
          let files = new Map<string, string>()
          let json = ''
          await inFolder(async (folder) => {
            json = (await importInto(folder, dumpOf(of), { plans })).json
            files = configurationIn(folder)
          })
          return [files, json]
        }
        const first = await made(rows)
        expect(await made(rows)).toEqual(first)
        expect((await made(shuffled(rows, seed)))[0]).toEqual(first[0])
      }),
      runs(20),
    )
  },
  SLOW,
)

test(
  'a second import after a change of one row rewrites its file alone',
  async () => {
    await fc.assert(
      fc.asyncProperty(database, fc.nat(), async ({ rows, plans }, choice) => {
        await inFolder(async (folder) => {
          const { report } = await importInto(folder, dumpOf(rows), { plans })
          const able = report.records.filter(({ model, file, isKept, number }) => {
            const row = rows[number - 1]
            return isKept && file !== undefined && model.endsWith('.authorprofile') && row !== undefined
          })
          const record = able[choice % Math.max(1, able.length)]
          if (record === undefined) return
          const next = rows.map((row, i) => {
            return i === record.number - 1 ? { ...row, fields: { ...row.fields, tone: 'another tone' } } : row
          })
          const again = await importInto(folder, dumpOf(next), { plans })
          expect(again.changed).toEqual(['.import.json', record.file])
        })
      }),
      runs(30),
    )
  },
  SLOW,
)

test(
  'accounts as CSV become what they become as rows of a dump',
  async () => {
    await fc.assert(
      fc.asyncProperty(csvAccounts, async ({ accounts, form }) => {
        const made = async (name: string, text: string): Promise<Map<string, string>> => {
          let files = new Map<string, string>()
          await inFolder(
            async (folder) => {
              const { report } = await importInto(folder, text, { name })
              expect(report.records.flatMap(({ refused }) => refused?.reason ?? [])).toEqual([])
              files = configurationIn(folder)
            },
            { ...OWN_FILES, 'settings.yaml': BASE['settings.yaml'] ?? '' },
          )
          return files
        }
        const rows = await made('dump.json', dumpOf(rowsOfCsv(accounts)))
        expect(await made('accounts.csv', csvOf(accounts, form))).toEqual(rows)
        expect([...rows.keys()].filter((path) => path.startsWith('accounts/')).length).toBe(accounts.length)
      }),
      runs(30),
    )
  },
  SLOW,
)
