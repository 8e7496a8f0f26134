import { readLeaf } from '../bundle/leaf.ts'
import type { Ref } from '../bundle/object.ts'
import type { Accounts } from './accounts.ts'
import { Profiles } from './profiles.ts'
import { slices } from './slices.ts'
import type { AccountTable } from './table.ts'

/** What one object of the account tree refers to. */
export interface Branch {
  readonly leaves: readonly Ref[]
  readonly nodes: readonly Ref[]
}

/** All accounts in memory. */
export class FullAccounts implements Accounts {
  readonly table: AccountTable
  /** The root's part of the account tree and each node's. */
  readonly branches: ReadonlyMap<Ref, Branch>

  constructor(table: AccountTable, branches: ReadonlyMap<Ref, Branch>) {
    this.table = table
    this.branches = branches
  }

  get count(): number {
    return this.table.count
  }

  lookUp(): Profiles {
    return new Profiles(this.table)
  }

  async need(id: string): Promise<boolean> {
    return typeof id === 'string' && this.table.find(id) >= 0
  }

  /** There is nothing that is not in memory. */
  async follow(): Promise<void> {}

  async provenance(id: string): Promise<Ref | undefined> {
    const slot = this.table.find(id)
    return slot < 0 ? undefined : readLeaf(this.table.at(slot).leaf.bytes).provenance
  }

  async *needed(): AsyncGenerator<Ref> {
    const pause = slices()
    for (const [branch, { leaves }] of this.branches) {
      yield branch
      for (const leaf of leaves) {
        yield leaf
        yield* this.table.leaf(leaf)?.texts.keys() ?? []
        await pause()
      }
    }
  }

  /** Everything is needed. */
  async *worthKeeping(): AsyncGenerator<Ref> {}
}
