/**
 * A credential that its beginning gives away. The beginnings are literal, so that one pass over a text finds all of
 * them, and what follows is looked at through a window of fixed size: no text makes this slower than its length.
 */
export interface CredentialPattern {
  readonly what: string
  readonly starts: readonly string[]
  /** What must follow the beginning; its match is the part that nobody can guess. */
  readonly rest: RegExp
  /** What must precede it, where the beginning may stand inside a word; otherwise no letter or digit may. */
  readonly after?: RegExp
  /** Where the form alone says that what follows is no word and no placeholder. */
  readonly sure?: true
}

/** Stands for whatever separates the parts of a split key. It is neither a letter nor whitespace. */
export const GAP = '\u0001'
