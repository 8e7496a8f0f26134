import type { Ref } from '../../src/store/format/object.ts'
import { type CurrentRelease, advance } from '../../src/sdk/refresh.ts'
import type { Store } from '../../src/sdk/store.ts'
import { idHash } from '../../src/sdk/memory/hash.ts'
import type { RootedStore } from './rooted.ts'

/** A store that notes what is read of it, and in which order. */
export class Watched implements Store {
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

  object(ref: Ref): Promise<Buffer> {
    this.reads.push(ref)
    return this.#decided.store.object(ref)
  }

  advance(present?: CurrentRelease): Promise<CurrentRelease> {
    return advance(present, this.#decided, idHash, this)
  }
}
