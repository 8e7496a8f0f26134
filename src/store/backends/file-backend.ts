import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Ref, type StoredObject, hexOf, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { Failure, codeOf, fileFailure, unreadableFile } from '../../base/failure.ts'
import { statsOf } from '../../base/file-facts.ts'
import type { Published, Backend, StoredFile, Update } from '../backend-types.ts'
import { lockFolder } from './file-lock.ts'
import { FileReader } from './file-reader.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'
import {
  Folders,
  flushFolder,
  readBounded,
  removeIfEmpty,
  sameBytes,
  sweep,
  writeAllFlushed,
  writeFlushed,
} from '../../base/durable-files.ts'

/**
 * A store in a folder. New files are first written and flushed to `tmp/`, so that a full disk or a kill leaves the
 * store unchanged; then they are renamed into place under a lock, the head last.
 */
export class FileBackend extends FileReader implements Backend {
  readonly takesPacks = true

  // A command reads one object after another and serves no requests meanwhile: handing each read to another thread
  // takes longer than the read itself.
  override async head(): Promise<Buffer> {
    return headIn(this.#findHead(), this.url, `${this.folder} has no head.json`)
  }

  override async read(ref: Ref): Promise<Buffer> {
    return this.readNow(ref)
  }

  headNow(): Buffer | undefined {
    const found = this.#findHead()
    return found === 'absent' ? undefined : headIn(found, this.url, '')
  }

  readNow(ref: Ref): Buffer {
    return objectIn(
      this.#find(pathOf(ref), (size) => size === lengthOf(ref)),
      this.url,
      ref,
    )
  }

  async has(ref: Ref): Promise<boolean> {
    // A truncated object does not count: it will be written again.
    const found = statSync(join(this.folder, pathOf(ref)), { throwIfNoEntry: false })
    return found?.isFile() === true && found.size === lengthOf(ref)
  }

  async publish({ objects, expected, head }: Update): Promise<Published> {
    const staging = join(this.folder, 'tmp', `${process.pid}-${randomBytes(6).toString('hex')}`)
    const made = new Folders()
    for (const part of ['tmp', 'objects', 'head.json', 'head.lock']) refuseLink(join(this.folder, part))
    try {
      made.make(staging)
      sweep(join(this.folder, 'tmp'))
      const { staged, reused, bytes } = await this.#stage(staging, objects)
      const headFile = join(staging, 'head.json')
      await writeFlushed(headFile, Buffer.from(head))
      const release = await lockFolder(this.folder, this.url)
      const places = new Folders()
      try {
        if (!sameBytes(this.headNow(), expected)) return { done: false }
        // Anything that a full disk would refuse is done before any file is replaced.
        for (const [, to] of staged) {
          refuseLink(dirname(to))
          places.make(dirname(to))
        }
        for (const [from, to] of staged) renameSync(from, to)
        // A lock that was taken over as stale protects nothing: the publisher that finished meanwhile wins.
        if (!sameBytes(this.headNow(), expected)) return { done: false }
        renameSync(headFile, join(this.folder, 'head.json'))
        await flushFolder(this.folder)
      } finally {
        // Under the lock, no other publisher is about to put files into these folders.
        places.removeEmpty()
        await release()
      }
      return { done: true, written: staged.length, reused, bytes }
    } catch (error) {
      throw error instanceof Failure ? error : fileFailure(error, `cannot write to ${this.url}`)
    } finally {
      rmSync(staging, { recursive: true, force: true })
      removeIfEmpty(join(this.folder, 'tmp'))
      made.removeEmpty()
    }
  }

  async *listFiles(): AsyncGenerator<StoredFile> {
    const objects = join(this.folder, 'objects')
    refuseLink(objects)
    for (const prefix of foldersIn(objects)) {
      for (const { name } of readdirSync(join(objects, prefix), { withFileTypes: true }).filter((one) =>
        one.isFile(),
      )) {
        const stats = statSync(join(objects, prefix, name), { throwIfNoEntry: false })
        if (stats !== undefined) yield { path: `objects/${prefix}/${name}`, bytes: stats.size, date: stats.mtimeMs }
      }
    }
  }

  async deleteFiles(paths: readonly string[], head: Uint8Array): Promise<boolean> {
    const release = await lockFolder(this.folder, this.url)
    try {
      if (!sameBytes(this.headNow(), head)) return false
      for (const path of paths) rmSync(join(this.folder, path), { force: true })
      return true
    } catch (error) {
      throw error instanceof Failure ? error : fileFailure(error, `cannot delete from ${this.url}`)
    } finally {
      await release()
    }
  }

  #findHead(): Found {
    return this.#find('head.json', (size) => size <= MAX_HEAD_BYTES)
  }

  #find(path: string, fits: (size: number) => boolean): Found {
    const file = join(this.folder, path)
    try {
      return readBounded(file, fits) ?? 'unfit'
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 'absent'
      // If a store cannot even exist here, its publisher learns that before anything is signed.
      throw unreadableFile(error, `cannot read ${file}`)
    }
  }

  async #stage(staging: string, objects: Iterable<StoredObject>): Promise<Staged> {
    const seen = new Set<Ref>()
    let reused = 0
    const missing: StoredObject[] = []
    for (const object of objects) {
      if (seen.has(object.ref)) continue
      seen.add(object.ref)
      if (this.#holds(object)) reused++
      else missing.push(object)
    }
    const at = ({ ref }: StoredObject): string => join(staging, hexOf(ref))
    await writeAllFlushed(missing.map((object) => [at(object), object.bytes]))
    const staged = missing.map((object) => [at(object), join(this.folder, pathOf(object.ref))] as const)
    return { staged, reused, bytes: missing.reduce((sum, object) => sum + object.bytes.length, 0) }
  }

  /** Whether this exact object is already there: a damaged one is written again. */
  #holds({ ref, bytes }: StoredObject): boolean {
    try {
      return sameBytes(
        readBounded(join(this.folder, pathOf(ref)), (size) => size === bytes.length),
        bytes,
      )
    } catch {
      return false
    }
  }
}

interface Staged {
  readonly staged: readonly (readonly [from: string, to: string])[]
  readonly reused: number
  readonly bytes: number
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw unreadableFile(error, `cannot read ${folder}`)
  }
}

/** Refuses links: a store has only files and folders, and a link would redirect writes and deletions elsewhere. */
function refuseLink(path: string): void {
  if (statsOf(path)?.isSymbolicLink() !== true) return
  throw new Failure('world', `${path} is a symbolic link, and a store has none`, 'remove it, and whoever made it')
}
