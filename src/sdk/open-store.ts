import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TenfoldError, shown } from './errors.ts'
import { FileStore } from './stores/file.ts'
import { gitStore } from './stores/git.ts'
import type { Store, StoreOptions } from './store.ts'
import { HttpStore } from './stores/http.ts'

/**
 * A store by its URL: `file:DIR`, relative or absolute, a `file://` URL, `https://…`, or `git:REMOTE#BRANCH`. Every
 * kind of store is known here and nowhere else: another kind is another line.
 * @throws {TenfoldError} `unsupported_store`, and `invalid_option` for headers that nobody would be sent.
 */
export function openStore(url: string, { timeoutMs, headers, cacheDir }: StoreOptions = {}): Store {
  if (/^https?:/i.test(url)) return new HttpStore(url, { timeoutMs, headers })
  if (headers !== undefined) {
    throw new TenfoldError('invalid_option', `headers is for a store at https://…, and ${shown(url)} is none`)
  }
  if (url.startsWith('file://')) return new FileStore(url, pathOfUrl(url))
  if (url.startsWith('git:')) return gitStore(url, cacheDir === undefined ? undefined : join(cacheDir, 'git'))
  const folder = url.startsWith('file:') ? url.slice('file:'.length) : ''
  if (folder !== '') return new FileStore(url, resolve(folder))
  const isUrl = /^[a-z][a-z0-9+.-]+:/i.test(url)
  const hint = isUrl
    ? 'this version reads file:DIR, https://… and git:REMOTE#BRANCH'
    : `write ${shown(`file:${url}`)} for a folder`
  throw new TenfoldError('unsupported_store', `${shown(url)} is not a store; ${hint}`)
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    throw new TenfoldError('unsupported_store', `${shown(url)} is not the URL of a folder here`)
  }
}
