import { isId, lineIn, readAccount, readLeaf, textRefs } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { type ContentRoot, readRoot } from '../../store/format/content-root.ts'
import { hashId, writeRegion } from '../../store/format/account-tree.ts'
import type { Accounts, Kept } from '../answers/accounts-interface.ts'
import { CountedLines, type Line, lineOf, withId } from './account-lines.ts'
import { quote } from '../../base/quote-name.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'
import { type LoadedGlobals, loadGlobals } from '../load/load-globals.ts'
import type { LoadedContent } from '../load/loaded-content.ts'
import { Lru } from './lru.ts'
import { type Sought, keptBelow, search } from './search-tree.ts'
import { ObjectCache } from './object-cache.ts'
import { slices } from '../load/time-slices.ts'
import { inParallel } from '../../base/in-parallel.ts'
import type { StoreReader } from '../../store/backend-types.ts'

/**
 * Bytes that accounts in memory and their answers may take, half each, by an estimate on the high side: 2,500 to 5,000
 * ordinary accounts.
 */
export const MAX_BYTES = 8 * 1024 * 1024
/** The bytes remembered for an account that is not in the release. */
const STRANGER_BYTES = 256
/**
 * How many turns of the queue of promises an account stays after somebody was told that it is there: enough for the
 * caller's own code to run, behind an async function or two of theirs. Meanwhile others may push it out of memory.
 */
const TURNS = 24
/** How many texts of one account are read at a time. */
const READERS = 4

/** An account that was looked up: its content, if it exists, and the objects on the path to it, the leaf last. */
interface Held {
  readonly line: Line | undefined
  readonly path: readonly Ref[]
}

/** An account that somebody has just been told of, and how many were. */
interface Promised {
  readonly held: Held
  /** Its line as it is counted for them: where the account was let go meanwhile, another with its content may have come. */
  readonly line: Line | undefined
  askers: number
}

interface Asked extends Sought {
  /** Its content in the previous release. */
  readonly before: Line | undefined
}

/**
 * Loads a release without its account tree, except for what the root object holds of it.
 *
 * @throws {TenfoldError} when what is read is missing, damaged or malformed.
 */
export async function loadLazily(
  store: StoreReader,
  ref: Ref,
  before: LoadedContent | undefined,
  maxBytes: number,
): Promise<LoadedContent> {
  const root = readRoot(await store.read(ref))
  const globals = await loadGlobals(store, root.globals, before?.globals)
  const shelf = before?.accounts instanceof LazyAccounts ? before.accounts.shelf : new ObjectCache()
  return { root: ref, globals, accounts: new LazyAccounts(store, root, globals, shelf, maxBytes), packs: [] }
}

/** Accounts that are read on demand, the most recently used of which stay in memory. */
export class LazyAccounts implements Accounts {
  readonly count: number
  readonly shelf: ObjectCache
  readonly #store: StoreReader
  readonly #region: Buffer
  readonly #globals: LoadedGlobals
  readonly answerBytes: number
  readonly holdsTexts = false
  readonly lines = new CountedLines()
  readonly #held: Lru<string, Held>
  readonly #needing = new Map<string, Promise<boolean>>()
  readonly #promised = new Map<string, Promised>()

  constructor(
    store: StoreReader,
    { count, accounts }: ContentRoot,
    globals: LoadedGlobals,
    shelf: ObjectCache,
    maxBytes: number,
  ) {
    this.count = count
    this.shelf = shelf
    this.#store = store
    this.#region = writeRegion(accounts)
    this.#globals = globals
    this.answerBytes = maxBytes / 2
    this.#held = new Lru(maxBytes / 2, weightOf, ({ line }) => line && this.lines.drop(line))
  }

  /** How many accounts and lines are in memory. */
  get size(): { readonly accounts: number; readonly lines: number } {
    return { accounts: this.#held.size, lines: this.lines.size }
  }

  /** The source of the content ids, which releases share. */
  get ids(): ObjectCache {
    return this.shelf
  }

  numberOf(id: string): number {
    const held = this.#held.get(id) ?? this.#promised.get(id)
    if (held !== undefined) return held.line?.number ?? 0
    if (!isName(id)) return 0
    const message = `the account ${quote(id)} is not in memory: await settings.account(${quote(id)}) first`
    throw new TenfoldError('account_not_loaded', message)
  }

  need(id: string): Promise<boolean> {
    // An invalid account id is in no release, so nothing is remembered for it.
    if (!isName(id)) return Promise.resolve(false)
    const held = this.#held.get(id)
    if (held !== undefined) return Promise.resolve(this.#promise(id, held))
    const needing = this.#needing.get(id) ?? this.#need(id).finally(() => this.#needing.delete(id))
    this.#needing.set(id, needing)
    return needing
  }

  /** Keeps an account for whoever is told now that it is there; false where it is there as an unknown one. */
  #promise(id: string, held: Held): boolean {
    const known = this.#promised.get(id)
    const promised = known?.held === held ? known : { held, line: held.line && this.lines.use(held.line), askers: 0 }
    this.#promised.set(id, promised)
    promised.askers++
    void this.#letGo(id, promised)
    return held.line !== undefined
  }

  async #letGo(id: string, promised: Promised): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await Promise.resolve()
    if (--promised.askers > 0) return
    if (this.#promised.get(id) === promised) this.#promised.delete(id)
    if (promised.line !== undefined) this.lines.drop(promised.line)
  }

  /** Takes over, without reading anything, whatever did not move in the tree. */
  async follow(before: Accounts, isWanted: (id: string) => boolean = () => true): Promise<void> {
    if (!(before instanceof LazyAccounts) || before === this) return
    const pause = slices()
    const asked: Asked[] = []
    for (const [id, { line, path }] of before.#held.entries()) {
      if (isWanted(id)) asked.push({ id, hash: hashId(id), was: path, before: line })
      await pause()
    }
    await this.#find(asked)
  }

  touch(id: string): void {
    this.#held.get(id)
  }

  async provenance(id: string): Promise<Ref | undefined> {
    const held = this.#held.get(id) ?? this.#promised.get(id)?.held
    const leaf = held?.path.at(-1)
    if (held?.line === undefined || leaf === undefined) return undefined
    return readLeaf(await this.shelf.leaves.read(leaf, this.#store)).provenance
  }

  async *needed(): AsyncGenerator<Ref> {
    const pause = slices()
    for (const [, { line, path }] of this.#held.entries()) {
      yield* path
      yield* line?.texts.keys() ?? []
      await pause()
    }
  }

  /** Accounts that are no longer in memory were used before, and may be needed when the store cannot be reached. */
  worthKeeping(kept: Kept): AsyncGenerator<Ref> {
    return keptBelow(kept, this.#region)
  }

  async #need(id: string): Promise<boolean> {
    // As a slice of a longer string, such as a URL, it would keep all of that string in memory.
    const own = Buffer.from(id, 'latin1').toString('latin1')
    const [held] = await this.#find([{ id: own, hash: hashId(own), was: [], before: undefined }])
    return held !== undefined && this.#promise(own, held)
  }

  async #find(asked: readonly Asked[]): Promise<Held[]> {
    const found: Held[] = []
    const pause = slices()
    const hold = async ({ id }: Asked, line: Line | undefined, path: readonly Ref[]): Promise<void> => {
      const held = { line: line && this.lines.use(line), path }
      this.#held.set(id, held)
      found.push(held)
      await pause()
    }
    const visit = {
      pause,
      node: (ref: Ref) => this.shelf.nodes.read(ref, this.#store),
      leaf: async (ref: Ref, path: readonly Ref[], those: readonly Asked[]): Promise<void> => {
        // The whole id is compared: two may share a hash, and a tenant must not get another's answer.
        const leaf = await this.shelf.leaves.read(ref, this.#store)
        for (const one of those) await hold(one, await this.#line(one, lineIn(leaf, one.id)), path)
      },
      unmoved: (one: Asked, path: readonly Ref[]) => hold(one, one.before, path),
      nobody: (one: Asked, path: readonly Ref[]) => hold(one, undefined, path),
    }
    try {
      await search(visit, this.#region, asked)
    } catch (error) {
      throw asDamage(error, `the store ${this.#store.url}`)
    }
    return found
  }

  async #line({ id, before }: Asked, row: string | undefined): Promise<Line | undefined> {
    if (row === undefined) return undefined
    const part = row.slice(`["${id}"`.length)
    const known = part === before?.rest ? before : this.lines.get(part)
    if (known !== undefined) return known
    // As a slice of a longer line, it would keep all of that line in memory.
    const rest = Buffer.from(part, 'utf8').toString('utf8')
    const refs = textRefs(readAccount(withId(rest)))
    const { texts: shared } = this.#globals
    const texts = new Map<Ref, string>()
    await inParallel(new Set(refs), READERS, async (ref) => {
      const text = before?.texts.get(ref) ?? shared.get(ref) ?? (await this.shelf.texts.read(ref, this.#store))
      texts.set(ref, text)
    })
    return lineOf(this.shelf.nextNumber(), rest, refs.length === 0 ? NO_TEXTS : texts, shared)
  }
}

const NO_TEXTS: ReadonlyMap<Ref, string> = new Map()

function weightOf({ line }: Held): number {
  return line?.weight ?? STRANGER_BYTES
}

/** JavaScript callers may pass anything. */
function isName(id: unknown): id is string {
  return typeof id === 'string' && isId(id)
}
