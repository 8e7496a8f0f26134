import { fileURLToPath } from 'node:url'
import { type GitPlace, parseGitUrl } from '../git/parse-git-url.ts'
import { quote } from '../base/quote-name.ts'

/** Where a store is, by its URL. What is undefined was meant and is not named. */
export type StorePlace =
  /** `file:DIR`, relative or absolute, and a real `file://` URL. */
  | { readonly is: 'folder'; readonly folder: string | undefined }
  /** `git:REMOTE#BRANCH` */
  | { readonly is: 'branch'; readonly place: GitPlace | undefined }
  | { readonly is: 'server' }
  /** No URL at all, but a path: a letter before a colon is a drive. */
  | { readonly is: 'path' }
  | { readonly is: 'unknown'; readonly scheme: string }

/** The one grammar of a store's URL. Who takes which places, and in which words others are refused, is the caller's. */
export function parseStoreUrl(url: string): StorePlace {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]
  if (scheme === undefined) return { is: 'path' }
  if (/^https?$/i.test(scheme)) return { is: 'server' }
  if (scheme === 'git') return { is: 'branch', place: parseGitUrl(url) }
  if (scheme === 'file') return { is: 'folder', folder: folderIn(url) }
  return { is: 'unknown', scheme }
}

function folderIn(url: string): string | undefined {
  if (!url.startsWith('file://')) return url.slice('file:'.length) || undefined
  try {
    return fileURLToPath(url)
  } catch {
    // Another machine's name in it, or an escape that stands for no character.
    return undefined
  }
}

/** A URL as a message may show it: what stands before an `@` or after a `?` may be a password or a token. */
export function shown(url: string): string {
  return quote(url.replace(/^([a-z][a-z0-9+.-]*:\/*|\/*).*@/is, '$1…@').replace(/[?#].*$/s, '?…'))
}
