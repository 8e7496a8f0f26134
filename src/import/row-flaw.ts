/** What is wrong with a row of a dump, or with one value, without a word of what is in it: that may be a credential. */
export interface RowFlaw {
  /** A clause, `the row is not JSON`; of one value a predicate, `has a decimal comma`. */
  readonly reason: string
  readonly help: string
}
