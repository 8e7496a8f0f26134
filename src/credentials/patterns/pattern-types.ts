/**
 * A credential that its beginning gives away. The beginnings are literal, so that one pass over a text finds all of
 * them, and what follows is matched in a window of fixed size: the time is never more than linear in a text's length.
 */
export interface CredentialPattern {
  readonly what: string
  readonly starts: readonly string[]
  /** The form of what must follow the beginning; its match is the part that cannot be guessed. */
  readonly rest: RegExp
  /** The form of what must precede it, where the beginning may be inside a word; otherwise no letter or digit may. */
  readonly after?: RegExp
  /** Set where the form alone proves that what follows is neither a word nor a placeholder. */
  readonly sure?: true
}

/** Replaces whatever separates the parts of a split key. It is neither a letter nor whitespace. */
export const GAP = '\u0001'
