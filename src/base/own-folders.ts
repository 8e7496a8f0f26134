import { mkdirSync, mkdtempSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { statsOf } from './file-facts.ts'

/*
 * Folders of this machine's own, where no checkout can put anything: by the XDG Base Directory Specification
 * (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
type Env = Readonly<Record<string, string | undefined>>

/** Returns the folder of the key that signs this machine's stores; undefined for a user without a home. */
export function stateFolder(env: Env = process.env): string | undefined {
  return below(env['XDG_STATE_HOME'], env, '.local', 'state')
}

/** Returns the folder of our own repositories; undefined for a user without a home. */
export function cacheFolder(env: Env = process.env): string | undefined {
  return below(env['XDG_CACHE_HOME'], env, '.cache')
}

/** A relative path counts as none, as the specification demands. */
function below(named: string | undefined, env: Env, ...otherwise: readonly string[]): string | undefined {
  if (named !== undefined && isAbsolute(named)) return join(named, 'tenfold')
  const home = homeOf(env)
  return home === undefined ? undefined : join(home, ...otherwise, 'tenfold')
}

/**
 * Returns the home of a user who has one: that of a service is often given as a folder that does not exist, or the
 * root.
 */
function homeOf(env: Env): string | undefined {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homeInSystem()
  if (home === undefined || !isAbsolute(home) || home === '/') return undefined
  return isFolder(home) ? home : undefined
}

/** What cannot be inspected is no home. */
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
    // A user unknown to the system.
    return undefined
  }
}

/** Makes a folder that only we may enter, and those above it: as `makeFolder`. */
export function makePrivate(folder: string): string | undefined {
  return makeFolder(folder, 0o700)
}

/**
 * Makes a folder, and those above it, unless something is there.
 *
 * @returns the outermost one that did not exist yet, if any. @throws the system's error.
 */
export function makeFolder(folder: string, mode = 0o777): string | undefined {
  if (statsOf(folder) !== undefined) return undefined
  const above = dirname(folder)
  const outermost = above === folder ? undefined : makeFolder(above, mode)
  // One by one: on some file systems, such as `/proc`, node hangs forever when it makes several at once.
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process has just made it.
    if (statsOf(folder)?.isDirectory() !== true) throw error
    return outermost
  }
  return outermost ?? folder
}

/** Removes a folder again, and those above it up to the outermost that was made with it, as far as they are empty. */
export function unmake(folder: string, outermost: string): void {
  try {
    for (let at = folder; at.length >= outermost.length; at = dirname(at)) rmdirSync(at)
  } catch {
    // It is in use.
  }
}

/**
 * Whether a folder is ours alone: not a link, owned by us, and closed to others. What a checkout brings is open to
 * read, so that it never is.
 */
export function isPrivate(folder: string): boolean {
  const found = statsOf(folder)
  if (found?.isDirectory() !== true) return false
  // Windows has neither owners nor modes in this form: there a user's own folders are closed to others.
  if (process.getuid === undefined) return true
  return found.uid === process.getuid() && (found.mode & 0o077) === 0
}

let made: string | undefined

/**
 * Makes a folder that no other user can prepare for us; the same one for the whole of this process, and gone with it.
 */
export function temporaryFolder(): string {
  if (made !== undefined && isPrivate(made)) return made
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return (made = folder)
}
