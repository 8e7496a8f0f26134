import { close, constants, open, read } from 'node:fs'
import { join } from 'node:path'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../../store/format/object.ts'
import { MAX_HEAD_BYTES } from '../../store/format/manifest.ts'
import { TenfoldError } from '../errors.ts'
import type { Store } from '../store.ts'

/** A store in a folder. */
export class FileStore implements Store {
  readonly url: string
  readonly folder: string

  constructor(url: string, folder: string) {
    this.url = url
    this.folder = folder
  }

  async head(): Promise<Buffer> {
    const bytes = await this.#read('head.json', MAX_HEAD_BYTES)
    if (bytes === 'absent') {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: ${this.folder} has no head.json`)
    }
    if (bytes === 'unfit') throw this.#damaged('its head.json is not a file of at most 64 KiB')
    return bytes
  }

  async object(ref: Ref): Promise<Buffer> {
    const bytes = await this.#read(pathOf(ref), lengthOf(ref))
    if (bytes === 'absent') throw this.#damaged(`object ${hexOf(ref)} is missing`)
    if (bytes === 'unfit' || !matches(ref, bytes)) throw this.#damaged(`object ${hexOf(ref)} is not what its name says`)
    return bytes
  }

  async #read(path: string, most: number): Promise<Buffer | 'absent' | 'unfit'> {
    try {
      return await readAtMost(join(this.folder, path), most)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
      if (NO_FILE.has(code)) return 'unfit'
      throw new TenfoldError('store_unreadable', `cannot read ${path} of ${this.url}: ${code}`, { cause: error })
    }
  }

  #damaged(why: string): TenfoldError {
    return new TenfoldError('store_damaged', `the store ${this.url} is damaged: ${why}`)
  }
}

/** What reading says of a folder, of a pipe and of a socket. */
const NO_FILE: ReadonlySet<string> = new Set(['EISDIR', 'ESPIPE', 'ENXIO'])

// Opening a pipe would wait for a writer for ever; with this it fails or is seen not to be a file.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * A file's bytes; `unfit` where there are more of them, which are not read: a foreign file costs neither memory nor
 * time. A service of a million accounts reads tens of thousands of files at its start, and with promises for each step
 * that takes three times as long.
 */
function readAtMost(file: string, most: number): Promise<Buffer | 'unfit'> {
  return new Promise((resolve, reject) => {
    open(file, READ, (failure, fd) => {
      if (failure !== null) return reject(failure)
      const end = (error: Error | null, bytes: Buffer | 'unfit'): void => {
        close(fd, () => {})
        if (error === null) resolve(bytes)
        else reject(error)
      }
      // Not from the shared pool: an object may stay in memory for as long as the service runs.
      const bytes = Buffer.allocUnsafeSlow(most + 1)
      const more = (length: number): void => {
        read(fd, bytes, length, bytes.length - length, length, (error, count) => {
          if (error !== null) end(error, bytes)
          else if (length + count > most) end(null, 'unfit')
          // With room for one more byte, there would have been one.
          else if (count === 0 || length + count === most) end(null, bytes.subarray(0, length + count))
          else more(length + count)
        })
      }
      more(0)
    })
  })
}

/** Not asked whether it is an `Error`: where a test runner gives a module globals of its own, node's are others. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error'
}
