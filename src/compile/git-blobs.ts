import { spawn } from 'node:child_process'
import { Failure } from './failure.ts'
import type { Repository } from './git.ts'
import { MAX_FILE_BYTES } from './parse.ts'
import type { Content, Located } from './read.ts'

/** The contents of many blobs, in the order asked for, through one process. */
export async function* readBlobs<F extends Located>(repository: Repository, files: readonly F[]): AsyncGenerator<[F, Content]> {
  if (files.length === 0) return
  const child = spawn('git', ['cat-file', '--batch', '--buffer'], { cwd: repository.top, stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => {})
  child.stdin.end(files.map(({ blob }) => `${blob}\n`).join(''))
  const reader = new ChunkReader(child.stdout)
  try {
    for (const file of files) {
      const header = await reader.line()
      const size = Number(/ blob (\d+)$/.exec(header)?.[1])
      if (Number.isNaN(size)) {
        throw new Failure('world', `git has no content for ${file.path}`, 'fetch the whole history (no partial clone) and run it again')
      }
      if (size > MAX_FILE_BYTES) {
        await reader.skip(size + 1)
        yield [file, 'too-large']
      } else yield [file, (await reader.take(size + 1)).subarray(0, size)]
    }
  } finally {
    child.kill()
  }
}

/** Lines and byte counts out of a stream, without copying what is not asked for yet. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Buffer>
  #buffer: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(10)
      if (end >= 0) {
        const line = this.#buffer.toString('utf8', 0, end)
        this.#buffer = this.#buffer.subarray(end + 1)
        return line
      }
      if (!(await this.#more())) return ''
    }
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      if (this.#buffer.length === 0 && !(await this.#more())) break
      const part = this.#buffer.subarray(0, missing)
      parts.push(part)
      missing -= part.length
      this.#buffer = this.#buffer.subarray(part.length)
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  }

  /** Passes over bytes without keeping them. */
  async skip(length: number): Promise<void> {
    let missing = length
    while (missing > 0 && (this.#buffer.length > 0 || (await this.#more()))) {
      const passed = Math.min(missing, this.#buffer.length)
      missing -= passed
      this.#buffer = this.#buffer.subarray(passed)
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value])
    return true
  }
}
