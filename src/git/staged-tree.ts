import { copyFileSync, existsSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { randomBytes } from 'node:crypto'
import { temporaryFolder } from '../base/own-folders.ts'
import { Failure, fileFailure } from '../base/failure.ts'
import type { Repository } from './repository.ts'

/**
 * git's id of the tree that would be committed now. The index itself is left as it is: git writes one that it reads.
 *
 * @throws {Failure} where files are not merged, or git cannot write into its own folder.
 */
export async function stagedTree(repository: Repository): Promise<string> {
  const copy = join(temporaryFolder(), `index.${randomBytes(6).toString('hex')}`)
  const index = indexFile(repository)
  try {
    if (existsSync(index)) copyFileSync(index, copy)
    return (await repository.run(['write-tree'], { index: copy })).trim()
  } catch (error) {
    if (!(error instanceof Failure)) throw fileFailure(error, `cannot read ${index}`)
    const unmerged = await repository.run(['ls-files', '--unmerged', '-z'], { index: copy }).catch(() => '')
    const [, path] = /^[^\t]*\t([^\0]+)\0/.exec(unmerged) ?? []
    if (path === undefined) throw error
    throw new Failure(
      'refused', `${path} has a merge conflict, so that nothing of it is staged`, 'resolve it, and `git add` the file',
    )
  } finally {
    rmSync(copy, { force: true })
  }
}

/**
 * The index that is going to be committed: for `git commit -a` and `git commit FILE`, git tells its hooks of another one
 * than the repository's. It is in git's own folder, as no other is.
 */
function indexFile({ top, gitDir }: Repository): string {
  const own = join(gitDir, 'index')
  const given = process.env['GIT_INDEX_FILE']
  if (given === undefined || given === '') return own
  const file = [resolve(given), resolve(top, given)].find((path) => existsSync(path))
  return file !== undefined && isBelow(realpathSync(dirname(file)), realpathSync(gitDir)) ? file : own
}

function isBelow(folder: string, above: string): boolean {
  const path = relative(above, folder)
  return path === '' || !(path === '..' || path.startsWith(`..${sep}`))
}
