import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../compile/failure.ts'
import { didYouMean } from '../compile/suggest.ts'
import type { Target } from './target.ts'
import { FileTarget } from './targets/file.ts'

const SCHEMES = ['file']

/** A target by its URL; a bare path is a folder. @throws {Failure} when there is no such kind of target. */
export function openTarget(url: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === 'file') return new FileTarget(folderOf(url))
  if (scheme === undefined) return new FileTarget(resolve(url))
  throw new Failure('usage', `"${url}" is not a target`, `${didYouMean(scheme, SCHEMES)}the targets are file:DIR`)
}

/** `file:DIR` as people write it, relative or absolute, and as a real URL. */
export function folderOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : resolve(url.slice('file:'.length))
}
