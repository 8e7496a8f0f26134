import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { trustFolder } from '../test/support/trust.ts'
import { type Corpus, type Shape, corpusOf } from './corpus.ts'
import { fastImport } from './fast-import.ts'
import { type Timed, numberIn, tenfold } from './measure.ts'
import { CACHE, git } from './place.ts'

/** What `compile --format json` counts. */
export interface Compiled extends Timed {
  readonly parsed: number
  readonly written: number
  readonly bytes: number
}

/** A corpus and the store that this run compiled of it, which the rows move on. */
export class Store {
  readonly corpus: Corpus
  /** The working directory: the store in it is embedded, and the root of trust for others is its own. */
  readonly folder: string
  /** What compiling everything took: the first of these compiles. */
  readonly cold: Compiled
  /** The commit that was compiled last. */
  at: string

  private constructor(corpus: Corpus, folder: string, cold: Compiled) {
    this.corpus = corpus
    this.folder = folder
    this.cold = cold
    this.at = corpus.commit
  }

  /** Compiles anew in every run: what another program left would be another program's measurement. */
  static async make(shape: Shape, size: number): Promise<Store> {
    const corpus = await corpusOf(shape, size)
    const folder = emptyFolder(`${shape}-${size}`)
    trustFolder(folder)
    return new Store(corpus, folder, await compileInto(folder, corpus, corpus.commit))
  }

  get config(): string {
    return join(this.corpus.folder, 'config')
  }

  get url(): string {
    return `file:${join(this.folder, '.tenfold', 'store')}`
  }

  /** Commits a change on top of what was compiled last, and compiles nothing. */
  commit(files: readonly (readonly [path: string, text: string])[]): Promise<string> {
    return fastImport(this.corpus.folder, this.at, files)
  }

  async compile(revision: string): Promise<Compiled> {
    const compiled = await compileInto(this.folder, this.corpus, revision)
    this.at = revision
    return compiled
  }

  check(...flags: string[]): Promise<Timed> {
    return tenfold(['check', '--config', this.config, '--quiet', ...flags], this.folder)
  }

  /** Signs and publishes what was compiled last, where a server serves it from. */
  async publish(): Promise<string> {
    const published = join(this.folder, 'published')
    await tenfold(['publish', '--from', 'file:.tenfold/store', '--to', `file:${published}`], this.folder)
    return published
  }

  /** The root document that the published store is signed under. */
  get trust(): string {
    return join(this.folder, 'config', 'trust', 'root.json')
  }
}

/** Compiles a commit into the embedded store of a folder. */
export async function compileInto(folder: string, corpus: Corpus, revision: string): Promise<Compiled> {
  const config = join(corpus.folder, 'config')
  const args = ['compile', '--config', config, '--at', revision, '--quiet', '--format', 'json']
  const { seconds, stdout } = await tenfold(args, folder)
  const facts: unknown = JSON.parse(stdout)
  return {
    seconds,
    stdout,
    parsed: numberIn(facts, 'files_parsed'),
    written: numberIn(facts, 'objects_written'),
    bytes: numberIn(facts, 'bytes_written'),
  }
}

export function emptyFolder(name: string): string {
  const folder = join(CACHE, 'work', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A clean working tree. */
export async function checkOut({ folder: from, size, commit }: Corpus): Promise<string> {
  const folder = emptyFolder(`checkout-${size}`)
  await git(folder, 'clone', '--quiet', '--shared', '--no-checkout', from, '.')
  await git(folder, 'checkout', '--quiet', '--detach', commit)
  return folder
}
