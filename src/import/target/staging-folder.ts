import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { Failure, codeOf, fileFailure } from '../../base/failure.ts'
import { makeFolder } from '../../base/own-folders.ts'
import { statsOf } from '../../base/file-facts.ts'
import { writeFiles } from '../../base/write-files.ts'
import type { FileEdit } from '../../source/with-edits.ts'

/**
 * The configuration as it is going to be, in a folder beside its place: whatever fails, the place is as it was. It is
 * checked there, and then moved.
 */
export class StagingFolder {
  /** Where it is. */
  readonly folder: string
  private readonly target: string
  private readonly folders = new Set<string>([''])
  private readonly written = new Set<string>()
  private readonly removed = new Set<string>()

  /** @throws {Failure} where nothing can be written. */
  constructor(target: string) {
    this.target = resolve(target)
    let beside = dirname(this.target)
    while (!existsSync(beside)) beside = dirname(beside)
    try {
      this.folder = mkdtempSync(join(beside, `.${basename(this.target)}-import-`))
      // A temporary folder is closed to others, and this one is to be like any other.
      chmodSync(this.folder, 0o777 & ~process.umask())
    } catch (error) {
      throw fileFailure(error, `cannot write beside ${target}`)
    }
  }

  /**
   * A listing of the target leaves out dotfiles, and so the links among them, which would be written through.
   *
   * @throws {Failure} where one of the import's own is no file.
   */
  refuseLinks(last: string): void {
    const link = [last, UNFINISHED].find((path) => statsOf(join(this.target, path))?.isFile() === false)
    if (link === undefined) return
    throw new Failure('usage', `${join(this.target, link)} is not a regular file`, 'remove it, and import again')
  }

  /** Writes a file, in place of another one if there is one. */
  write(path: string, content: string | Uint8Array): void {
    this.make(path)
    this.on(path, () => {
      const file = join(this.folder, path)
      try {
        writeFileSync(file, content, { flag: 'wx' })
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
        // What is there may be a link to a file of the target.
        rmSync(file)
        writeFileSync(file, content)
      }
    })
    this.written.add(path)
    this.removed.delete(path)
  }

  /** Writes a file in parts, which together may be too long for one text. */
  writeParts(path: string, parts: Iterable<string>): void {
    this.write(path, '')
    this.on(path, () => {
      const descriptor = openSync(join(this.folder, path), 'a')
      try {
        let waiting = ''
        for (const part of parts) {
          waiting += part
          if (waiting.length < PART) continue
          appendFileSync(descriptor, waiting)
          waiting = ''
        }
        appendFileSync(descriptor, waiting)
      } finally {
        closeSync(descriptor)
      }
    })
  }

  /** Takes a file of the target over as it is. */
  keep(path: string): void {
    this.make(path)
    this.on(path, () => {
      const [from, to] = [join(this.target, path), join(this.folder, path)]
      try {
        linkSync(from, to)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return
        // Not every file system has links.
        copyFileSync(from, to)
      }
    })
  }

  /** Copies a file of it to another place. @throws {Failure} */
  copyTo(path: string, file: string): void {
    try {
      copyFileSync(join(this.folder, path), file)
    } catch (error) {
      throw fileFailure(error, `cannot write ${file}`)
    }
  }

  /** Removes a file: of what was written here, and of the target too. */
  remove(path: string): void {
    this.on(path, () => rmSync(join(this.folder, path), { force: true }))
    this.written.delete(path)
    if (existsSync(join(this.target, path))) this.removed.add(path)
  }

  /** Takes back what was written, and leaves what the target has. */
  restore(path: string): void {
    if (!this.written.has(path)) return
    this.on(path, () => rmSync(join(this.folder, path), { force: true }))
    this.written.delete(path)
    if (existsSync(join(this.target, path))) this.keep(path)
  }

  /** Returns what was written here. */
  paths(): string[] {
    return [...this.written]
  }

  read(path: string): string | undefined {
    return textIn(this.folder, path)
  }

  /** Returns a file of the target as it is now. */
  before(path: string): string | undefined {
    return textIn(this.target, path)
  }

  /** Returns the paths of what differs from the target. */
  changed(): string[] {
    const all = [...this.written, ...this.removed].sort()
    return existsSync(this.target) ? all.filter((path) => this.before(path) !== this.read(path)) : all
  }

  /** Returns what differs from the target, as a commit of it. */
  changes(): Map<string, FileEdit> {
    return new Map(
      this.changed().map((path) => [path, { before: this.before(path) ?? null, after: this.read(path) ?? null }]),
    )
  }

  /** Whether a process was killed while it moved an import to its place: what is there is not whole. */
  get isInterrupted(): boolean {
    return existsSync(join(this.target, UNFINISHED))
  }

  /**
   * Moves everything to its place, all or nothing. Of a process that is killed meanwhile a mark stays, and `last` is
   * the file that was before: the next import then does all of it again.
   *
   * @throws {Failure}
   */
  apply(last: string): void {
    const { folder, target } = this
    if (!existsSync(target)) {
      this.on('', () => {
        makeFolder(dirname(target))
        renameSync(folder, target)
      })
      return
    }
    const whole = new Set<string>()
    const single: [string, string | null][] = []
    for (const path of [...this.written].sort()) {
      if (path === last) continue
      const [top = ''] = path.split('/')
      if (existsSync(join(target, top))) single.push([join(target, path), this.read(path) ?? ''])
      else whole.add(top)
    }
    for (const path of this.removed) single.push([join(target, path), null])
    const moved: string[] = []
    const made: string[] = []
    const mark = join(target, UNFINISHED)
    try {
      writeFileSync(mark, '')
      for (const top of whole) {
        renameSync(join(folder, top), join(target, top))
        moved.push(top)
      }
      for (const [file, text] of single) {
        const first = text === null ? undefined : mkdirSync(dirname(file), { recursive: true })
        if (first !== undefined) made.push(first)
      }
      writeFiles([...single, [join(target, last), this.read(last) ?? '']])
      rmSync(mark)
    } catch (error) {
      for (const path of made) rmSync(path, { recursive: true, force: true })
      for (const top of moved) renameSync(join(target, top), join(folder, top))
      rmSync(mark, { force: true })
      throw fileFailure(error, `cannot write ${target}`)
    }
  }

  /** Removes what is left of it. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private make(path: string): void {
    const at = path.includes('/') ? dirname(path) : ''
    if (this.folders.has(at)) return
    this.on(path, () => mkdirSync(join(this.folder, at), { recursive: true }))
    this.folders.add(at)
  }

  private on(path: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      throw fileFailure(error, `cannot write ${join(this.target, path)}`)
    }
  }
}

/** Is there while an import is moved to its place. */
const UNFINISHED = '.import.unfinished'

/** Characters that are written at once. */
const PART = 1 << 20

function textIn(folder: string, path: string): string | undefined {
  const file = join(folder, path)
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw fileFailure(error, `cannot read ${file}`)
  }
}
