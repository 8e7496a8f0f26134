import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSandbox } from './sandbox.mjs'
import { Tests } from './tests-in-process.mjs'

/*
 * Mutants: 400 small mistakes, chosen by a seed, in the folders whose mistakes would be the worst; how many of them
 * do the tests find?
 *
 *     npm run mutants [-- SEED [COUNT]]
 *
 * Or all those of one file, by the tests whose paths contain one of these texts:
 *
 *     npm run mutants -- FILE TESTS...
 *
 * The mistakes are Stryker's, which is installed into this folder, and nowhere else. They are made in a copy of the
 * sources, one at a time. Texts are not mutated: a message has a test where its words matter. Each mutant is told of once
 * it was tested, and so is `.stryker/report.json`; those that no test found are printed again at the end.
 */
const HERE = import.meta.dirname
const ROOT = join(HERE, '..', '..')
/** The folders that are mutated, and those whose tests are about them. */
const ROOMS = {
  domain: ['test/domain/', 'test/properties/resolve', 'test/lint/', 'test/cli/explain', 'test/sdk/'],
  store: ['test/store/', 'test/properties/', 'test/publish/'],
  trust: ['test/trust/'],
  compare: ['test/compare/', 'test/review/'],
  review: ['test/review/'],
  edit: ['test/edit/'],
  draft: ['test/draft/'],
}
const [first = '1', ...others] = process.argv.slice(2)
const isSample = /^\d+$/.test(first)

process.chdir(ROOT)
const isThere = first.startsWith('src/') && existsSync(first)
if (!isSample && (!isThere || others.length === 0)) {
  const what = isThere ? 'it names no tests' : `${first} is no file below src/`
  fail(`${what}: npm run mutants -- SEED [COUNT], or npm run mutants -- FILE TESTS...`)
}
if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' })
}
const all = await mutants(isSample ? filesOfRooms() : [first])
const chosen = isSample ? sample(all, Number(first), Number(others[0] ?? 400)) : all
console.log(`${chosen.length} of ${all.length} mutants${isSample ? `, seed ${first}` : ''}`)

const sandbox = makeSandbox(ROOT, join(ROOT, '.stryker', 'sandbox'))
const tests = new Tests(sandbox, isSample ? ['test/'] : others)
const failure = await tests.failure()
if (failure !== undefined) {
  tests.end()
  fail(failure)
}
/** @type {{ readonly outcome: import('./tests-in-process.mjs').Outcome, readonly said: string }[]} */
const tested = []
for (const mutant of chosen) {
  const { file } = mutant
  const path = join(sandbox, file)
  const text = readFileSync(file, 'utf8')
  writeFileSync(path, mutated(text, mutant))
  const outcome = await tests.run(file, ownTests(file))
  writeFileSync(path, text)
  const said = `${file}:${mutant.location.start.line + 1}:${mutant.location.start.column + 1} ${outcome} ${described(mutant)}`
  tested.push({ outcome, said })
  console.log(`${tested.length}. ${said}`)
  writeFileSync('.stryker/report.json', JSON.stringify(tested, null, 1))
}
tests.end()
const left = tested.filter(({ outcome }) => outcome === 'survived')
const found = tested.length - left.length
console.log(['', ...left.map(({ said }) => said)].join('\n'))
console.log(`${found} of ${tested.length} mutants found: ${((100 * found) / tested.length).toFixed(1)} %`)

/** The folders with the tests of a file. */
function ownTests(/** @type {string} */ file) {
  const room = Object.entries(ROOMS).find(([name]) => file.startsWith(`src/${name}/`))
  return room?.[1] ?? []
}

/** @typedef {{ readonly location: { readonly start: Place, readonly end: Place }, readonly replacement: string, readonly mutatorName: string }} Change */
/** @typedef {{ readonly line: number, readonly column: number }} Place */

/** Puts a mutant in the place of what it replaces, in brackets where it could bind less than what is around it. */
function mutated(
  /** @type {string} */ text,
  /** @type {Change} */ { location: { start, end }, replacement, mutatorName },
) {
  const lines = text.split('\n')
  const offset = (/** @type {Place} */ { line, column }) => {
    return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, column)
  }
  const [before, behind] = [text.slice(0, offset(start)), text.slice(offset(end))]
  // At the beginning of a line, a bracket would be taken for a call of what is on the line before.
  const isWhole = mutatorName === 'BlockStatement' || /^(case|default)\b/.test(replacement) || /\n\s*$/.test(before)
  return before + (isWhole ? replacement : `(${replacement})`) + behind
}

function described(/** @type {Change} */ { mutatorName, replacement }) {
  return `${mutatorName}: ${replacement.replace(/\s+/g, ' ').slice(0, 80)}`
}

function fail(/** @type {string} */ message) {
  console.error(message)
  process.exit(2)
}

function filesOfRooms() {
  const folders = Object.keys(ROOMS).map((room) => `src/${room}`)
  const files = execFileSync('git', ['ls-files', ...folders], { encoding: 'utf8' })
  return files.split('\n').filter((file) => file.endsWith('.ts'))
}

/** Returns every mutant of these files, each with its file relative to the root. */
async function mutants(/** @type {readonly string[]} */ files) {
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

function relativeTo(/** @type {string} */ path) {
  return path.slice(path.indexOf('src/'))
}
