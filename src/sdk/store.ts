import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ref } from '../bundle/object.ts'
import { TenfoldError, shown } from './errors.ts'
import { FileStore } from './stores/file.ts'
import { gitStore } from './stores/git.ts'
import type { StoreHeaders } from './stores/headers.ts'
import { HttpStore } from './stores/http.ts'

/** A place to read releases from. An object is what its name says: a reader need not look again. */
export interface Store {
  readonly url: string
  /** The head's bytes, as they are now; who signed them is not looked at. @throws {TenfoldError} */
  head(): Promise<Buffer>
  /** An object's bytes, exactly those that the reference names. @throws {TenfoldError} */
  object(ref: Ref): Promise<Buffer>
  /** As `object`, for one that nobody has vouched for yet: a store that keeps what it reads does not keep this. */
  peek?(ref: Ref): Promise<Buffer>
  /** Gives up what it is waiting for. Whoever asks again is answered again. */
  interrupt?(): void
}

/** What a store may need beside its URL. */
export interface StoreOptions {
  /** Milliseconds for a request with its whole answer. */
  readonly timeoutMs?: number | undefined
  /** What a private server wants to be asked with. */
  readonly headers?: (() => StoreHeaders | Promise<StoreHeaders>) | undefined
  /** The service's own folder, for a store that cannot be read without a copy here. */
  readonly cacheDir?: string | undefined
}

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
