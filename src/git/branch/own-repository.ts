import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, isPrivate, makePrivate, temporaryFolder } from '../../base/own-folders.ts'

/**
 * Returns where a bare repository of our own is to be: in a folder of this machine's own, or one that the caller names.
 * A folder of that name that we did not make is not used, no matter who put it there: its configuration and its hooks
 * are programs. Then, and where nothing can be made there, it is in a temporary folder, and everything is fetched
 * again.
 */
export function ownRepository(name: string, folder = cacheFolder()): string {
  const place = folder === undefined ? undefined : join(folder, 'git', name)
  return place !== undefined && canBeOurs(place) ? place : join(temporaryFolder(), name)
}

function canBeOurs(place: string): boolean {
  try {
    makePrivate(dirname(place))
    return isPrivate(dirname(place)) && (!existsSync(place) || isOurs(place))
  } catch {
    // No room, no right to write there, or a file in the way.
    return false
  }
}

/** All that the configuration of our own repositories contains; anything else in such a file was written by others. */
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'

/** Settings that lead git elsewhere, or have it run something. None of it is in a repository that we made. */
const FOREIGN = [
  'hooks',
  'commondir',
  'gitdir',
  'config.worktree',
  'worktrees',
  'modules',
  'info/attributes',
  'info/grafts',
  'objects/info/alternates',
  'objects/info/http-alternates',
  'refs/replace',
]

function isOurs(place: string): boolean {
  if (!isPrivate(place) || FOREIGN.some((name) => existsSync(join(place, name)))) return false
  return existsSync(join(place, 'config')) && readFileSync(join(place, 'config'), 'utf8') === CONFIG
}

/** Whether there is a repository at a place that was found to be ours. */
export function isThere(place: string): boolean {
  return existsSync(join(place, 'HEAD'))
}

/** Makes one beside its place, so that no process uses half of it. `init` gets the folder. */
export async function makeOwn(place: string, init: (folder: string) => Promise<unknown>): Promise<void> {
  const made = `${place}.${randomBytes(6).toString('hex')}.tmp`
  makePrivate(made)
  try {
    await init(made)
    writeFileSync(join(made, 'config'), CONFIG)
    renameSync(made, place)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    if (!isThere(place)) throw error
  }
}
