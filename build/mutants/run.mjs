import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Mutants: 400 small mistakes, chosen by a seed, in the folders whose mistakes would be the worst; how many of them
 * do the tests find?
 *
 *     npm run mutants [-- SEED [COUNT]]
 *
 * Stryker and what it needs are installed into this folder, and nowhere else. Texts are not mutated: a message has a
 * test where its words matter. The result is in `.stryker/report.json`; those that no test finds are printed.
 */
const HERE = import.meta.dirname
const ROOT = join(HERE, '..', '..')
const ROOMS = ['src/domain', 'src/store', 'src/trust', 'src/compare', 'src/review', 'src/edit']
const [seed = 1, count = 400] = process.argv.slice(2).map(Number)

if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' })
}
process.chdir(ROOT)
const all = await mutants()
const chosen = sample(all, seed, count)
console.log(`${chosen.length} of ${all.length} mutants, seed ${seed}`)

const { Stryker } = await import('@stryker-mutator/core')
const keys = new Set(chosen.map(keyOf))
mkdirSync('.stryker', { recursive: true })
process.env['TENFOLD_CHOSEN_MUTANTS'] = join(ROOT, '.stryker', 'chosen.json')
const places = chosen.map(({ location: { start, end } }) => ({ start: fromOne(start), end: fromOne(end) }))
writeFileSync(process.env['TENFOLD_CHOSEN_MUTANTS'], JSON.stringify(places))
const stryker = new Stryker({
  mutate: chosen.map(({ file, location: { start, end } }) => {
    return `${file}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`
  }),
  mutator: { excludedMutations: ['StringLiteral'], plugins: null },
  testRunner: 'vitest',
  plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'), join(HERE, 'only-chosen.mjs')],
  ignorers: ['only-chosen'],
  vitest: { configFile: 'build/mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false, reportScoreTable: false },
  tempDirName: '.stryker/sandbox',
  ignorePatterns: ['dist', '.tenfold', 'bench', 'coverage', '.git'],
  allowConsoleColors: false,
  warnings: false,
  timeoutMS: 20_000,
  // What is computed when a module is loaded would have every test run again for each.
  ignoreStatic: true,
})
const results = await stryker.runMutationTest()

/** A range may hold other mutants than the one that was chosen. */
const ours = results.filter((result) => keys.has(keyOf({ ...result, file: relativeTo(result.fileName) })))
/** Stryker counts lines from 0 where it makes mutants. */
function fromOne(/** @type {{ line: number, column: number }} */ { line, column }) {
  return { line: line + 1, column }
}

const by = (/** @type {string} */ status) => ours.filter((one) => one.status === status)
const found = [...by('Killed'), ...by('Timeout')].length
const left = [...by('Survived'), ...by('NoCoverage')]
writeFileSync('.stryker/report.json', JSON.stringify(ours, null, 1))
for (const {
  fileName,
  location: { start },
  mutatorName,
  replacement,
  status,
} of left) {
  console.log(`${relativeTo(fileName)}:${start.line}:${start.column} ${status} ${mutatorName}: ${shown(replacement)}`)
}
const total = found + left.length
console.log(`${found} of ${total} mutants found: ${((100 * found) / total).toFixed(1)} %`)

/** Returns every mutant of these folders, with its file relative to the root. */
async function mutants() {
  const { createInstrumenter } = await import('@stryker-mutator/instrumenter')
  const { createInjector } = await import('typed-inject')
  const log = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name) => [name, () => {}]))
  const isOff = ['Debug', 'Trace', 'Info', 'Warn', 'Error', 'Fatal'].map((name) => [`is${name}Enabled`, () => false])
  const logger = { ...log, ...Object.fromEntries(isOff) }
  const instrumenter = createInjector()
    .provideValue('logger', logger)
    .provideValue('getLogger', () => logger)
    .provideValue('options', {})
    .injectFunction(createInstrumenter)
  const files = execFileSync('git', ['ls-files', ...ROOMS], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
  const given = files.map((file) => ({ name: join(ROOT, file), content: readFileSync(file, 'utf8'), mutate: true }))
  const { mutants: made } = await instrumenter.instrument(given, {
    plugins: null,
    excludedMutations: ['StringLiteral'],
    ignorers: [],
  })
  return made
    .filter(({ status }) => status === undefined)
    .map((mutant) => ({ ...mutant, file: relativeTo(mutant.fileName) }))
}

/** @template T @param {T[]} from @param {number} start @param {number} most @returns {T[]} */
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

/** @param {{ file: string, location: { start: { line: number, column: number }, end: { line: number, column: number } }, replacement?: string | undefined, mutatorName: string }} mutant */
function keyOf({ file, location, replacement, mutatorName }) {
  const { start, end } = location
  // Stryker counts from 0 where it makes mutants, and from 1 where it reports them.
  return [file, mutatorName, end.line - start.line, start.column, end.column, replacement].join(' ')
}

function relativeTo(/** @type {string} */ path) {
  return path.slice(path.indexOf('src/'))
}

function shown(/** @type {string} */ text) {
  return text.replace(/\s+/g, ' ').slice(0, 80)
}
