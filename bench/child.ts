import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { CACHE, ROOT } from './place.ts'

const SOURCES = join(ROOT, 'bench', 'children')
const BUILT = join(CACHE, 'children')

/** Builds the children, so that a measured process runs node alone: a loader would be in every number. */
export async function buildChildren(): Promise<void> {
  await build({
    entryPoints: readdirSync(SOURCES).map((file) => join(SOURCES, file)),
    outdir: BUILT,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
}

/** Returns where a child is once it is built. */
export function childFile(name: string): string {
  return join(BUILT, `${name}.js`)
}

/** A measurement in a process of its own: it prints one JSON object a line, and may be asked for more. */
export class Child {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(name: string, input: object, flags: readonly string[] = ['--expose-gc']) {
    this.#child = spawn(process.execPath, [...flags, childFile(name), JSON.stringify(input)], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const { stdout } = this.#child
    if (stdout === null) throw new Error('a child without an output')
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** Starts, takes the one answer, and ends. */
  static async once(name: string, input: object, flags?: readonly string[]): Promise<unknown> {
    const child = new Child(name, input, flags)
    try {
      return await child.answer()
    } finally {
      child.end()
    }
  }

  async answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('a child ended without an answer')
    return JSON.parse(value)
  }

  /** Lets it go on, and takes what it says then. */
  ask(word = 'go'): Promise<unknown> {
    this.#child.stdin?.write(`${word}\n`)
    return this.answer()
  }

  end(): void {
    this.#child.kill()
  }
}
