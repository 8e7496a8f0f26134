/**
 * Do readers in every language read a store alike? Each takes the exam of `vectors/`, by the protocol of its page.
 *
 *     npx tsx test/conformance/vectors.ts                     # some of the vectors, each verb a process of its own
 *     npx tsx test/conformance/vectors.ts --all               # all of them: many minutes
 *     npx tsx test/conformance/vectors.ts --all -- my-reader  # another reader alone
 *     npx tsx test/conformance/vectors.ts --mutants           # a reader that is wrong in one place, each of which has to fail
 *
 * The SDK's own tests take all of them in one process, and so do those of python/.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { take, vectorNames, vectorOf } from '../vectors/exam.ts'
import { ROOT } from '../support/run.ts'
import { NotSupported, readerBehind } from './vectors/by-protocol.ts'
import { PYTHON_MUTANTS, type ReaderMutant, TYPESCRIPT_MUTANTS } from './vectors/mutants.ts'

/** Every so many, of those that are taken by processes. */
const EVERY = 9

const args = process.argv.slice(2)
const cut = args.indexOf('--')
const own = cut < 0 ? [] : args.slice(cut + 1)
const flags = cut < 0 ? args : args.slice(0, cut)

async function examine(name: string, command: readonly string[]): Promise<boolean> {
  const reader = readerBehind(command)
  const names = vectorNames().filter((_, i) => flags.includes('--all') || i % EVERY === 0)
  let [passed, failed, skipped] = [0, 0, 0]
  for (const vector of names) {
    for (const mode of vectorOf(vector).modes) {
      try {
        const wrong = await take(reader, vector, mode)
        if (wrong.some((what) => what.includes(NotSupported.name))) skipped++
        else if (wrong.length === 0) passed++
        else {
          failed++
          for (const what of wrong) console.error(`${name}: ${vector}, ${mode}: ${what}`)
        }
      } catch (error) {
        failed++
        console.error(`${name}: ${vector}, ${mode}: ${String(error)}`)
      }
    }
  }
  console.log(`vectors: ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 && skipped === 0 && passed > 0
}

/** Changes one place of a copy of a reader at a time, and takes the exam there. */
function mutants(
  who: string,
  parts: readonly string[],
  links: readonly string[],
  all: readonly ReaderMutant[],
  exam: readonly string[],
): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-vector-mutants-'))
  try {
    for (const part of parts) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    for (const part of links) symlinkSync(join(ROOT, part), join(folder, part))
    let caught = 0
    const [program = '', ...flags] = exam
    const cwd = who === 'python' ? join(folder, 'python') : folder
    for (const [file, from, to] of all) {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
      writeFileSync(
        path,
        text.replace(from, () => to),
      )
      const { status } = spawnSync(program, flags, {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      })
      writeFileSync(path, text)
      if (status !== 0) caught++
      else console.error(`vectors: nobody notices ${file}: ${from}`)
    }
    console.log(`vectors: ${caught} of ${all.length} readers that are wrong were caught (${who})`)
    return caught === all.length
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const results: boolean[] = []
const python = process.env['TENFOLD_PYTHON'] ?? join(ROOT, '.tenfold', 'python', 'bin', 'python')
if (flags.includes('--mutants')) {
  const parts = ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']
  const links = ['node_modules', 'vectors', 'config', 'schemas']
  const vitest = ['npx', 'vitest', 'run', '--bail=1', 'test/vectors']
  if (!flags.includes('--python')) results.push(mutants('typescript', parts, links, TYPESCRIPT_MUTANTS, vitest))
  const own = PYTHON_MUTANTS.map(([file, from, to]): ReaderMutant => [`python/tenfold/${file}`, from, to])
  const pytest = [python, '-m', 'pytest', '-q', '-x', 'tests/test_vectors.py']
  if (existsSync(python)) results.push(mutants('python', ['python'], ['vectors'], own, pytest))
} else if (own.length > 0) results.push(await examine('the reader', own))
else {
  const tsx = [process.execPath, '--import', 'tsx', join(ROOT, 'test/conformance/vectors/adapter.ts')]
  results.push(await examine('typescript', tsx))
  if (existsSync(python)) results.push(await examine('python', [python, join(ROOT, 'python/conformance/adapter.py')]))
  else console.log('vectors: python is left out: python/check.sh makes what it runs in')
}
process.exitCode = results.every(Boolean) ? 0 : 1
