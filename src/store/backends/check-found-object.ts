import { StoreFailure } from '../../base/failure.ts'
import { damaged } from '../backend-types.ts'
import { type Ref, hexOf, matches } from '../format/object-ref.ts'

/** What was found in place of a store's file: its bytes, nothing, or something that no store would have there. */
export type Found = Buffer | 'absent' | 'unfit'

/** @throws {StoreFailure} `not-found`, for the given reason, or `damaged`. */
export function headIn(found: Found, store: string, absence: string): Buffer {
  if (found === 'absent') throw new StoreFailure('not-found', `there is no store at ${store}: ${absence}`)
  if (found === 'unfit') throw damaged(store, 'its head.json is not a file of at most 64 KiB')
  return found
}

/** @throws {StoreFailure} `damaged` */
export function objectIn(found: Found, store: string, ref: Ref): Buffer {
  if (found === 'absent') throw damaged(store, `object ${hexOf(ref)} is missing`)
  if (found === 'unfit' || !matches(ref, found)) throw damaged(store, `object ${hexOf(ref)} is not what its name says`)
  return found
}
