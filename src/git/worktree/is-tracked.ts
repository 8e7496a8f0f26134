import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { statsOf } from '../../base/file-facts.ts'
import { openRepository, refuseUnanswered } from '../open-repository.ts'

/** @throws {Failure} where a link that git tracks is on the way to a path, so that a checkout sets where it leads. */
export async function refuseTrackedLink(path: string): Promise<void> {
  const link = await trackedLink(path)
  if (link === undefined) return
  const shown = relative(process.cwd(), link).split(sep).join('/')
  throw new Failure(
    'refused',
    `${shown} is a symbolic link that git tracks`,
    'name the folder itself, or the one that it leads to',
  )
}

/**
 * Whether git tracks a path, or anything below it, or a link on the way to it: whether a checkout brings it. A path in
 * no repository belongs to this machine alone. @throws {Failure} where git does not answer.
 */
export async function isTracked(path: string): Promise<boolean> {
  if ((await trackedLink(path)) !== undefined) return true
  return isListed(realPath(path))
}

/** Returns the first link on the way to a path, itself included, that git tracks. */
async function trackedLink(path: string): Promise<string | undefined> {
  for (const link of linksTo(resolve(path)))
    if (await isListed(join(realPath(dirname(link)), nameOf(link)))) return link
  return undefined
}

function linksTo(path: string): string[] {
  const above = dirname(path) === path ? [] : linksTo(dirname(path))
  return statsOf(path)?.isSymbolicLink() === true ? [...above, path] : above
}

/** Whether the repository that a path is in has it in its index, or anything below it, in any case. */
async function isListed(path: string): Promise<boolean> {
  const repository = await openRepository(dirname(path))
  if (repository === undefined) {
    await refuseUnanswered(dirname(path))
    return false
  }
  const inside = relative(repository.top, path).split(sep).join('/')
  return (await repository.run(['ls-files', '-z', '--', `:(top,icase)${inside}`], { patterns: true })) !== ''
}

function nameOf(path: string): string {
  return path.slice(dirname(path).length).replace(/^[/\\]/, '')
}

/** Returns where a path leads, as far as it exists. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(realPath(above), nameOf(path))
}
