import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Ref, hexOf, pathOf } from '../bundle/object.ts'
import { readHead } from '../bundle/release.ts'
import type { Believed } from './believe.ts'
import { TenfoldError } from './errors.ts'
import type { Content } from './load.ts'
import type { Store } from './store.ts'
import { FileStore, codeOf } from './stores/file.ts'

/**
 * The last good release, in a folder of the service's own: a store like any other, which is verified again when it is
 * loaded. It is what a service starts from when the store cannot be reached, what tells it of a release that is older
 * than one it has seen, and what saves reading an object twice.
 */
export class Cache implements Store {
  readonly url: string
  /** What was kept, to be read as a store. */
  readonly kept: FileStore
  readonly #upstream: Store
  #failure: TenfoldError | undefined
  #prunedAt: number | undefined

  constructor(folder: string, upstream: Store) {
    this.kept = new FileStore(`file:${folder}`, resolve(folder))
    this.#upstream = upstream
    this.url = upstream.url
  }

  head(): Promise<Buffer> {
    return this.#upstream.head()
  }

  async object(ref: Ref): Promise<Buffer> {
    try {
      return await this.kept.object(ref)
    } catch {
      // Missing or damaged, it is read where it comes from.
    }
    const bytes = await this.#upstream.object(ref)
    await this.#write(pathOf(ref), bytes)
    return bytes
  }

  /**
   * Keeps a release that answers now: its objects are there already, and the head says so. A failure takes nothing
   * from the service, which goes on without; it is returned.
   */
  async keep({ head, release }: Believed, content: Content, now: number): Promise<TenfoldError | undefined> {
    if (!(await this.#isNewer(release.issued))) return this.takeFailure()
    await this.#write('head.json', head)
    if (this.#failure === undefined && (this.#prunedAt === undefined || now - this.#prunedAt > PRUNE_EVERY_MS)) {
      this.#prunedAt = now
      await this.#prune(refsOf(content, [release.trust, release.secrets]))
    }
    return this.takeFailure()
  }

  takeFailure(): TenfoldError | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  /** Whether what is kept is not of another process that has seen more. */
  async #isNewer(issued: string | null): Promise<boolean> {
    try {
      const { release } = readHead(await this.kept.head())
      return issued === null || release.issued === null || Date.parse(issued) >= Date.parse(release.issued)
    } catch {
      return true
    }
  }

  /** Whole or not at all: a reader of the folder sees the one or the other. */
  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.kept.folder, path)
    const temporary = join(this.kept.folder, `${randomBytes(8).toString('hex')}.tmp`)
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 })
      await rename(temporary, file)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      this.#failure ??= new TenfoldError('cache_failed', `cannot keep ${path} in ${this.kept.folder}: ${codeOf(error)}`, { cause: error })
    }
  }

  /** Takes away what no release needs that is kept; what another process needs, it reads again. */
  async #prune(wanted: ReadonlySet<string>): Promise<void> {
    const objects = join(this.kept.folder, 'objects')
    try {
      for (const prefix of await readdir(objects)) {
        for (const name of await readdir(join(objects, prefix))) {
          if (!wanted.has(name)) await rm(join(objects, prefix, name), { force: true })
        }
      }
      for (const name of await readdir(this.kept.folder)) {
        if (name.endsWith('.tmp')) await rm(join(this.kept.folder, name), { force: true })
      }
    } catch (error) {
      this.#failure ??= new TenfoldError('cache_failed', `cannot tidy ${this.kept.folder}: ${codeOf(error)}`, { cause: error })
    }
  }
}

const PRUNE_EVERY_MS = 3_600_000

function refsOf(content: Content, more: readonly (Ref | null)[]): Set<string> {
  const names = new Set([content.root, content.globals.ref, ...content.globals.texts.keys()].map(hexOf))
  for (const ref of more) if (ref !== null) names.add(hexOf(ref))
  for (const [ref, { leaves }] of content.branches) {
    names.add(hexOf(ref))
    for (const leaf of leaves) {
      names.add(hexOf(leaf))
      for (const text of content.accounts.leaf(leaf)?.texts.keys() ?? []) names.add(hexOf(text))
    }
  }
  return names
}
