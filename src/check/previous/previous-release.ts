import { Malformed } from '../../store/format/decode-json.ts'
import { type Leaf, accountOf, readAccount, readLeaf, textRefs } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import {
  type Provenance,
  parseProvenance,
  readGlobalProvenance,
  readProvenance,
} from '../../store/format/provenance.ts'
import type { Release } from '../../store/format/release-manifest.ts'
import { type ContentRoot, type StoredGlobals, readGlobals, readRoot } from '../../store/format/content-root.ts'
import { type Region, readRegion } from '../../store/format/account-tree.ts'
import { leafRefFor, leavesOf } from '../../store/format/walk-tree.ts'
import { Failure } from '../../base/failure.ts'
import type { AccountModel } from '../../source/link-files.ts'
import type { FileBackend } from '../../store/backends/file-backend.ts'

/** One account as the store knows it. */
export interface PreviousAccount {
  readonly id: string
  readonly line: string
  /** The path of its file, and the id of the file's content. */
  readonly file: string
  readonly blob: string
}

/** A store and its verified release: nothing else that it holds may be built upon. */
export interface TrustedStore {
  readonly target: FileBackend
  readonly release: Release
}

/**
 * Reads the root and the globals of a release; accounts are read on demand. Undefined if another program wrote it.
 * @throws {Unusable} when it is damaged.
 */
function readPrevious({ target, release }: TrustedStore, fingerprint: string): Previous | undefined {
  return usable(() => {
    const read = readerOf(target)
    const root = readRoot(read(release.root))
    // A toolchain with custom rules ran the built-in rules too.
    if (root.fingerprint !== fingerprint && !root.fingerprint.startsWith(`${fingerprint}.rules.`)) return undefined
    const globals = readGlobals(read(root.globals))
    const origins = readGlobalProvenance(read(globals.provenance))
    for (const { value } of Object.values(globals.prompts)) read(value)
    return new Previous(release, root, globals, new Map(origins.map(({ file, blob }) => [file, blob])), read)
  })
}

function readerOf(target: FileBackend): (ref: Ref) => Uint8Array {
  return (ref) => usable(() => target.readNow(ref))
}

/** Runs an operation with a release as a cache, and if that turns out to be damaged, runs it again without. */
export async function withPrevious<T>(
  store: TrustedStore | undefined,
  fingerprint: string,
  note: (text: string) => void,
  work: (previous: Previous | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await work(store && readPrevious(store, fingerprint))
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    note(`the store cannot be used as a cache (${error.message}): reading everything`)
    return work(undefined)
  }
}

/** The last release, which is the only cache: its results for a file's content need not be computed again. */
export class Previous {
  readonly release: Release
  readonly root: ContentRoot
  readonly globals: StoredGlobals
  /** Global files by path, with the id of their content. */
  readonly globalFiles: ReadonlyMap<string, string>
  /** @throws {Unusable} */
  readonly read: (ref: Ref) => Uint8Array
  readonly #leaves = new Map<Ref, Opened>()
  readonly #nodes = new Map<Ref, Region>()
  readonly #texts = new Map<Ref, string>()

  constructor(
    release: Release,
    root: ContentRoot,
    globals: StoredGlobals,
    globalFiles: ReadonlyMap<string, string>,
    read: (ref: Ref) => Uint8Array,
  ) {
    this.release = release
    this.root = root
    this.globals = globals
    this.globalFiles = globalFiles
    this.read = read
  }

  /** Finds one account, in the only leaf that may hold it. @throws {Unusable} */
  find(id: string): (PreviousAccount & Place) | undefined {
    const ref = leafRefFor(this.root.accounts, id, (node, depth) => this.#node(node, depth))
    const leaf = ref === undefined ? undefined : this.#leaf(ref)
    const line = leaf?.lines.get(id)
    return leaf === undefined || line === undefined ? undefined : { id, line, ...leaf.origin(id) }
  }

  /** Yields every account, leaf by leaf; the path of its file is read on demand. @throws {Unusable} */
  *all(): Generator<{ readonly id: string; readonly line: string; origin(): Place }> {
    for (const ref of leavesOf(this.root.accounts, (node, depth) => this.#node(node, depth))) {
      // Not kept: there may be more of them than fit into memory at once.
      const leaf = this.#leaves.get(ref) ?? this.#open(ref)
      for (const [id, line] of leaf.lines) yield { id, line, origin: () => leaf.origin(id) }
    }
  }

  /** Returns every account by its file, with all that the store needs to be complete. @throws {Unusable} */
  byFile(): Map<string, PreviousAccount> {
    const accounts = new Map<string, PreviousAccount>()
    for (const { id, line, origin } of this.all()) {
      const { file, blob } = origin()
      if (line.includes('"prompts"')) usable(() => textRefs(readAccount(line)).forEach(this.text, this))
      accounts.set(file, { id, line, file, blob })
    }
    return accounts
  }

  /** Returns a prompt's text. @throws {Unusable} */
  text(ref: Ref): string {
    const known = this.#texts.get(ref)
    if (known !== undefined) return known
    const text = Buffer.from(this.read(ref)).toString('utf8')
    if (this.#texts.size >= MANY_TEXTS) this.#texts.clear()
    this.#texts.set(ref, text)
    return text
  }

  /** Returns an account as the rules check it, without its file. @throws {Unusable} */
  model(id: string, line: string, path: string): AccountModel {
    const { plan, ...body } = usable(() => accountOf(line, (ref) => this.text(ref)))
    return { file: path, stem: id, id, plan, sections: Object.keys(body), body }
  }

  #node(ref: Ref, depth: number): Region {
    const known = this.#nodes.get(ref)
    if (known !== undefined) return known
    const node = usable(() => readRegion(this.read(ref), depth))
    this.#nodes.set(ref, node)
    return node
  }

  #leaf(ref: Ref): Opened {
    const leaf = this.#leaves.get(ref) ?? this.#open(ref)
    this.#leaves.set(ref, leaf)
    return leaf
  }

  #open(ref: Ref): Opened {
    return usable(() => new Opened(readLeaf(this.read(ref)), this.read))
  }
}

/** Thrown when the cache is damaged, or cannot be read. */
class Unusable extends Error {}

type Place = Pick<PreviousAccount, 'file' | 'blob'> & Pick<Provenance, 'at'>

/** A leaf with its provenance, which is read on the first request for an account's origin. */
class Opened {
  readonly lines: Leaf['lines']
  readonly #provenance: Ref
  readonly #read: (ref: Ref) => Uint8Array
  #origins: ReadonlyMap<string, string> | undefined

  constructor({ lines, provenance }: Leaf, read: (ref: Ref) => Uint8Array) {
    this.lines = lines
    this.#provenance = provenance
    this.#read = read
  }

  origin(id: string): Place {
    return usable(() => {
      this.#origins ??= readProvenance(this.#read(this.#provenance))
      const origin = this.#origins.get(id)
      if (origin === undefined) throw new Malformed(`the provenance of "${id}" is missing`)
      return parseProvenance(origin)
    })
  }
}

const MANY_TEXTS = 10_000

/** Reads something of the cache. @throws {Unusable} */
export function usable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed || error instanceof Failure) throw new Unusable(error.message, { cause: error })
    throw error
  }
}
