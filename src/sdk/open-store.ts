import { join, resolve } from 'node:path'
import { quote } from '../base/quote-name.ts'
import { masked } from '../git/parse-git-url.ts'
import type { StoreReader } from '../store/backend-types.ts'
import { FileReader } from '../store/backends/file-reader.ts'
import { gitReader } from '../store/backends/git-reader.ts'
import type { StoreHeaders } from '../store/backends/http/headers.ts'
import type { CredentialSource } from '../store/backends/s3/aws-credentials.ts'
import { BucketReader } from '../store/backends/s3/bucket-reader.ts'
import { RegistryReader } from '../store/backends/oci/registry-reader.ts'
import { HttpReader } from '../store/backends/http-reader.ts'
import { parseStoreUrl, shown } from '../store/parse-store-url.ts'
import { TenfoldError, translated } from './tenfold-error.ts'

/** What a store may need besides its URL. */
export interface StoreOptions {
  /** Milliseconds for a request with its whole answer. */
  readonly timeoutMs?: number | undefined
  /** Returns the headers that a private server requires. */
  readonly headers?: (() => StoreHeaders | Promise<StoreHeaders>) | undefined
  /** Returns the key for a private bucket; by default the environment's. */
  readonly credentials?: CredentialSource | undefined
  /** The tag in a container registry, where its URL names none. */
  readonly environment?: string | undefined
  /** The service's own folder, for a store that cannot be read without a local copy. */
  readonly cacheDir?: string | undefined
}

/**
 * Opens a store by its URL: `file:DIR`, relative or absolute, a `file://` URL, `https://…`,
 * `git:REMOTE#BRANCH`, `s3:BUCKET/PREFIX` or `oci:HOST/NAME:ENV`.
 *
 * @throws {TenfoldError} `unsupported_store`, and `invalid_option` for headers that would not be sent to any server.
 */
export function openStore(url: string, options: StoreOptions = {}): StoreReader {
  try {
    return readerOf(url, options)
  } catch (error) {
    throw translated(error)
  }
}

/** Returns a store's folder on this machine; undefined for any other kind of store. */
export function folderOf(store: StoreReader): string | undefined {
  return store instanceof FileReader ? store.folder : undefined
}

/** Creates the reader. Only this function knows the kinds of stores: another kind needs only another line here. */
function readerOf(url: string, options: StoreOptions): StoreReader {
  const { timeoutMs, headers, cacheDir, credentials, environment } = options
  const place = parseStoreUrl(url)
  if (place.is === 'server') return new HttpReader(url, { timeoutMs, headers })
  if (headers !== undefined) {
    throw new TenfoldError('invalid_option', `headers is for a store at https://…, and ${shown(url)} is none`)
  }
  if (place.is === 'bucket') return new BucketReader(url, { ...FOR_SERVICES, timeoutMs, credentials })
  if (place.is === 'registry') return new RegistryReader(url, { ...FOR_SERVICES, timeoutMs, environment })
  if (place.is === 'folder' && place.folder !== undefined) return new FileReader(resolve(place.folder), url)
  if (place.is === 'branch' && place.place !== undefined) {
    return gitReader(place.place, cacheDir === undefined ? undefined : join(cacheDir, 'git'))
  }
  throw new TenfoldError('unsupported_store', whyNot(url, place.is))
}

/** A service polls again soon; it does not wait long for one answer. */
const FOR_SERVICES = { tries: 3, longestPauseMs: 1_000 } as const

function whyNot(url: string, is: 'folder' | 'branch' | 'path' | 'unknown'): string {
  if (is === 'branch') return `${quote(masked(url))} names no branch; write git:REMOTE#BRANCH`
  if (url.startsWith('file://')) return `${shown(url)} is not the URL of a folder here`
  const hint =
    is === 'path'
      ? `write ${shown(`file:${url}`)} for a folder`
      : 'this version reads file:DIR, https://…, git:REMOTE#BRANCH, s3:BUCKET/PREFIX and oci:HOST/NAME:ENV'
  return `${shown(url)} is not a store; ${hint}`
}
