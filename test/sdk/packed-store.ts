import { readFileSync } from 'node:fs'
import type { Ref } from '../../src/store/format/object-ref.ts'
import { readPackList } from '../../src/store/format/pack.ts'
import type { Release } from '../../src/store/format/release-manifest.ts'
import { FileReader } from '../../src/store/backends/file-reader.ts'
import { planPacks } from '../../src/store/packing/plan-packs.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { RootedStore, numbered } from './rooted.ts'
import { type Content, manyAccounts } from './store.ts'

/** Two accounts with the number `n`, among so many others that there are packs. */
export function among(n: number, edits = 0, count = 9000): Content {
  const others = manyAccounts(count)
  for (let i = 0; i < edits; i++) others[`a${(i * 37) % count}`] = { plan: 'free' }
  const value = 'A text of its own. '.repeat(n)
  const prompts = { clustering: { customized: true, default: 'Group these', value } }
  return numbered(n, { ...others, prompted: { plan: 'growth', prompts } })
}

/** A store under a root whose releases have packs, as a publisher makes them. */
export class PackedStore extends RootedStore {
  #last: Ref | null = null

  override async make(content: Content, over: Partial<Release> = {}): Promise<Release> {
    const release = await super.make(content, over)
    const reader = new FileReader(this.folder)
    const read = (ref: Ref): Promise<Uint8Array> => reader.read(ref)
    const { packs, objects } = await planPacks(this.#last, release.root, { content: read, last: read })
    for (const object of objects) this.put(object)
    this.#last = packs
    return { ...release, packs, ...over }
  }

  get list(): Ref {
    return this.head().packs ?? 'none'
  }

  get packs(): Ref[] {
    return readPackList(readFileSync(this.file(this.list)))
  }

  async serve(): Promise<FaultyServer> {
    return new FaultyServer(this.folder).listen()
  }
}

export async function packedStore(content = among(1)): Promise<PackedStore> {
  const store = new PackedStore()
  await store.publish(content)
  return store
}
