import { Malformed } from '../../store/format/decode-json.ts'
import { type Ref, lengthOf } from '../../store/format/object-ref.ts'
import { Descent, epochAt } from '../../trust/root-descent.ts'
import { MAX_ROOT_BYTES, type RootDocument, checkForm, parseRootDocument } from '../../trust/root-document.ts'
import type { FollowedRoot } from '../../trust/verify-release.ts'
import type { StoreReader } from '../../store/backend-types.ts'

/** The most refused documents to remember. */
const MAX_REFUSED = 64

/**
 * Follows the roots that releases name. A document is untrusted until it is followed, and anyone who can write to the
 * store may offer one again and again: so its bytes, versions and keys are counted first, its signatures are checked
 * next, and each result, good or bad, is remembered.
 */
export class Roots {
  readonly #descent = new Descent()
  /** Why each was refused, and what our version was then. */
  readonly #refused = new Map<Ref, { readonly version: number; readonly error: unknown }>()

  /** @throws {Malformed} @throws {Untrusted} when it does not follow from ours. */
  async follow(ours: RootDocument, named: Ref, store: StoreReader): Promise<FollowedRoot> {
    const refused = this.#refused.get(named)
    if (refused?.version === ours.signed.version) throw refused.error
    if (lengthOf(named) > MAX_ROOT_BYTES) throw new Malformed('it names a root of over 256 KiB')
    const bytes = await (store.peek?.(named) ?? store.read(named))
    try {
      return this.#newer(ours, bytes)
    } catch (error) {
      this.#refuse(named, ours.signed.version, error)
      throw error
    }
  }

  #newer(ours: RootDocument, bytes: Buffer): FollowedRoot {
    const offered = parseRootDocument(bytes)
    const document = this.#descent.newer(ours, offered)
    checkForm(offered, bytes)
    return { document, epoch: epochAt(document, offered.signed.version) }
  }

  #refuse(named: Ref, version: number, error: unknown): void {
    const [oldest] = this.#refused.keys()
    if (this.#refused.size >= MAX_REFUSED && oldest !== undefined) this.#refused.delete(oldest)
    this.#refused.set(named, { version, error })
  }
}
