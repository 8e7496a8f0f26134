import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ref } from '../bundle/object.ts'
import { TenfoldError, quote } from './errors.ts'
import { FileStore } from './stores/file.ts'
import { gitStore } from './stores/git.ts'
import { HttpStore } from './stores/http.ts'

/** A place to read releases from. An object is what its name says: a reader need not look again. */
export interface Store {
  readonly url: string
  /** The head's bytes, as they are now; who signed them is not looked at. @throws {TenfoldError} */
  head(): Promise<Buffer>
  /** An object's bytes, exactly those that the reference names. @throws {TenfoldError} */
  object(ref: Ref): Promise<Buffer>
}

/** A store by its URL: `file:DIR`, relative or absolute, a `file://` URL, `https://…`, or `git:REMOTE#BRANCH`. @throws {TenfoldError} */
export function openStore(url: string, cacheDir?: string): Store {
  if (url.startsWith('file://')) return new FileStore(url, pathOfUrl(url))
  if (url.startsWith('git:')) return gitStore(url, cacheDir)
  if (/^https?:/i.test(url)) return new HttpStore(url)
  const folder = url.startsWith('file:') ? url.slice('file:'.length) : ''
  if (folder !== '') return new FileStore(url, resolve(folder))
  const hint = /^[a-z][a-z0-9+.-]+:/i.test(url) ? 'this version reads file:DIR, https://… and git:REMOTE#BRANCH' : `write file:${url} for a folder`
  throw new TenfoldError('unsupported_store', `${quote(url)} is not a store; ${hint}`)
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new TenfoldError('unsupported_store', `${quote(url)} is not the URL of a folder here`, { cause: error })
  }
}
