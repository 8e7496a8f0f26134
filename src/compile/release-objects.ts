import type { Ref, StoredObject } from '../store/format/object-ref.ts'

/** The objects of one release: those that are new, and those that are read on the way. */
export class ReleaseObjects {
  readonly #objects = new Map<Ref, StoredObject>()
  readonly #read: (ref: Ref) => Uint8Array

  constructor(read: (ref: Ref) => Uint8Array) {
    this.#read = read
  }

  read(ref: Ref): Uint8Array {
    return this.#objects.get(ref)?.bytes ?? this.#read(ref)
  }

  write(object: StoredObject): StoredObject {
    this.#objects.set(object.ref, object)
    return object
  }

  get size(): number {
    return this.#objects.size
  }

  all(): Iterable<StoredObject> {
    return this.#objects.values()
  }
}
