import { resolve } from 'node:path'
import { masked } from '../git/parse-git-url.ts'
import { Failure } from '../base/failure.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import type { Backend, StoreReader } from './backend-types.ts'
import { FileBackend } from './backends/file-backend.ts'
import { HttpReader } from './backends/http-reader.ts'
import { GitBackend } from './backends/git-backend.ts'
import { RegistryBackend } from './backends/oci/registry-backend.ts'
import { BucketBackend } from './backends/s3/bucket-backend.ts'
import { parseStoreUrl } from './parse-store-url.ts'

const SCHEMES = ['file', 'git', 's3', 'oci']
const TARGETS = 'the targets are file:DIR, git:REMOTE#BRANCH, s3:BUCKET/PREFIX and oci:HOST/NAME:ENV'

/**
 * Opens a backend by its URL; a bare path is a folder.
 *
 * @param environment The tag in a container registry, where its URL names none.
 * @throws {Failure} when there is no such kind of backend.
 */
export function openBackend(url: string, environment?: string): Backend {
  if (url === '') throw new Failure('usage', 'nothing names the target', TARGETS)
  const place = parseStoreUrl(url)
  switch (place.is) {
    case 'path':
      return new FileBackend(resolve(url))
    case 'folder':
      if (place.folder !== undefined && !place.folder.includes('\0')) return new FileBackend(resolve(place.folder))
      throw refused(url, 'names no folder of this machine', 'write file:DIR, such as file:.tenfold/store')
    case 'branch':
      if (place.place !== undefined) return new GitBackend(place.place)
      throw refused(url, 'names no branch of a repository', 'write git:REMOTE#BRANCH, such as git:origin#tenfold')
    case 'bucket':
      return new BucketBackend(url)
    case 'registry':
      return new RegistryBackend(url, { environment })
    case 'server':
      throw refused(url, 'can be read, and not published to', TARGETS)
    case 'unknown':
      throw refused(url, 'is not a target', `${didYouMean(place.scheme, SCHEMES)}${TARGETS}`)
  }
}

/**
 * Opens a store to read it by its URL: a backend, or a server with a store's files, `https://…`.
 *
 * @throws {Failure} when there is no such kind of store.
 */
export function openReader(url: string, environment?: string): StoreReader {
  return parseStoreUrl(url).is === 'server' ? new HttpReader(url) : openBackend(url, environment)
}

function refused(url: string, why: string, help: string): Failure {
  return new Failure('usage', `"${masked(url)}" ${why}`, help)
}
