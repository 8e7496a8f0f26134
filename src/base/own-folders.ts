import { mkdirSync, mkdtempSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { statsOf } from './path.ts'

/*
 * Folders of this machine's own, where no checkout can put anything: by the XDG Base Directory Specification
 * (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
type Env = Readonly<Record<string, string | undefined>>

/** Where the key that signs this machine's stores is kept; undefined for a user without a home. */
export function stateFolder(env: Env = process.env): string | undefined {
  return below(env['XDG_STATE_HOME'], env, '.local', 'state')
}

/** Where repositories of our own are kept; undefined for a user without a home. */
export function cacheFolder(env: Env = process.env): string | undefined {
  return below(env['XDG_CACHE_HOME'], env, '.cache')
}

/** A relative path counts as none, as the specification has it. */
function below(named: string | undefined, env: Env, ...otherwise: readonly string[]): string | undefined {
  if (named !== undefined && isAbsolute(named)) return join(named, 'tenfold')
  const home = homeOf(env)
  return home === undefined ? undefined : join(home, ...otherwise, 'tenfold')
}

/** The home of a user who has one: a service's is often said to be a folder that does not exist, or the root. */
function homeOf(env: Env): string | undefined {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homeInSystem()
  if (home === undefined || !isAbsolute(home) || home === '/') return undefined
  return isFolder(home) ? home : undefined
}

/** What cannot even be looked at is nobody's home. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function homeInSystem(): string | undefined {
  try {
    return homedir()
  } catch {
    // A user whom the system does not know.
    return undefined
  }
}

/**
 * Makes a folder that only we may enter, and those above it.
 *
 * @returns the outermost one that was not there yet, if any. @throws what the system says.
 */
export function makePrivate(folder: string): string | undefined {
  if (statsOf(folder) !== undefined) return undefined
  const above = dirname(folder)
  const outermost = above === folder ? undefined : makePrivate(above)
  // One by one: on some file systems node makes several at once for ever.
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Somebody else has just made it.
    if (statsOf(folder)?.isDirectory() !== true) throw error
    return outermost
  }
  return outermost ?? folder
}

/** Takes a folder away again, and those above it up to the outermost that was made with it, as far as they are empty. */
export function unmake(folder: string, outermost: string): void {
  try {
    for (let at = folder; at.length >= outermost.length; at = dirname(at)) rmdirSync(at)
  } catch {
    // Somebody uses it.
  }
}

/**
 * Whether a folder is ours alone: no link, our own, and closed to others. What a checkout brings is open to read, so that
 * it is not.
 */
export function isPrivate(folder: string): boolean {
  const found = statsOf(folder)
  if (found?.isDirectory() !== true) return false
  // Windows has neither owners nor modes in this form: a user's own folders are closed to others there.
  if (process.getuid === undefined) return true
  return found.uid === process.getuid() && (found.mode & 0o077) === 0
}

let made: string | undefined

/** A folder that nobody else can prepare for us, the same one for all of this process, gone with it. */
export function temporaryFolder(): string {
  if (made !== undefined && isPrivate(made)) return made
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return (made = folder)
}
