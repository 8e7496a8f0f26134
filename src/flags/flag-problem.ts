/** OpenFeature's codes for what keeps a flag from having a value. */
export type FlagProblemCode = 'FLAG_NOT_FOUND' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'GENERAL'

/** Thrown where a flag has no value for a context. The message is for people. */
export class FlagProblem extends Error {
  override readonly name = 'FlagProblem'
  readonly code: FlagProblemCode

  constructor(code: FlagProblemCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
