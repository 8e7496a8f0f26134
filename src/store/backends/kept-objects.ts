import type { Ref } from '../format/object-ref.ts'

/** Larger ones are packs, which are read once. */
const MAX_BYTES = 1 << 20

/** What a command has read: objects never change, and where each is a request, some are read twice. */
export class KeptObjects {
  readonly #kept = new Map<Ref, Buffer>()

  async read(ref: Ref, anew: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#kept.get(ref)
    if (known !== undefined) return known
    const bytes = await anew()
    if (bytes.length <= MAX_BYTES) this.#kept.set(ref, bytes)
    return bytes
  }
}
