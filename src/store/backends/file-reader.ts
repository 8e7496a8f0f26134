import { close, constants, open, read } from 'node:fs'
import { join } from 'node:path'
import { codeOf, unreadableFile } from '../../base/failure.ts'
import type { StoreReader } from '../backend-types.ts'
import { type Ref, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'

/** Reads a store in a folder. */
export class FileReader implements StoreReader {
  readonly url: string
  readonly folder: string

  /** @param url the URL as its caller wrote it. */
  constructor(folder: string, url = `file:${folder}`) {
    this.folder = folder
    this.url = url
  }

  async head(): Promise<Buffer> {
    return headIn(await this.#find('head.json', MAX_HEAD_BYTES), this.url, `${this.folder} has no head.json`)
  }

  async read(ref: Ref): Promise<Buffer> {
    return objectIn(await this.#find(pathOf(ref), lengthOf(ref)), this.url, ref)
  }

  async #find(path: string, most: number): Promise<Found> {
    try {
      return await readAtMost(join(this.folder, path), most)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
      if (NO_FILE.has(code)) return 'unfit'
      throw unreadableFile(error, `cannot read ${path} of ${this.url}`)
    }
  }
}

/** The error codes of reading a folder, a pipe or a socket. */
const NO_FILE: ReadonlySet<string> = new Set(['EISDIR', 'ESPIPE', 'ENXIO'])

// Opening a pipe would wait for a writer for ever; with this flag it fails, or is recognised as not being a file.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file's bytes; `unfit` when there are too many, which are not read: a foreign file costs neither memory nor
 * time. A service with a million accounts reads tens of thousands of files at its start, and promises for each step
 * would take three times as long.
 */
function readAtMost(file: string, most: number): Promise<Found> {
  return new Promise((resolve, reject) => {
    open(file, READ, (failure, fd) => {
      if (failure !== null) return reject(failure)
      const end = (error: Error | null, bytes: Found): void => {
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
          // The buffer had room for one more byte, so the file has no more.
          else if (count === 0 || length + count === most) end(null, bytes.subarray(0, length + count))
          else more(length + count)
        })
      }
      more(0)
    })
  })
}
