import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GitPlace, masked, parseGitUrl } from '../bundle/git/url.ts'
import { Failure } from '../compile/failure.ts'
import { didYouMean } from '../compile/suggest.ts'
import type { Target } from './target.ts'
import { FileTarget } from './targets/file.ts'
import { GitTarget } from './targets/git.ts'

const SCHEMES = ['file', 'git']

/** A target by its URL; a bare path is a folder. @throws {Failure} when there is no such kind of target. */
export function openTarget(url: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === 'file') return new FileTarget(folderOf(url))
  if (scheme === 'git') return new GitTarget(placeOf(url))
  if (scheme === undefined) return new FileTarget(resolve(url))
  const help = `${didYouMean(scheme, SCHEMES)}the targets are file:DIR and git:REMOTE#BRANCH`
  throw new Failure('usage', `"${masked(url)}" is not a target`, help)
}

/** `file:DIR` as people write it, relative or absolute, and as a real URL. */
function folderOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : resolve(url.slice('file:'.length))
}

function placeOf(url: string): GitPlace {
  const place = parseGitUrl(url)
  if (place !== undefined) return place
  const help = 'write git:REMOTE#BRANCH, such as git:origin#tenfold'
  throw new Failure('usage', `"${masked(url)}" names no branch of a repository`, help)
}
