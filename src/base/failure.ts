/**
 * Stops a command. `usage`: the command was called wrongly (exit 2); `world`: the network, the disk or a store failed
 * (exit 3); `refused`: the configuration asks for what the releases of its backend do not allow (exit 1). A
 * configuration that is wrong by itself is no failure: it is a list of diagnostics.
 */
export class Failure extends Error {
  override readonly name = 'Failure'

  readonly kind: 'usage' | 'world' | 'refused'
  /** The fix. */
  readonly help: string

  constructor(kind: Failure['kind'], message: string, help: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.help = help
  }
}

/** What is wrong with a store, or with how it was asked for. */
export type StoreProblem = 'not-found' | 'damaged' | 'unreadable' | 'unsupported' | 'wrong-option'

/** Why a store could not be read. A command ends by its kind, and the SDK gives each problem a code. */
export class StoreFailure extends Failure {
  readonly problem: StoreProblem

  constructor(problem: StoreProblem, message: string, options: ErrorOptions & { readonly help?: string } = {}) {
    const [kind, help] = PROBLEMS[problem]
    super(kind, message, options.help ?? help, 'cause' in options ? { cause: options.cause } : undefined)
    this.problem = problem
  }
}

const PROBLEMS: Readonly<Record<StoreProblem, readonly [kind: Failure['kind'], help: string]>> = {
  'not-found': ['world', 'publish one with `tenfold release`, or check the path'],
  damaged: [
    'world',
    'publish the release again into an empty folder, or restore the store; `tenfold verify` lists what is wrong',
  ],
  unreadable: ['world', 'check the URL of the store and the network, and run it again'],
  unsupported: ['usage', 'check the URL'],
  'wrong-option': ['usage', 'check the options'],
}

/** Returns the code of a system error, such as `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** Describes a failed file operation. */
export function fileFailure(error: unknown, what: string): Failure {
  const [why, help] = wordsOf(error)
  return new Failure('world', `${what}: ${why}`, help, { cause: error })
}

/** The same of a store's file that was to be read. */
export function unreadableFile(error: unknown, what: string): StoreFailure {
  const [why, help] = wordsOf(error)
  return new StoreFailure('unreadable', `${what}: ${why}`, { help, cause: error })
}

function wordsOf(error: unknown): readonly [why: string, help: string] {
  const message = error instanceof Error ? error.message : String(error)
  return WORDS[codeOf(error)] ?? [message, 'check the path and the disk, and run it again']
}

const WORDS: Readonly<Record<string, readonly [why: string, help: string]>> = {
  EACCES: ['permission denied', 'run it as a user who may read and write there'],
  EPERM: ['operation not permitted', 'run it as a user who may read and write there'],
  ENOSPC: ['no space left on the disk', 'free some space and run it again: nothing was changed'],
  EFBIG: [
    'the file would be larger than is allowed',
    'raise the limit (ulimit -f) and run it again: nothing was changed',
  ],
  EROFS: ['the file system is read-only', 'write somewhere else, with --out DIR'],
  ENOENT: ['no such file or directory', 'check the path'],
  ENOTDIR: ['a part of the path is not a folder', 'check the path'],
  EEXIST: ['something else is in the way', 'move it away, or write somewhere else'],
  ELOOP: ['its symbolic links lead in a circle', 'check the path'],
  ENAMETOOLONG: ['the name is too long', 'check the path'],
  EDQUOT: ['the disk quota is used up', 'free some space and run it again: nothing was changed'],
  EISDIR: ['it is a folder', 'check the path'],
  EMFILE: ['too many open files', 'raise the limit (ulimit -n)'],
  EIO: ['the disk failed', 'check the disk'],
}
