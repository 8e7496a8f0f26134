import { type Ref, type StoredObject, lengthOf } from '../../src/store/format/object-ref.ts'
import { indexPack, readPackList } from '../../src/store/format/pack.ts'
import { neededBy } from '../../src/store/packing/needed-objects.ts'
import { planPacks } from '../../src/store/packing/plan-packs.ts'
import type { PackPlan } from '../../src/store/packing/repack.ts'
import { StoreFailure } from '../../src/base/failure.ts'

/** All objects of a store that its releases share, as a folder has them. */
export class Objects {
  readonly all = new Map<Ref, Uint8Array>()
  /** How many objects were read. */
  reads = 0

  add(objects: Iterable<StoredObject>): void {
    for (const { ref, bytes } of objects) this.all.set(ref, bytes)
  }

  readonly read = async (ref: Ref): Promise<Uint8Array> => {
    this.reads++
    const bytes = this.all.get(ref)
    if (bytes === undefined) throw new StoreFailure('damaged', `object ${ref} is missing`)
    return bytes
  }

  /** Packs a release after another one, and adds the packs. */
  async pack(before: Ref | null, root: Ref): Promise<PackPlan> {
    const plan = await planPacks(before, root, { content: this.read, last: this.read })
    this.add(plan.objects)
    return plan
  }

  packsIn(list: Ref): Ref[] {
    return readPackList(this.all.get(list) ?? Buffer.of())
  }

  namesIn(pack: Ref): Ref[] {
    return [...indexPack(this.all.get(pack) ?? Buffer.of()).keys()]
  }

  /** What a full load reads: how much of it no pack has, and how much of each pack it does not need. */
  async use(list: Ref | null, root: Ref): Promise<{ loose: Ref[]; unused: number[]; needed: number }> {
    const { tree, leaves, texts } = await neededBy(root, this.read)
    const needed = new Set([...tree, ...leaves, ...texts])
    const packs = list === null ? [] : this.packsIn(list)
    const packed = new Set(packs.flatMap((pack) => this.namesIn(pack)))
    const unused = packs.map((pack) => {
      const names = this.namesIn(pack).filter((name) => !needed.has(name))
      return names.reduce((sum, name) => sum + lengthOf(name), 0) / lengthOf(pack)
    })
    return { loose: [...needed].filter((ref) => !packed.has(ref)), unused, needed: needed.size }
  }
}
