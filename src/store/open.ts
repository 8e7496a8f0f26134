import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GitPlace, masked, parseGitUrl } from '../git/url.ts'
import { Failure } from '../base/failure.ts'
import { didYouMean } from '../base/suggest.ts'
import type { Backend } from './backend.ts'
import { FileBackend } from './backends/file.ts'
import { GitBackend } from './backends/git.ts'

const SCHEMES = ['file', 'git']
const TARGETS = 'the targets are file:DIR and git:REMOTE#BRANCH'

/** A target by its URL; a bare path is a folder. @throws {Failure} when there is no such kind of target. */
export function openBackend(url: string): Backend {
  if (url === '') throw new Failure('usage', 'nothing names the target', TARGETS)
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === 'file') return new FileBackend(folderOf(url))
  if (scheme === 'git') return new GitBackend(placeOf(url))
  if (scheme === undefined) return new FileBackend(resolve(url))
  const help = `${didYouMean(scheme, SCHEMES)}${TARGETS}`
  throw new Failure('usage', `"${masked(url)}" is not a target`, help)
}

/**
 * `file:DIR` as people write it, relative or absolute, and as a real URL.
 * @throws {Failure} when it names no folder.
 */
function folderOf(url: string): string {
  const folder = pathOf(url)
  if (folder !== undefined && folder !== '' && !folder.includes('\0')) return resolve(folder)
  throw new Failure('usage', `"${url}" names no folder of this machine`, 'write file:DIR, such as file:.tenfold/store')
}

function pathOf(url: string): string | undefined {
  if (!url.startsWith('file://')) return url.slice('file:'.length)
  try {
    return fileURLToPath(url)
  } catch {
    // Another machine's name in it, or an escape that stands for no character.
    return undefined
  }
}

function placeOf(url: string): GitPlace {
  const place = parseGitUrl(url)
  if (place !== undefined) return place
  const help = 'write git:REMOTE#BRANCH, such as git:origin#tenfold'
  throw new Failure('usage', `"${masked(url)}" names no branch of a repository`, help)
}
