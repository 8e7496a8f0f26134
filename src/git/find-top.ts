import { dirname, join } from 'node:path'
import { statsOf } from '../base/file-facts.ts'
import { gitEnvironment } from './git-environment.ts'

/**
 * Finds the folder of the working tree that another one is in: the nearest one, from that one up, with a `.git`, which
 * no checkout can bring. git on its own would take any folder on the way that resembles a repository.
 */
export function topOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    // Whatever it is: one that cannot be read is a repository that cannot be vouched for.
    if (statsOf(join(at, '.git')) !== undefined) return at
    if (dirname(at) === at) return undefined
  }
}

/**
 * Returns the environment in which git, started at the top of a working tree, finds the repository there and none above
 * it.
 */
export function atTop(top: string): Record<string, string> {
  return gitEnvironment(process.env, { gitDir: null, ceiling: dirname(top) })
}
