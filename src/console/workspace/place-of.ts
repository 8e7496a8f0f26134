import { readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { statsOf } from '../../base/file-facts.ts'
import { topOf } from '../../git/find-top.ts'

/**
 * Returns a text that differs once a folder, its repository, or the commit that is checked out there is another one, by
 * a few looks at files. Undefined where only git can tell: behind a link, in a linked working tree, and where branches
 * are not kept in files.
 */
export function placeOf(config: string): string | undefined {
  try {
    const folder = resolve(config)
    const top = topOf(folder)
    if (top === undefined || realpathSync(folder) !== folder) return undefined
    const gitDir = join(top, '.git')
    if (statsOf(gitDir)?.isDirectory() !== true || statsOf(join(gitDir, 'reftable')) !== undefined) return undefined
    const head = readFileSync(join(gitDir, 'HEAD'), 'utf8').trim()
    const [, branch] = /^ref: (refs\/[^\0]+)$/.exec(head) ?? []
    const tip = branch === undefined ? head : tipOf(gitDir, branch)
    // A name for another branch, which may move.
    if (typeof tip === 'string' && tip.startsWith('ref:')) return undefined
    const parts = [folder, gitDir, join(gitDir, 'config'), join(gitDir, 'shallow')].map((path) => identityOf(path))
    return JSON.stringify([head, tip, ...parts])
  } catch {
    return undefined
  }
}

/** Returns the commit of a branch; of a packed one, what tells whether the file of all those has changed. */
function tipOf(gitDir: string, branch: string): unknown {
  const loose = join(gitDir, ...branch.split('/'))
  if (statsOf(loose)?.isFile() === true) return readFileSync(loose, 'utf8')
  return factsOf(join(gitDir, 'packed-refs'))
}

/** A folder's own times change with whatever git does in it. */
function identityOf(path: string): unknown {
  const stats = statsOf(path)
  return stats?.isDirectory() === true ? [stats.ino] : factsOf(path)
}

function factsOf(path: string): unknown {
  const { ino, mtimeMs, ctimeMs, size } = statsOf(path) ?? {}
  return [ino, mtimeMs, ctimeMs, size]
}
