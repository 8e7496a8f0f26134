import type { Ref } from '../../src/store/format/object-ref.ts'
import type { CurrentRelease } from '../../src/sdk/current-release.ts'
import { advance } from '../../src/sdk/load-next-release.ts'
import type { StoreReader } from '../../src/store/backend-types.ts'
import { idHash } from '../../src/sdk/memory/hash-ids.ts'
import type { RootedStore } from './rooted.ts'

/** A store that notes what is read of it, and in which order. */
export class Watched implements StoreReader {
  readonly url: string
  reads: ('head' | Ref)[] = []
  readonly #decided

  constructor(store: RootedStore) {
    this.#decided = store.decided()
    this.url = store.url
  }

  head(): Promise<Buffer> {
    this.reads.push('head')
    return this.#decided.store.head()
  }

  read(ref: Ref): Promise<Buffer> {
    this.reads.push(ref)
    return this.#decided.store.read(ref)
  }

  advance(present?: CurrentRelease): Promise<CurrentRelease> {
    return advance(present, this.#decided, { hash: idHash, warn: () => {} }, this)
  }
}
