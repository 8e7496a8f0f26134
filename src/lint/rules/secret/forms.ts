import { AI_FORMS } from './forms-of-ai.ts'
import { KEY_FORMS } from './forms-of-keys.ts'
import { SERVICE_FORMS } from './forms-of-services.ts'

/**
 * A credential that its beginning gives away. The beginnings are literal, so that one pass over a text finds all of
 * them, and what follows is looked at through a window of fixed size: no text makes this slower than its length.
 */
export interface Form {
  readonly what: string
  readonly starts: readonly string[]
  /** What must follow the beginning; its match is the part that nobody can guess. */
  readonly rest: RegExp
  /** What must precede it, where the beginning may stand inside a word; otherwise no letter or digit may. */
  readonly after?: RegExp
  /** Where the form alone says that what follows is no word and no placeholder. */
  readonly sure?: true
}

/** Of one beginning, the first form that fits counts. */
export const FORMS: readonly Form[] = [...AI_FORMS, ...SERVICE_FORMS, ...KEY_FORMS]

/** In bytes that are no text otherwise. */
export const KEY_BYTES = /\+e[np]\x04"\x04 |openssh-key-v1\0/

/** Stands for whatever separates the parts of a split key. It is neither a letter nor whitespace. */
export const GAP = '\u0001'
