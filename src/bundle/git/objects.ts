import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** Milliseconds without a question after which the process goes, so that it holds up nobody's end. */
const IDLE_MS = 50
const NOTHING = Buffer.alloc(0)

interface Question {
  readonly name: string
  readonly fits: (size: number) => boolean
  readonly answer: (bytes: Buffer | 'absent' | 'unfit') => void
  readonly fail: (error: Error) => void
}

/** Contents out of a repository, through one process that stays while there are questions. */
export class GitObjects {
  readonly #gitDir: string
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined
  #idle: NodeJS.Timeout | undefined
  #waiting: Question[] = []
  #chunks: Buffer[] = []
  #length = 0
  /** What is still to come of the present answer; undefined while its header is. */
  #coming: { readonly left: number; readonly fits: boolean } | undefined

  constructor(gitDir: string, env: Readonly<Record<string, string>>) {
    this.#gitDir = gitDir
    this.#env = env
  }

  /** A blob by its id, or by `COMMIT:PATH`; of a size that does not fit, nothing is kept. */
  read(name: string, fits: (size: number) => boolean): Promise<Buffer | 'absent' | 'unfit'> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ name, fits, answer, fail })
      clearTimeout(this.#idle)
      this.#running().stdin.write(`${name}\n`)
    })
  }

  #running(): ChildProcessByStdio<Writable, Readable, null> {
    if (this.#child !== undefined) return this.#child
    const child = spawn('git', ['--git-dir', this.#gitDir, 'cat-file', '--batch'], {
      env: this.#env, stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#child = child
    const lost = (why: Error): void => {
      if (this.#child !== child) return
      const waiting = this.#waiting
      this.#forget()
      for (const { fail } of waiting) fail(why)
    }
    child.on('error', lost)
    child.on('close', () => lost(new Error('git cat-file ended before it answered')))
    // Whoever waits hears of it when the process closes.
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#child !== child) return
      this.#chunks.push(chunk)
      this.#length += chunk.length
      while (this.#take()) continue
      if (this.#waiting.length === 0) this.#rest()
    })
    return child
  }

  /** Whether a step was taken with what has come so far. */
  #take(): boolean {
    const [question] = this.#waiting
    if (question === undefined) return false
    if (this.#coming === undefined) {
      const line = this.#line()
      if (line === undefined) return false
      const [, type, digits] = / (blob|tree|commit|tag) (\d+)$/.exec(line) ?? []
      const size = Number(digits)
      if (type === undefined) this.#answer('absent')
      // A line end follows the content.
      else this.#coming = { left: size + 1, fits: type === 'blob' && question.fits(size) }
      return true
    }
    const { left, fits } = this.#coming
    if (!fits && this.#length < left) {
      this.#coming = { left: left - this.#length, fits }
      this.#keep(NOTHING)
    }
    if (this.#length < left) return false
    const all = this.#joined()
    // Not from the shared pool: an object may stay in memory for as long as a service runs.
    const bytes = Buffer.allocUnsafeSlow(fits ? left - 1 : 0)
    all.copy(bytes, 0, 0, bytes.length)
    this.#keep(all.subarray(left))
    this.#coming = undefined
    this.#answer(fits ? bytes : 'unfit')
    return true
  }

  #answer(bytes: Buffer | 'absent' | 'unfit'): void {
    this.#waiting.shift()?.answer(bytes)
  }

  #line(): string | undefined {
    const all = this.#joined()
    const end = all.indexOf(10)
    if (end < 0) return undefined
    this.#keep(all.subarray(end + 1))
    return all.toString('utf8', 0, end)
  }

  #joined(): Buffer {
    const [first] = this.#chunks
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
  }

  #rest(): void {
    const child = this.#child
    this.#idle = setTimeout(() => {
      this.#forget()
      child?.stdin.end()
    }, IDLE_MS)
  }

  #forget(): void {
    clearTimeout(this.#idle)
    this.#child = undefined
    this.#waiting = []
    this.#coming = undefined
    this.#keep(NOTHING)
  }
}
