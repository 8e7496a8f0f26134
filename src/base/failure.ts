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

/** Returns the code of a system error, such as `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** Describes a failed file operation. */
export function fileFailure(error: unknown, what: string): Failure {
  const code = codeOf(error)
  const [why, help] = WORDS[code] ?? [error instanceof Error ? error.message : String(error), 'see the message above']
  return new Failure('world', `${what}: ${why}`, help, { cause: error })
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
