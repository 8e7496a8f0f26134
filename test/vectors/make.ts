/**
 * Writes `vectors/` out of the program: stores that a reader has to believe or refuse, and questions with their answers.
 * They are frozen once they are written; a rule that is new gets vectors of its own.
 *
 *     npx tsx test/vectors/make.ts            # writes those that are missing
 *     npx tsx test/vectors/make.ts --all      # writes all anew, for another version of the format
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import type { Case } from './cases.ts'
import { CONTENT_CASES } from './content-cases.ts'
import { type Mode, type Vector, type VectorStep, VECTORS, take } from './exam.ts'
import { HEAD_CASES } from './head-cases.ts'
import { FIRST, START, type VectorStore } from './publisher.ts'
import { ROLLOUT_CASES } from './rollout-cases.ts'
import { writePlainVectors } from './plain-vectors.ts'
import { TRUST_CASES, sealedCases } from './trust-cases.ts'
import { TYPESCRIPT } from './typescript-reader.ts'

const isAll = process.argv.includes('--all')
const cases = [...HEAD_CASES, ...TRUST_CASES, ...CONTENT_CASES, ...ROLLOUT_CASES, ...(await sealedCases())]
const names = cases.map(({ name }) => name)
if (new Set(names).size < names.length)
  throw new Error(`two vectors have one name: ${names.filter((n, i) => names.indexOf(n) !== i).join()}`)

let [written, wrong] = [0, 0]
for (const one of cases) {
  const folder = join(VECTORS, 'stores', one.name)
  if (existsSync(folder) && !isAll) continue
  rmSync(folder, { recursive: true, force: true })
  write(folder, one)
  const problems = await settle(folder, one)
  written++
  wrong += problems.length
  for (const problem of problems) console.error(`${one.name}: ${problem}`)
}
await writePlainVectors(isAll)
console.log(
  `vectors: ${written} written, ${names.length} in all, ${names.filter((name) => name.endsWith('_fail')).length} of them to be refused`,
)
process.exitCode = wrong === 0 ? 0 : 1

function write(folder: string, { trust = FIRST, identity, steps }: Case): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'trust.json'), typeof trust === 'string' ? trust : writeRootDocument(trust))
  if (identity !== undefined) writeFileSync(join(folder, 'identity.txt'), `${identity}\n`)
  for (const [i, { store }] of steps.entries()) writeStore(join(folder, String(i + 1)), store)
}

function writeStore(folder: string, { objects, head }: VectorStore): void {
  mkdirSync(folder, { recursive: true })
  if (head !== undefined && head.length > 0) writeFileSync(join(folder, 'head.json'), head)
  for (const [name, bytes] of objects) {
    const file = join(folder, 'objects', name.slice(0, 2), name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
}

/** Asks the SDK what it makes of a vector, holds that to what the vector is for, and freezes it. */
async function settle(folder: string, one: Case): Promise<string[]> {
  const { about, environment, identity, isFullOnly = false, initError, name } = one
  const modes: readonly Mode[] = isFullOnly ? ['full'] : ['full', 'lazy']
  const asked: VectorStep[] = one.steps.map(({ now = START, error, answers = [] }, i) => ({
    store: String(i + 1),
    now,
    want: error === undefined ? {} : { error },
    answers: answers.map(({ question, now: at }) => ({ question, ...(at !== undefined && { now: at }), answer: null })),
  }))
  const said: unknown[] = []
  const recording = {
    ...TYPESCRIPT,
    refresh: async (...args: Parameters<typeof TYPESCRIPT.refresh>) => kept(await TYPESCRIPT.refresh(...args)),
    get: async (...args: Parameters<typeof TYPESCRIPT.get>) => {
      const answers = await TYPESCRIPT.get(...args)
      for (const answer of answers) kept(answer)
      return answers
    },
  }
  function kept(value: unknown): unknown {
    said.push(value)
    return value
  }
  const vector = (steps: readonly VectorStep[]): Vector => ({
    about,
    ...(environment !== undefined && { environment }),
    ...(identity !== undefined && { identity: 'identity.txt' }),
    modes,
    ...(initError !== undefined && { init: { error: initError } }),
    steps,
  })
  freeze(folder, vector(asked))
  await take(recording, name, 'full')
  const steps = asked.map((step): VectorStep => {
    const want = said.shift()
    const answers = step.answers ?? []
    // `get` is called once for each time, in the order of the times.
    const times = [...new Set(answers.map((answer) => answer.now ?? step.now))]
    const given = new Map(
      times.flatMap((time) => answers.filter((a) => (a.now ?? step.now) === time)).map((a) => [a, said.shift()]),
    )
    return { ...step, want, answers: answers.map((answer) => ({ ...answer, answer: given.get(answer) ?? null })) }
  })
  freeze(folder, vector(steps))
  const problems: string[] = []
  for (const [i, { error }] of one.steps.entries()) {
    const got: unknown = steps[i]?.want
    const code = typeof got === 'object' && got !== null && 'error' in got ? got.error : undefined
    if (code !== error) problems.push(`step ${i + 1} is ${JSON.stringify(got)}, and not ${error ?? 'believed'}`)
  }
  for (const mode of modes) problems.push(...(await take(TYPESCRIPT, name, mode)).map((what) => `${mode}: ${what}`))
  return problems
}

function freeze(folder: string, vector: Vector): void {
  writeFileSync(join(folder, 'want.json'), `${JSON.stringify(vector, null, 2)}\n`)
}
