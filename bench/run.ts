import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildChildren } from './child.ts'
import type { Shape } from './corpus.ts'
import { type Bench, type Line, type Row, type Sizes, count } from './line.ts'
import { installPeers } from './peers.ts'
import { CACHE, ROOT } from './place.ts'
import { type Result, table, writeReport } from './report.ts'
import { bucketRow } from './rows/bucket.ts'
import { cold } from './rows/cold.ts'
import { consoleRow } from './rows/console.ts'
import { endToEnd } from './rows/end-to-end.ts'
import { firstAnswer } from './rows/first-answer.ts'
import { globalChange } from './rows/global-change.ts'
import { importRow } from './rows/import.ts'
import { lookUp } from './rows/look-up.ts'
import { memory } from './rows/memory.ts'
import { noOp } from './rows/no-op.ts'
import { oneAccount } from './rows/one-account.ts'
import { oneChange } from './rows/one-change.ts'
import { serve } from './rows/serve.ts'
import { stall } from './rows/stall.ts'
import { start } from './rows/start.ts'
import { updateTraffic } from './rows/update-traffic.ts'
import { Store } from './store.ts'

const ROWS: readonly Row[] = [
  start,
  cold,
  noOp,
  // Before the rows that move its store on: it tells what a load takes right after packing.
  updateTraffic,
  oneChange,
  oneAccount,
  globalChange,
  lookUp,
  memory,
  firstAnswer,
  bucketRow,
  serve,
  stall,
  consoleRow,
  endToEnd,
  importRow,
]

const { values: flags } = parseArgs({
  options: {
    /** Under two minutes, for daily use. */
    quick: { type: 'boolean', default: false },
    /** How many accounts the big corpus has. */
    size: { type: 'string' },
    /** One row, or several. */
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    /** Where results.md and charts/ go. */
    out: { type: 'string' },
  },
})

const rows = chosen(flags.only)
// A hurried or partial run is not what the repository should show.
const isPartial = flags.quick || flags.only !== undefined
const folder = resolve(flags.out ?? (isPartial ? join(CACHE, 'out') : join(ROOT, 'bench')))
execFileSync(process.execPath, ['build.js'], { cwd: ROOT, stdio: 'inherit' })
await buildChildren()

const bench = makeBench(sizesOf(flags.quick, flags.size))
const results: Result[] = []
for (const row of rows) {
  bench.say(row.title)
  results.push({ row: { name: row.name, title: row.title }, lines: await linesOf(row) })
  // After each row, since a later one may end the program.
  writeReport(folder, results, `npm run bench${shownFlags()}`)
}
process.stdout.write(table(results))
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`)
process.stdout.write(`\nwritten to ${relative('.', join(folder, 'results.md'))}\n`)

/** A row that fails says so in the table: the others took long enough not to be lost with it. */
async function linesOf(row: Row): Promise<readonly Line[]> {
  try {
    return await row.run(bench)
  } catch (error) {
    process.exitCode = 1
    const note = `failed: ${error instanceof Error ? error.message : String(error)}`
    say(`  ${note}`)
    const short = note.replaceAll(ROOT, '.').replace(/\s+/g, ' ').slice(0, 300)
    return [{ what: row.title, ours: undefined, unit: '', note: short }]
  }
}

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
}

function makeBench(sizes: Sizes): Bench {
  // Compiled once in a run and moved on by the rows: the first compile is the cold one that others are compared with.
  const stores = new Map<string, Promise<Store>>()
  let peers: boolean | undefined
  return {
    sizes,
    say,
    store: (shape: Shape, size: number) => {
      const key = `${shape}-${size}`
      let store = stores.get(key)
      if (store === undefined) {
        say(`  compiling ${count(size)} accounts (${shape})`)
        stores.set(key, (store = Store.make(shape, size)))
      }
      return store
    },
    peers: async () => (peers ??= installPeers(say)),
  }
}

function sizesOf(isQuick: boolean, size: string | undefined): Sizes {
  const big = size === undefined ? (isQuick ? 10_000 : 100_000) : Number(size)
  if (!Number.isSafeInteger(big) || big < 1000) refuse(`--size ${size} is not 1000 accounts or more`)
  const small = Math.min(big, isQuick ? 2000 : 10_000)
  const cold = Math.min(big, isQuick ? 5000 : 100_000)
  // A peer's calls take microseconds, and making its flags longer: fewer of them say as much.
  const peers = isQuick ? { calls: 2000, accounts: 2000 } : { calls: 20_000, accounts: 10_000 }
  return { big, small, cold, rounds: isQuick ? 3 : 5, peers }
}

function chosen(names: readonly string[] | undefined): readonly Row[] {
  const unknown = names?.find((name) => ROWS.every((row) => row.name !== name))
  const all = ROWS.map((row) => row.name).join(', ')
  if (unknown !== undefined) refuse(`there is no row "${unknown}"; the rows are ${all}`)
  return names === undefined ? ROWS : ROWS.filter(({ name }) => names.includes(name))
}

function refuse(why: string): never {
  process.stderr.write(`bench: ${why}\n`)
  process.exit(1)
}

/** What the run was called with, without the paths. */
function shownFlags(): string {
  const shown = [flags.quick ? '--quick' : '', flags.size === undefined ? '' : `--size ${flags.size}`]
  const all = [...shown, ...(flags.only ?? []).map((name) => `--only ${name}`)].filter((flag) => flag !== '')
  return all.length === 0 ? '' : ` -- ${all.join(' ')}`
}
