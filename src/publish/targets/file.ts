import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import lockfile from 'proper-lockfile'
import { type Ref, type StoredObject, hexOf, matches, pathOf } from '../../bundle/object.ts'
import { MAX_HEAD_BYTES } from '../../bundle/release.ts'
import { Failure, codeOf, fileFailure } from '../../compile/failure.ts'
import type { Published, Target, Update } from '../target.ts'

/**
 * A store in a folder. Everything new is first written and flushed to `tmp/`, so that a full disk or a kill leaves
 * the store as it was; then it is renamed into place under a lock, the head last.
 */
export class FileTarget implements Target {
  readonly url: string
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
    this.url = `file:${folder}`
  }

  async head(): Promise<Uint8Array | undefined> {
    return this.headNow()
  }

  async has(ref: Ref): Promise<boolean> {
    return existsSync(join(this.folder, pathOf(ref)))
  }

  async read(ref: Ref): Promise<Uint8Array> {
    return this.readNow(ref)
  }

  headNow(): Uint8Array | undefined {
    const file = join(this.folder, 'head.json')
    try {
      if (statSync(file).size > MAX_HEAD_BYTES) throw damaged(this.url, 'its head.json is too large')
      return readFileSync(file)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error instanceof Failure ? error : fileFailure(error, `cannot read ${file}`)
    }
  }

  readNow(ref: Ref): Uint8Array {
    const file = join(this.folder, pathOf(ref))
    let bytes: Uint8Array
    try {
      bytes = readFileSync(file)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fileFailure(error, `cannot read ${file}`)
      throw damaged(this.url, `object ${hexOf(ref)} is missing`)
    }
    if (!matches(ref, bytes)) throw damaged(this.url, `object ${hexOf(ref)} is not what its name says`)
    return bytes
  }

  async publish({ objects, expected, head }: Update): Promise<Published> {
    const isNew = !existsSync(this.folder)
    const staging = join(this.folder, 'tmp', `${process.pid}-${randomBytes(6).toString('hex')}`)
    try {
      mkdirSync(staging, { recursive: true })
      sweep(join(this.folder, 'tmp'))
      const { staged, reused, bytes } = await this.#stage(staging, objects)
      const headFile = join(staging, 'head.json')
      await writeFlushed(headFile, Buffer.from(head))
      const release = await this.#lock()
      try {
        if (!sameBytes(this.headNow(), expected)) return { done: false }
        for (const [from, to] of staged) {
          mkdirSync(dirname(to), { recursive: true })
          renameSync(from, to)
        }
        renameSync(headFile, join(this.folder, 'head.json'))
        await flushFolder(this.folder)
      } finally {
        await release()
      }
      return { done: true, written: staged.length, reused, bytes }
    } catch (error) {
      throw error instanceof Failure ? error : fileFailure(error, `cannot write to ${this.url}`)
    } finally {
      rmSync(staging, { recursive: true, force: true })
      removeIfEmpty(join(this.folder, 'tmp'))
      if (isNew) removeIfEmpty(this.folder)
    }
  }

  async #stage(staging: string, objects: Iterable<StoredObject>): Promise<Staged> {
    const staged: [from: string, to: string][] = []
    const seen = new Set<Ref>()
    let reused = 0
    let bytes = 0
    const missing: StoredObject[] = []
    for (const object of objects) {
      if (seen.has(object.ref)) continue
      seen.add(object.ref)
      if (this.#holds(object)) reused++
      else missing.push(object)
    }
    // Flushing waits for the disk, not for us: several at a time share one wait.
    const queue = missing.values()
    const work = async (): Promise<void> => {
      for (const { ref, bytes: content } of queue) {
        const from = join(staging, hexOf(ref))
        await writeFlushed(from, content)
        staged.push([from, join(this.folder, pathOf(ref))])
        bytes += content.length
      }
    }
    const results = await Promise.allSettled(Array.from({ length: WRITERS }, work))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    return { staged, reused, bytes }
  }

  /** Whether the very object is there already: a damaged one is written again. */
  #holds({ ref, bytes }: StoredObject): boolean {
    try {
      return sameBytes(readFileSync(join(this.folder, pathOf(ref))), bytes)
    } catch {
      return false
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    try {
      return await lockfile.lock(this.folder, {
        lockfilePath: join(this.folder, 'head.lock'),
        stale: STALE_MS,
        // A killed publisher's lock turns stale; waiting has to outlast that.
        retries: { retries: 400, factor: 1, minTimeout: 40, maxTimeout: 40, randomize: true },
      })
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw error
      throw new Failure('world', `${this.url} is locked by another publisher`, 'wait for it to finish and run this again', { cause: error })
    }
  }
}

interface Staged {
  readonly staged: readonly (readonly [from: string, to: string])[]
  readonly reused: number
  readonly bytes: number
}

const WRITERS = 16
const STALE_MS = 5_000
/** What a killed publisher left in `tmp/` is removed after this. */
const LEFTOVER_MS = 3_600_000

async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** So that a rename outlives a power cut; not every file system can. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Windows and some network file systems refuse to open a folder.
  }
}

function sweep(tmp: string): void {
  for (const name of readdirSync(tmp)) {
    const at = join(tmp, name)
    const age = Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LEFTOVER_MS) rmSync(at, { recursive: true, force: true })
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It is in use, or gone already.
  }
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
}

export function damaged(store: string, why: string): Failure {
  return new Failure(
    'world',
    `the store ${store} is damaged: ${why}`,
    'publish the release again into an empty folder, or restore the store; `tenfold verify` lists what is wrong',
  )
}
