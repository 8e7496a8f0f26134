import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Failure, codeOf } from '../../base/failure.ts'

/** How often a file is read again. */
const EVERY_MS = 1_000

/**
 * A small file that is replaced while the server runs: a token that is revoked, a certificate that is renewed. It is read
 * whole, since the time of a file says nothing of a change within the same moment. A file that is emptied or deleted is
 * an empty one, once it was found so twice: who writes it in place empties it for a moment. What cannot be read
 * otherwise, or is wrong, leaves what was there.
 */
export class WatchedFile<T> {
  /** What the file says now. */
  value: T
  readonly #path: string
  readonly #parse: (text: string, path: string) => T
  readonly #onChange: (value: T) => void
  readonly #onProblem: (error: Error) => void
  readonly #timer: NodeJS.Timeout
  #text: string
  /** Whether the last look found nothing where there had been something. */
  #isEmptied = false
  /** The last problem, told once. */
  #told: string | undefined

  /** @throws {Failure} when it cannot be read now. */
  constructor(
    path: string,
    parse: (text: string, path: string) => T,
    onChange: (value: T) => void,
    onProblem: (error: Error) => void,
  ) {
    this.#path = path
    this.#parse = parse
    this.#onChange = onChange
    this.#onProblem = onProblem
    this.#text = read(path)
    this.value = parse(this.#text, path)
    this.#timer = setInterval(() => void this.#look(), EVERY_MS).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      const text = await readIfThere(this.#path)
      const wasEmptied = this.#isEmptied
      this.#isEmptied = text === ''
      if (text === this.#text || (text === '' && !wasEmptied)) return
      const value = this.#parse(text, this.#path)
      this.#text = text
      this.value = value
      this.#told = undefined
      this.#onChange(value)
    } catch (error) {
      const problem = error instanceof Failure ? error : unreadable(this.#path, error)
      if (problem.message !== this.#told) this.#onProblem(problem)
      this.#told = problem.message
    }
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

function unreadable(path: string, error: unknown): Failure {
  const help = 'name a file that this process may read'
  return new Failure('usage', `cannot read ${path} (${codeOf(error) || 'unknown error'})`, help, { cause: error })
}
