import type { StoreReader } from '../../store/backend-types.ts'
import { type Ref, hexOf } from '../../store/format/object-ref.ts'
import { indexPack, readPackList } from '../../store/format/pack.ts'
import { slices } from './time-slices.ts'

/** The packs in the folder of the kept release, and what they hold: that need not be there singly. */
export class KeptPacks {
  readonly #store: Pick<StoreReader, 'read'>
  readonly #names = new Map<Ref, readonly string[]>()

  constructor(store: Pick<StoreReader, 'read'>) {
    this.#store = store
  }

  /**
   * Replaces objects that packs hold by the packs, which are fetched if they are not there. A list or a pack that cannot
   * be read holds nothing.
   *
   * @param there the names of the objects in the folder.
   */
  async replaceIn(needed: Map<string, Ref>, list: Ref, there: ReadonlySet<string>): Promise<void> {
    const packs = await this.#list(list)
    if (packs.length > 0) needed.set(hexOf(list), list)
    for (const ref of this.#names.keys()) if (!packs.includes(ref)) this.#names.delete(ref)
    const pause = slices()
    for (const ref of packs) {
      const known = there.has(hexOf(ref)) ? this.#names.get(ref) : undefined
      const names = known ?? (await this.#index(ref))
      for (const name of names) needed.delete(name)
      if (names.length > 0) needed.set(hexOf(ref), ref)
      await pause()
    }
  }

  async #list(list: Ref): Promise<readonly Ref[]> {
    try {
      return readPackList(await this.#store.read(list))
    } catch {
      return []
    }
  }

  async #index(ref: Ref): Promise<readonly string[]> {
    try {
      const names = [...indexPack(await this.#store.read(ref)).keys()].map(hexOf)
      this.#names.set(ref, names)
      return names
    } catch {
      return []
    }
  }
}
