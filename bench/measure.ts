import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { childFile } from './child.ts'
import { CLI } from './place.ts'

export interface Timed {
  readonly seconds: number
  readonly stdout: string
}

/** Runs a command to its end, timed as whoever calls it would. @throws when it fails. */
export function timed(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => {
      const seconds = (performance.now() - begun) / 1000
      if (code === 0) resolve({ seconds, stdout })
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`))
    })
  })
}

/** Runs the built program. */
export function tenfold(args: readonly string[], cwd: string): Promise<Timed> {
  return timed(process.execPath, [CLI, ...args], cwd)
}

/** Runs the built program, and finds the most memory that it had, in bytes. */
export async function weighed(args: readonly string[], cwd: string): Promise<Timed & { readonly peak: number }> {
  const file = join(cwd, 'peak')
  const preload = ['--import', pathToFileURL(childFile('peak-memory')).href]
  const env = { ...process.env, TENFOLD_BENCH_PEAK: file }
  const run = await timed(process.execPath, [...preload, CLI, ...args], cwd, env)
  return { ...run, peak: Number(readFileSync(file, 'utf8')) }
}

/** What takes longer than this is not done again: the longer a measurement, the less a disturbance matters. */
const ENOUGH_SECONDS = 20

/** Does something a few times, one after the other. */
export async function repeat<T>(rounds: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const begun = performance.now()
  const results: T[] = []
  for (let round = 0; round < rounds && (round === 0 || !isEnough(begun)); round++) results.push(await work(round))
  return results
}

function isEnough(begun: number): boolean {
  return performance.now() - begun > ENOUGH_SECONDS * 1000
}

export async function medianSeconds(rounds: number, work: (round: number) => Promise<Timed>): Promise<number> {
  return median((await repeat(rounds, work)).map(({ seconds }) => seconds))
}

/** Several things in turn, so that a disturbance of the machine meets them all; the median of each, in seconds. */
export async function inTurns<K extends string>(
  rounds: number,
  works: Readonly<Record<K, (round: number) => Promise<Timed>>>,
): Promise<ReadonlyMap<K, number>> {
  const names = Object.keys(works).filter((name): name is K => name in works)
  const seconds = new Map<K, number[]>(names.map((name) => [name, []]))
  const begun = performance.now()
  for (let round = 0; round < rounds && (round === 0 || !isEnough(begun)); round++) {
    for (const name of names) seconds.get(name)?.push((await works[name](round)).seconds)
  }
  return new Map([...seconds].map(([name, all]) => [name, median(all)]))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  if (low === undefined || high === undefined) throw new RangeError('a median of nothing')
  return (low + high) / 2
}

/** The number under a key of what somebody printed as JSON. */
export function numberIn(value: unknown, key: string): number {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const found: unknown = entries.find(([name]) => name === key)?.[1]
  if (typeof found !== 'number') throw new TypeError(`there is no number "${key}" in ${JSON.stringify(value)}`)
  return found
}
