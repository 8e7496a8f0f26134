import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { environment } from '../bundle/git/environment.ts'
import { ChunkReader } from './chunk-reader.ts'
import { Failure } from './failure.ts'

export interface GitObject {
  /** In full, in hexadecimal. */
  readonly id: string
  readonly type: string
  readonly bytes: Buffer
}

/** Milliseconds without a question after which the process goes. */
const IDLE_MS = 5000

/**
 * Single objects of a repository, through one process that stays while there are questions. Starting a process takes
 * longer than all that a run without changes does otherwise. It holds up nobody's end.
 */
export class GitObjects {
  readonly #top: string
  #running: Running | undefined
  #idle: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(top: string) {
    this.#top = top
  }

  /** What any name that git knows stands for: an id, `HEAD^{commit}`, `COMMIT:PATH`; undefined where it is nothing. */
  async read(name: string): Promise<GitObject | undefined> {
    const found = await this.readUpTo(name, Infinity)
    return found === 'too-large' ? undefined : found
  }

  /** The same; one that has more bytes is passed over. @throws {Failure} when git ends without an answer. */
  readUpTo(name: string, most: number): Promise<GitObject | 'too-large' | undefined> {
    // Each question is one line.
    if (name.includes('\n')) return Promise.resolve(undefined)
    const turn = this.#last.then(() => this.#ask(name, most))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #ask(name: string, most: number): Promise<GitObject | 'too-large' | undefined> {
    clearTimeout(this.#idle)
    const { child, reader } = (this.#running ??= start(this.#top))
    hold(child, true)
    try {
      child.stdin.write(`${name}\n`)
      const header = await reader.line()
      if (header === '') throw ended()
      const [, id, type, size] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(header) ?? []
      if (id === undefined || type === undefined) return undefined
      const length = Number(size)
      if (length > most) {
        await reader.skip(length + 1)
        return 'too-large'
      }
      const bytes = await reader.take(length + 1)
      if (bytes.length !== length + 1) throw ended()
      return { id, type, bytes: bytes.subarray(0, length) }
    } catch (error) {
      this.#stop()
      throw error
    } finally {
      hold(child, false)
      this.#idle = setTimeout(() => this.#stop(), IDLE_MS).unref()
    }
  }

  #stop(): void {
    this.#running?.child.stdin.end()
    this.#running = undefined
  }
}

type Child = ChildProcessByStdio<Writable, Readable, null>

interface Running {
  readonly child: Child
  readonly reader: ChunkReader
}

function start(top: string): Running {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: top, env: environment(process.env), stdio: ['pipe', 'pipe', 'ignore'],
  })
  // Whoever waits hears of it by the output that ends.
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  return { child, reader: new ChunkReader(child.stdout) }
}

/** Whether this process waits for that one before it ends. */
function hold(child: Child, isHeld: boolean): void {
  for (const one of [child, child.stdin, child.stdout]) {
    if (!(one === child || one instanceof Socket)) continue
    if (isHeld) one.ref()
    else one.unref()
  }
}

function ended(): Failure {
  return new Failure('world', 'git ended before it answered', '`git fsck` tells whether the repository is whole')
}
