import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './failure.ts'

export async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/**
 * Does the same for many. Only flushing waits for the disk, and several that wait at once share the wait; opening,
 * writing and closing are done sooner than handed to another thread and back.
 */
export async function writeAllFlushed(files: readonly (readonly [file: string, bytes: Uint8Array])[]): Promise<void> {
  for (let i = 0; i < files.length; i += AT_ONCE) await flushBatch(files.slice(i, i + AT_ONCE))
}

async function flushBatch(files: readonly (readonly [file: string, bytes: Uint8Array])[]): Promise<void> {
  const handles: number[] = []
  try {
    for (const [file, bytes] of files) {
      const handle = openSync(file, 'wx')
      handles.push(handle)
      writeFileSync(handle, bytes)
    }
    // All of them, before any is closed: the descriptor of a closed file may be another file's at once.
    const results = await Promise.allSettled(handles.map((handle) => flush(handle)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  } finally {
    for (const handle of handles) closeSync(handle)
  }
}

const flush = promisify(fdatasync)
/** The number of files that are open at once. */
const AT_ONCE = 64

/** Makes a rename outlive a power cut; not every file system can. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Windows and some network file systems refuse to open a folder.
  }
}

/** Whether a path is a lock, which is an empty folder: waiting for anything else there would be in vain. */
export function isLock(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
}

/** The age at which what a killed publisher left in `tmp/` is removed. */
const LEFTOVER_MS = 3_600_000

export function sweep(tmp: string): void {
  for (const name of readdirSync(tmp).filter((one) => /^\d+-/.test(one))) {
    const at = join(tmp, name)
    const age = Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LEFTOVER_MS) rmSync(at, { recursive: true, force: true })
  }
}

/** Folders that were made on the way; those that nothing was put into are removed again. */
export class Folders {
  readonly #made: string[] = []

  /** One at a time: of several made at once, a failure would not report the first ones. */
  make(folder: string, mode = 0o777): void {
    for (let tries = 0; !existsSync(folder); tries++) {
      try {
        this.make(dirname(folder), mode)
        mkdirSync(folder, mode)
        this.#made.push(folder)
      } catch (error) {
        // Another publisher makes the same folders, and removes those that it leaves empty.
        if (tries === 10 || (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT')) throw error
      }
    }
  }

  removeEmpty(): void {
    for (const folder of this.#made.sort((a, b) => b.length - a.length)) removeIfEmpty(folder)
  }
}

// Opening a pipe would wait for a writer forever; with this it is opened, and found not to be a file.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Reads a file's bytes; undefined, and nothing read, where it is no regular file or not of the wanted size. */
export function readBounded(file: string, fits: (size: number) => boolean): Buffer | undefined {
  const handle = openSync(file, READ)
  try {
    const stat = fstatSync(handle)
    return stat.isFile() && fits(stat.size) ? readFileSync(handle) : undefined
  } finally {
    closeSync(handle)
  }
}

export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It is in use, or already gone.
  }
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
}
