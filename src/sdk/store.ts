import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../bundle/object.ts'
import { MAX_HEAD_BYTES } from '../bundle/release.ts'
import { TenfoldError, quote } from './errors.ts'
import { gitStore } from './stores/git.ts'

/** A place to read releases from. Whatever it returns was checked: a reader need not look again. */
export interface Store {
  readonly url: string
  /** The head's bytes, as they are now. @throws {TenfoldError} */
  head(): Promise<Buffer>
  /** An object's bytes, exactly those that the reference names. @throws {TenfoldError} */
  object(ref: Ref): Promise<Buffer>
}

/** A store by its URL: `file:DIR`, relative or absolute, a real `file://` URL, `git:REMOTE#BRANCH`. @throws {TenfoldError} */
export function openStore(url: string): Store {
  if (url.startsWith('file://')) return new FileStore(url, pathOfUrl(url))
  if (url.startsWith('git:')) return gitStore(url)
  const folder = url.startsWith('file:') ? url.slice('file:'.length) : ''
  if (folder !== '') return new FileStore(url, resolve(folder))
  const hint = /^[a-z][a-z0-9+.-]+:/i.test(url) ? 'this version reads file:DIR and git:REMOTE#BRANCH' : `write file:${url} for a folder`
  throw new TenfoldError('unsupported_store', `${quote(url)} is not a store; ${hint}`)
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new TenfoldError('unsupported_store', `${quote(url)} is not the URL of a folder here`, { cause: error })
  }
}

class FileStore implements Store {
  readonly url: string
  readonly #folder: string

  constructor(url: string, folder: string) {
    this.url = url
    this.#folder = folder
  }

  async head(): Promise<Buffer> {
    const bytes = await this.#read('head.json', (size) => size <= MAX_HEAD_BYTES)
    if (bytes === 'absent') {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: ${this.#folder} has no head.json`)
    }
    if (bytes === 'unfit') throw this.#damaged('its head.json is not a file of at most 64 KiB')
    return bytes
  }

  async object(ref: Ref): Promise<Buffer> {
    // The size is compared before a byte is read, so that a foreign file costs neither memory nor time.
    const bytes = await this.#read(pathOf(ref), (size) => size === lengthOf(ref))
    if (bytes === 'absent') throw this.#damaged(`object ${hexOf(ref)} is missing`)
    if (bytes === 'unfit' || !matches(ref, bytes)) throw this.#damaged(`object ${hexOf(ref)} is not what its name says`)
    return bytes
  }

  async #read(path: string, fits: (size: number) => boolean): Promise<Buffer | 'absent' | 'unfit'> {
    try {
      return await readBounded(join(this.#folder, path), fits)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
      throw new TenfoldError('store_unreadable', `cannot read ${path} of ${this.url}: ${code}`, { cause: error })
    }
  }

  #damaged(why: string): TenfoldError {
    return new TenfoldError('store_damaged', `the store ${this.url} is damaged: ${why}`)
  }
}

// Opening a pipe would wait for a writer for ever; with this it fails or is seen not to be a file.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

async function readBounded(file: string, fits: (size: number) => boolean): Promise<Buffer | 'unfit'> {
  const handle = await open(file, READ)
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || !fits(stat.size)) return 'unfit'
    // Not from the shared pool: an object may stay in memory for as long as the service runs.
    const bytes = Buffer.allocUnsafeSlow(stat.size)
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
