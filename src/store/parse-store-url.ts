import { fileURLToPath } from 'node:url'
import { type GitPlace, parseGitUrl } from '../git/parse-git-url.ts'
import { quote } from '../base/quote-name.ts'

/** Where a store is, by its URL. An undefined member means that the URL has this kind but names no valid place. */
export type StorePlace =
  /** `file:DIR`, relative or absolute, or a real `file://` URL. */
  | { readonly is: 'folder'; readonly folder: string | undefined }
  /** `git:REMOTE#BRANCH` */
  | { readonly is: 'branch'; readonly place: GitPlace | undefined }
  | { readonly is: 'server' }
  /** `s3:BUCKET/PREFIX`, which its backend parses. */
  | { readonly is: 'bucket' }
  /** `oci:HOST/NAME:ENV`, which its backend parses. */
  | { readonly is: 'registry' }
  /** A path rather than a URL: a single letter before a colon is a drive. */
  | { readonly is: 'path' }
  | { readonly is: 'unknown'; readonly scheme: string }

/** Parses a store's URL, for all callers. Each decides which places it accepts, and how it refuses the others. */
export function parseStoreUrl(url: string): StorePlace {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]
  if (scheme === undefined) return { is: 'path' }
  if (/^https?$/i.test(scheme)) return { is: 'server' }
  if (scheme === 'git') return { is: 'branch', place: parseGitUrl(url) }
  if (scheme === 's3') return { is: 'bucket' }
  if (scheme === 'oci') return { is: 'registry' }
  if (scheme === 'file') return { is: 'folder', folder: folderIn(url) }
  return { is: 'unknown', scheme }
}

function folderIn(url: string): string | undefined {
  if (!url.startsWith('file://')) return url.slice('file:'.length) || undefined
  try {
    return fileURLToPath(url)
  } catch {
    // It names another machine, or has an escape that encodes no character.
    return undefined
  }
}

/** Returns a URL that is safe to show: anything before an `@` or after a `?` may be a password or a token. */
export function shown(url: string): string {
  return quote(url.replace(/^([a-z][a-z0-9+.-]*:\/*|\/*).*@/is, '$1…@').replace(/[?#].*$/s, '?…'))
}
