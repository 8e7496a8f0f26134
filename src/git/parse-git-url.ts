import { isAbsolute, resolve } from 'node:path'

/** A store's location in git: `git:REMOTE#BRANCH`. */
export interface GitPlace {
  /** A URL, a path, or the name of a remote. */
  readonly remote: string
  readonly branch: string
}

const DEFAULT_BRANCH = 'tenfold'

/** Returns undefined where it is no such URL, or where git would take a part of it for something else. */
export function parseGitUrl(url: string): GitPlace | undefined {
  const rest = url.startsWith('git:') ? url.slice('git:'.length) : ''
  // A URL or a path may hold one; a branch hardly does.
  const at = rest.lastIndexOf('#')
  const remote = at < 0 ? rest : rest.slice(0, at)
  const branch = at < 0 ? DEFAULT_BRANCH : rest.slice(at + 1)
  return isRemote(remote) && isBranch(branch) ? { remote, branch } : undefined
}

/** `TRANSPORT::ADDRESS` runs a program of its writer's choice, and what begins with a dash is an option. */
function isRemote(remote: string): boolean {
  return remote !== '' && !remote.startsWith('-') && !/^\w+::|[\0-\x1f\x7f]/.test(remote)
}

/** Whether a name is valid by `git check-ref-format`, checked a little more strictly. */
export function isBranch(branch: string): boolean {
  if (!/^[^\s\0-\x1f\x7f~^:?*[\\-][^\s\0-\x1f\x7f~^:?*[\\]*$/.test(branch)) return false
  if (/\.\.|@\{|\/\/|\.$|\/$|^\/|^@$/.test(branch)) return false
  return branch.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** Whether a remote is `git@host:path` or has a scheme: not in a folder here. */
export function isElsewhere(remote: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(remote) || (!isAbsolute(remote) && /^[^/\\]{2,}:/.test(remote))
}

/** Whether a text can be meant as a path: the name of a remote has neither a slash nor a dot in it. */
export function isPath(remote: string): boolean {
  return /[./\\]/.test(remote)
}

/** Makes a remote that is a path absolute, for git run in another folder. */
export function absolute(remote: string, folder: string): string {
  return isElsewhere(remote) ? remote : resolve(folder, remote)
}

/** Hides the credentials of every URL in a text. For HTTP the user's name goes as well: it may be the token. */
export function masked(text: string): string {
  return text
    .replace(/\b(https?:\/\/)[^\s/?#'"]*@/gi, '$1***@')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/?#:'"@]*):[^\s/?#'"]*@/gi, '$1:***@')
}
