import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'

export interface GitObject {
  /** In full, in hexadecimal. */
  readonly id: string
  readonly type: string
  readonly bytes: Buffer
}

/** Milliseconds without a question after which the process ends. */
const IDLE_MS = 5000

interface Question {
  readonly name: string
  readonly fits: (size: number) => boolean
  readonly answer: (found: GitObject | 'absent' | 'unfit') => void
  readonly fail: (error: Error) => void
}

interface Header {
  readonly id: string
  readonly type: string
  readonly size: number
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

const NOTHING = Buffer.alloc(0)
/** The number of characters of git's error output that are kept. */
const MOST_WORDS = 4096

/**
 * Reads single objects of a repository, through one process that stays while there are questions: starting one takes
 * longer than the rest of a run without changes. It keeps no other process alive.
 */
export class GitObjects {
  readonly #folder: string
  readonly #env: Readonly<Record<string, string>>
  #child: Child | undefined
  #idle: NodeJS.Timeout | undefined
  #waiting: Question[] = []
  #chunks: Buffer[] = []
  #length = 0
  /** Of the answer that is arriving; undefined until its header is complete. */
  #header: Header | undefined
  /** How many bytes of an unfit answer are still to be skipped. */
  #passing = 0

  /** @param env names the repository (`GIT_DIR`). */
  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#env = env
  }

  /**
   * Reads the object of any name that git knows: an id, `HEAD^{commit}`, `COMMIT:PATH`. Of one whose size does not fit,
   * nothing is kept. @throws {GitEnded} when git ends without an answer.
   */
  read(name: string, fits: (size: number) => boolean = () => true): Promise<GitObject | 'absent' | 'unfit'> {
    // Each question is one line.
    if (name.includes('\n')) return Promise.resolve('absent')
    return new Promise((answer, fail) => {
      const child = this.#running()
      this.#waiting.push({ name, fits, answer, fail })
      clearTimeout(this.#idle)
      hold(child, true)
      child.stdin.write(`${name}\n`)
    })
  }

  #running(): Child {
    if (this.#child !== undefined) return this.#child
    const child = spawn('git', ['cat-file', '--batch'], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child = child
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-MOST_WORDS)
    })
    child.on('error', (error) => this.#lost(child, error))
    child.on('close', () => this.#lost(child, new GitEnded(words)))
    // Callers that wait learn of it when the process closes.
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => this.#receive(child, chunk))
    return child
  }

  #receive(child: Child, chunk: Buffer): void {
    if (this.#child !== child) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#take()) continue
    if (this.#waiting.length > 0) return
    hold(child, false)
    this.#idle = setTimeout(() => this.#stop(child), IDLE_MS).unref()
  }

  /** Whether the bytes received so far allowed a step. */
  #take(): boolean {
    if (this.#passing > 0) return this.#pass()
    const [question] = this.#waiting
    if (question === undefined) return false
    if (this.#header === undefined) return this.#begin(question)
    const { id, type, size } = this.#header
    // A line end follows the content.
    if (this.#length < size + 1) return false
    const all = this.#joined()
    // Not from the shared pool: an object may stay in memory for as long as a service runs.
    const bytes = Buffer.allocUnsafeSlow(size)
    all.copy(bytes, 0, 0, size)
    this.#keep(all.subarray(size + 1))
    this.#header = undefined
    this.#answer({ id, type, bytes })
    return true
  }

  #begin({ fits }: Question): boolean {
    const line = this.#line()
    if (line === undefined) return false
    const [, id, type, digits] = /^([0-9a-f]+) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? []
    const size = Number(digits)
    if (id === undefined || type === undefined) this.#answer('absent')
    else if (fits(size)) this.#header = { id, type, size }
    else {
      this.#passing = size + 1
      this.#answer('unfit')
    }
    return true
  }

  #pass(): boolean {
    const passed = Math.min(this.#passing, this.#length)
    this.#keep(this.#joined().subarray(passed))
    this.#passing -= passed
    return passed > 0
  }

  #answer(found: GitObject | 'absent' | 'unfit'): void {
    this.#waiting.shift()?.answer(found)
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
    const joined = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    this.#keep(joined)
    return joined
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
  }

  #stop(child: Child): void {
    if (this.#child === child) this.#forget()
    child.stdin.end()
  }

  #lost(child: Child, why: Error): void {
    if (this.#child !== child) return
    const waiting = this.#waiting
    this.#forget()
    for (const { fail } of waiting) fail(why)
  }

  #forget(): void {
    clearTimeout(this.#idle)
    this.#child = undefined
    this.#waiting = []
    this.#header = undefined
    this.#passing = 0
    this.#keep(NOTHING)
  }
}

/** git ended before it answered; the message is git's own, if it gave one. */
export class GitEnded extends Error {
  override readonly name = 'GitEnded'
  readonly isSilent: boolean

  constructor(words: string) {
    super(words.trim() === '' ? 'git ended before it answered' : words)
    this.isSilent = words.trim() === ''
  }
}

/** Whether this process waits for that one before it ends. */
function hold(child: Child, isHeld: boolean): void {
  for (const one of [child, child.stdin, child.stdout, child.stderr]) {
    if (!(one === child || one instanceof Socket)) continue
    if (isHeld) one.ref()
    else one.unref()
  }
}
