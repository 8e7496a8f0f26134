import { readLeaf } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { readRoot } from '../../store/format/content-root.ts'
import { leafFor } from '../../store/format/walk-tree.ts'
import type { Accounts } from '../answers/accounts-interface.ts'
import type { Interner } from './line-interner.ts'
import { slices } from '../load/time-slices.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import type { AccountTable } from './account-table.ts'

/** The references in one object of the account tree. */
export interface Branch {
  readonly leaves: readonly Ref[]
  readonly nodes: readonly Ref[]
}

/** The most bytes of memoized answers in a service with all accounts in memory: some 300,000 answers. */
const ANSWER_BYTES = 48 << 20

/** All accounts in memory. */
export class FullAccounts implements Accounts {
  readonly answerBytes = ANSWER_BYTES
  readonly holdsTexts = true
  readonly table: AccountTable
  /** The references in the root's part of the account tree and in each node. */
  readonly branches: ReadonlyMap<Ref, Branch>
  readonly #store: StoreReader
  readonly #root: Ref

  constructor(store: StoreReader, root: Ref, table: AccountTable, branches: ReadonlyMap<Ref, Branch>) {
    this.#store = store
    this.#root = root
    this.table = table
    this.branches = branches
  }

  get count(): number {
    return this.table.count
  }

  get lines(): Interner {
    return this.table.lines
  }

  get ids(): Interner {
    return this.table.lines
  }

  numberOf(id: string): number {
    return this.table.numberOf(id)
  }

  async need(id: string): Promise<boolean> {
    return this.table.numberOf(id) !== 0
  }

  /** Leaves are not kept: an explanation has to be read from the store in any case. */
  async provenance(id: string): Promise<Ref | undefined> {
    const read = (ref: Ref): Promise<Buffer> => this.#store.read(ref)
    const leaf = await leafFor(readRoot(await read(this.#root)).accounts, id, read)
    return leaf === undefined ? undefined : readLeaf(leaf).provenance
  }

  async *needed(): AsyncGenerator<Ref> {
    const pause = slices()
    for (const [branch, { leaves }] of this.branches) {
      yield branch
      yield* leaves
      await pause()
    }
    const seen = new Set<number>()
    for (const number of this.table.numbers()) {
      if (seen.has(number)) continue
      seen.add(number)
      yield* this.lines.textsOf(number)
      await pause()
    }
  }

  /** Everything is needed, so nothing is left to yield. */
  async *worthKeeping(): AsyncGenerator<Ref> {}
}
