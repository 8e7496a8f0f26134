import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ROOT } from '../support/run.ts'

export const VECTORS = join(ROOT, 'vectors')

export interface VectorQuestion {
  readonly ask: string
  readonly [member: string]: unknown
}

export interface VectorStep {
  readonly store: string
  readonly now: string
  readonly want: unknown
  readonly answers?: readonly { readonly question: VectorQuestion; readonly now?: string; readonly answer: unknown }[]
}

export interface Vector {
  readonly about: string
  readonly environment?: string
  readonly identity?: string
  readonly modes: readonly Mode[]
  readonly init?: unknown
  readonly steps: readonly VectorStep[]
}

export type Mode = 'full' | 'lazy'

export interface InitOptions {
  readonly trust: string
  readonly environment?: string | undefined
  readonly identity?: string | undefined
  readonly mode: Mode
}

/** A reader in any language, by the three verbs of vectors/README.md. */
export interface ExaminedReader {
  init(state: string, options: InitOptions): Promise<unknown>
  refresh(state: string, store: string, now: string): Promise<unknown>
  get(state: string, store: string, now: string, questions: readonly VectorQuestion[]): Promise<readonly unknown[]>
}

export function vectorNames(): string[] {
  return readdirSync(join(VECTORS, 'stores')).sort()
}

export function vectorOf(name: string): Vector {
  const vector: Vector = JSON.parse(readFileSync(join(VECTORS, 'stores', name, 'want.json'), 'utf8'))
  return vector
}

/** Takes one vector in one mode; returns what is other than it should be. */
export async function take(reader: ExaminedReader, name: string, mode: Mode): Promise<string[]> {
  const { environment, identity, init = {}, steps } = vectorOf(name)
  const folder = join(VECTORS, 'stores', name)
  const state = mkdtempSync(join(tmpdir(), 'tenfold-vector-'))
  const wrong: string[] = []
  const compare = (what: string, said: unknown, wanted: unknown): void => {
    if (isDeepStrictEqual(said, wanted)) return
    wrong.push(`${what}: ${JSON.stringify(said)}, and not ${JSON.stringify(wanted)}`)
  }
  try {
    const trust = join(folder, 'trust.json')
    const own = identity === undefined ? undefined : join(folder, identity)
    compare('init', await reader.init(state, { trust, environment, identity: own, mode }), init)
    for (const [i, { store, now, want, answers = [] }] of steps.entries()) {
      const url = `file:${join(folder, store)}`
      compare(`refresh ${i + 1}`, await reader.refresh(state, url, now), want)
      for (const time of new Set(answers.map((one) => one.now ?? now))) {
        const those = answers.filter((one) => (one.now ?? now) === time)
        const said = await reader.get(
          state,
          url,
          time,
          those.map(({ question }) => question),
        )
        for (const [n, { question, answer }] of those.entries()) {
          compare(`get ${i + 1}, ${JSON.stringify(question)} at ${time}`, said[n], answer)
        }
      }
    }
  } catch (error) {
    wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
  return wrong
}
