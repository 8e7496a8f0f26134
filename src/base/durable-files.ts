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
 * The same for many. Only flushing waits for the disk, and several that wait at once share the wait; opening, writing
 * and closing are quicker done than handed to another thread and taken back.
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
    // All of them, before any is closed: a number that is closed may be another file's at once.
    const results = await Promise.allSettled(handles.map((handle) => flush(handle)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  } finally {
    for (const handle of handles) closeSync(handle)
  }
}

const flush = promisify(fdatasync)
/** As many files are open at once. */
const AT_ONCE = 64

/** So that a rename outlives a power cut; not every file system can. */
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

/** A lock is an empty folder; what else stands there would be waited for in vain. */
export function isLock(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
}

/** What a killed publisher left in `tmp/` is removed after this. */
const LEFTOVER_MS = 3_600_000

export function sweep(tmp: string): void {
  for (const name of readdirSync(tmp).filter((one) => /^\d+-/.test(one))) {
    const at = join(tmp, name)
    const age = Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LEFTOVER_MS) rmSync(at, { recursive: true, force: true })
  }
}

/** Folders that were made on the way; those that nothing was put into are taken away again. */
export class Folders {
  readonly #made: string[] = []

  /** One at a time: of several made at once, a failure would not tell the first ones. */
  make(folder: string, mode = 0o777): void {
    for (let tries = 0; !existsSync(folder); tries++) {
      try {
        this.make(dirname(folder), mode)
        mkdirSync(folder, mode)
        this.#made.push(folder)
      } catch (error) {
        // Another publisher makes the same folders, and takes away those that it leaves empty.
        if (tries === 10 || (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT')) throw error
      }
    }
  }

  removeEmpty(): void {
    for (const folder of this.#made.sort((a, b) => b.length - a.length)) removeIfEmpty(folder)
  }
}

// Opening a pipe would wait for a writer for ever; with this it is opened and seen not to be a file.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** A file's bytes; undefined, and nothing read, where it is no regular file or of another size than wanted. */
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
    // It is in use, or gone already.
  }
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
}
