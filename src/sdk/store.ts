import type { Ref } from '../store/format/object.ts'
import type { StoreHeaders } from './stores/headers.ts'

/** A place to read releases from. An object is what its name says: a reader need not look again. */
export interface Store {
  readonly url: string
  /** The head's bytes, as they are now; who signed them is not looked at. @throws {TenfoldError} */
  head(): Promise<Buffer>
  /** An object's bytes, exactly those that the reference names. @throws {TenfoldError} */
  object(ref: Ref): Promise<Buffer>
  /** As `object`, for one that nobody has vouched for yet: a store that keeps what it reads does not keep this. */
  peek?(ref: Ref): Promise<Buffer>
  /** Gives up what it is waiting for. Whoever asks again is answered again. */
  interrupt?(): void
}

/** What a store may need beside its URL. */
export interface StoreOptions {
  /** Milliseconds for a request with its whole answer. */
  readonly timeoutMs?: number | undefined
  /** What a private server wants to be asked with. */
  readonly headers?: (() => StoreHeaders | Promise<StoreHeaders>) | undefined
  /** The service's own folder, for a store that cannot be read without a copy here. */
  readonly cacheDir?: string | undefined
}
