import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { instrument } from './instrument.mjs'
import { makeSandbox } from './sandbox.mjs'
import { Tests } from './tests-in-process.mjs'

/*
 * Mutants: 400 small mistakes, chosen by a seed, in the folders whose mistakes would be the worst; how many of them
 * do the tests find?
 *
 *     npm run mutants [-- SEED [COUNT]]
 *
 * Or all those of a file or folder, by the tests whose paths contain one of these texts:
 *
 *     npm run mutants -- PATH TESTS...
 *
 * The mistakes are Stryker's, which is installed into this folder, and nowhere else. All are in a copy of the sources,
 * and one at a time is made: the tests run once without any, which tells which of them come by which mistake, and each
 * mistake is tried by those. Each mutant is told of once it was tested, and so is `.stryker/report.json`; those that no
 * test found are printed again at the end.
 */
const HERE = import.meta.dirname
const ROOT = join(HERE, '..', '..')
const SANDBOX = join(ROOT, '.stryker', 'sandbox')
const ROOMS = ['domain', 'store', 'trust', 'compare', 'review', 'edit', 'draft']
/** How many times as long as without a mutant tests with one may take, and a minute: a busy machine makes both slow. */
const PATIENCE = 4
const MINUTE_MS = 60_000
const LONGEST_MS = 60 * MINUTE_MS
/** How many times as often as without a mutant a place may be come by: Stryker's figure. */
const HITS = 100

/** @typedef {'killed' | 'timed out' | 'survived' | 'never run'} Outcome */
/** @typedef {import('./instrument.mjs').Mutant} Mutant */

const [first = '1', ...others] = process.argv.slice(2)
const isSample = /^\d+$/.test(first)

process.chdir(ROOT)
const isThere = first.startsWith('src/') && existsSync(first)
if (!isSample && (!isThere || others.length === 0)) {
  const what = isThere ? 'it names no tests' : `${first} is nothing below src/`
  fail(`${what}: npm run mutants -- SEED [COUNT], or npm run mutants -- PATH TESTS...`)
}
if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' })
}
const { files, mutants } = await instrument(ROOT, textsIn(isSample ? ROOMS.map((room) => `src/${room}`) : [first]))
const chosen = isSample ? sample(mutants, Number(first), Number(others[0] ?? 400)) : mutants
console.log(`${chosen.length} of ${mutants.length} mutants${isSample ? `, seed ${first}` : ''}`)

makeSandbox(ROOT, SANDBOX, files)
const covering = await testsByMutant(isSample ? ['test/'] : others)
/** @type {{ readonly outcome: Outcome, readonly said: string }[]} */
const tested = []
const waiting = [...chosen]
await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, tryThem))
const left = tested.filter(({ outcome }) => outcome === 'survived' || outcome === 'never run')
const found = tested.length - left.length
console.log(['', ...left.map(({ said }) => said)].join('\n'))
console.log(`${found} of ${tested.length} mutants found: ${((100 * found) / tested.length).toFixed(1)} %`)

/** Tries one mutant after another, as long as there are any. */
async function tryThem() {
  const tests = new Tests(SANDBOX, 'mutated')
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const outcome = await outcomeOf(mutant, tests)
    const { file, location, mutatorName, replacement } = mutant
    const { line, column } = location.start
    const change = replacement.replace(/\s+/g, ' ').slice(0, 80)
    const said = `${file}:${line + 1}:${column + 1} ${outcome} ${mutatorName}: ${change}`
    tested.push({ outcome, said })
    console.log(`${tested.length}. ${said}`)
    writeFileSync(join(ROOT, '.stryker', 'report.json'), JSON.stringify(tested, null, 1))
  }
  tests.end()
}

/** @param {Mutant} mutant @param {Tests} tests @returns {Promise<Outcome>} */
async function outcomeOf({ id }, tests) {
  const able = covering.get(id)
  if (able === undefined) return 'never run'
  const whole = able.reduce((sum, { ms }) => sum + ms, 0)
  const hits = HITS * able.reduce((sum, each) => sum + each.hits, 0)
  const task = { mutant: id, hits, files: able.map(({ file }) => file) }
  const answer = await tests.run(task, Math.min(PATIENCE * whole + MINUTE_MS, LONGEST_MS))
  if (answer === undefined) return 'timed out'
  return answer.failed ? 'killed' : 'survived'
}

/**
 * Runs the tests without any mutant, and returns by mutant those that come by it, the shortest first: the first that
 * fails ends the trial of a mutant.
 */
async function testsByMutant(/** @type {readonly string[]} */ names) {
  const tests = new Tests(SANDBOX, 'whole')
  const all = (await tests.files()).filter((file) => names.some((name) => file.includes(name)))
  const answer = all.length === 0 ? undefined : await tests.run({ files: all }, LONGEST_MS)
  tests.end()
  if (all.length === 0) fail(`no test that runs from source has ${names.join(' or ')} in its path`)
  if (answer?.failed !== false) fail('a test fails without any mutant')
  /** @type {Map<string, { readonly file: string, readonly ms: number, readonly hits: number }[]>} */
  const found = new Map()
  for (const { file, ms, covered } of answer.tested.toSorted((a, b) => a.ms - b.ms)) {
    for (const [id, hits] of Object.entries(covered)) {
      const others = found.get(id)
      if (others === undefined) found.set(id, [{ file, ms, hits }])
      else others.push({ file, ms, hits })
    }
  }
  return found
}

function fail(/** @type {string} */ message) {
  console.error(message)
  process.exit(2)
}

function textsIn(/** @type {readonly string[]} */ paths) {
  const files = execFileSync('git', ['ls-files', ...paths], { encoding: 'utf8' }).split('\n')
  return new Map(files.filter((file) => file.endsWith('.ts')).map((file) => [file, readFileSync(file, 'utf8')]))
}

/** @template T @param {readonly T[]} from @param {number} start @param {number} most @returns {T[]} */
function sample(from, start, most) {
  let state = start >>> 0
  const next = () => {
    // mulberry32: small, and the same everywhere.
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const pool = [...from]
  const taken = []
  while (taken.length < most && pool.length > 0) taken.push(...pool.splice(Math.floor(next() * pool.length), 1))
  return taken
}
