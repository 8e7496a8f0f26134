import { SHORTEST, credentialIn, remembered } from './detect-credential.ts'
import { maskCredentials } from './mask-credentials.ts'

/**
 * Returns the kind of credential in the last name of a path, or in a folder's name where no path before it had that
 * folder.
 */
export function credentialInPath(path: string, folders: Set<string>): string | undefined {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end)
    if (folders.has(folder)) continue
    folders.add(folder)
    const what = inName(folder.slice(folder.lastIndexOf('/') + 1))
    if (what !== undefined) return what
  }
  return inName(path.slice(path.lastIndexOf('/') + 1))
}

/** Masks every name in a path that is a credential. */
export function maskPath(path: string): string {
  return path.length < SHORTEST
    ? path
    : path
        .split('/')
        .map((name) => name.replace(STEM, masked))
        .join('/')
}

function inName(name: string): string | undefined {
  return name.length < SHORTEST ? undefined : inStem(STEM.exec(name)?.[0] ?? name)
}

const inStem = remembered(credentialIn)

function masked(name: string): string {
  return inStem(name) === undefined ? name : maskCredentials(name)
}

/** The extension is not part of a file's name proper. */
const STEM = /^.+?(?=\.[a-z0-9]{1,5}$|$)/s
