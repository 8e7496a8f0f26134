import { isAbsolute, resolve } from 'node:path'

/** Where a store lies in git: `git:REMOTE#BRANCH`. */
export interface GitPlace {
  /** A URL, a path, or the name of a remote. */
  readonly remote: string
  readonly branch: string
}

const DEFAULT_BRANCH = 'tenfold'

/** Undefined where it is no such URL, or where git would take a part of it for something else. */
export function parseGitUrl(url: string): GitPlace | undefined {
  const rest = url.startsWith('git:') ? url.slice('git:'.length) : ''
  // A URL or a path may hold one; a branch hardly does.
  const at = rest.lastIndexOf('#')
  const remote = at < 0 ? rest : rest.slice(0, at)
  const branch = at < 0 ? DEFAULT_BRANCH : rest.slice(at + 1)
  return isRemote(remote) && isBranch(branch) ? { remote, branch } : undefined
}

/** What `TRANSPORT::ADDRESS` runs is a program of somebody's choice, and what begins with a dash is an option. */
function isRemote(remote: string): boolean {
  return remote !== '' && !remote.startsWith('-') && !/^\w+::|[\0-\x1f\x7f]/.test(remote)
}

/** As `git check-ref-format` has it, and a little narrower. */
export function isBranch(branch: string): boolean {
  if (!/^[^\s\0-\x1f\x7f~^:?*[\\-][^\s\0-\x1f\x7f~^:?*[\\]*$/.test(branch)) return false
  if (/\.\.|@\{|\/\/|\.$|\/$|^\/|^@$/.test(branch)) return false
  return branch.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** `git@host:path` and whatever has a scheme: nothing that lies in a folder here. */
export function isElsewhere(remote: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(remote) || (!isAbsolute(remote) && /^[^/\\]{2,}:/.test(remote))
}

/** Whether a text can be meant as a path: the name of a remote has neither a slash nor a dot in it. */
export function isPath(remote: string): boolean {
  return /[./\\]/.test(remote)
}

/** A remote that is a path, as git run in another folder has to be told it. */
export function absolute(remote: string, folder: string): string {
  return isElsewhere(remote) ? remote : resolve(folder, remote)
}

/**
 * A text with the credentials of every URL in it hidden. For HTTP the user's name goes as well: it may be the token.
 */
export function masked(text: string): string {
  return text
    .replace(/\b(https?:\/\/)[^\s/?#'"]*@/gi, '$1***@')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/?#:'"@]*):[^\s/?#'"]*@/gi, '$1:***@')
}
