import { copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { randomBytes } from 'node:crypto'
import { isWithin } from '../../base/file-facts.ts'
import { temporaryFolder } from '../../base/own-folders.ts'
import { Failure, fileFailure } from '../../base/failure.ts'
import { type Repository, withObjectsIn } from '../open-repository.ts'

/** The content of a commit made now. */
export interface StagedTree {
  /** git's id of its tree. */
  readonly tree: string
  /** The repository in which that tree can be read; the real one has no such object. */
  readonly repository: Repository
}

/**
 * Reads the tree that would be committed now. The repository is left as it is: git writes an index that it reads, and
 * the trees that it makes of one.
 *
 * @throws {Failure} where files of the configuration are not merged, or the index cannot be read.
 */
export async function readStaged(repository: Repository): Promise<StagedTree> {
  const index = indexFile(repository)
  const folder = join(temporaryFolder(), `staged.${randomBytes(6).toString('hex')}`)
  const copy = join(folder, 'index')
  const objects = join(folder, 'objects')
  try {
    mkdirSync(objects, { recursive: true })
    if (existsSync(index)) copyFileSync(index, copy)
  } catch (error) {
    throw fileFailure(error, `cannot read ${index}`)
  }
  const own = await withObjectsIn(repository, objects)
  try {
    await leaveOutUnmerged(own, copy)
    return { tree: (await own.run(['write-tree'], { index: copy })).trim(), repository: own }
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.includes(copy)) throw error
    const help = '`git status` tells more of it; `git read-tree HEAD` makes it anew, as HEAD is'
    throw new Failure(error.kind, error.message.replaceAll(copy, index), help)
  } finally {
    rmSync(copy, { force: true })
  }
}

/**
 * Leaves out what is not merged elsewhere in the repository, which does not concern the configuration. @throws
 * {Failure} for what is in it.
 */
async function leaveOutUnmerged({ run, prefix }: Repository, index: string): Promise<void> {
  const listed = await run(['ls-files', '--unmerged', '--full-name', '-z', '--', ':/'], { index, patterns: true })
  const paths = new Set(
    listed.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(entry.indexOf('\t') + 1)])),
  )
  const own = [...paths].find((path) => prefix === '' || path.startsWith(`${prefix}/`))
  if (own !== undefined) {
    throw new Failure(
      'refused',
      `${own} has a merge conflict, so that nothing of it is staged`,
      'resolve it, and `git add` the file',
    )
  }
  if (paths.size === 0) return
  await run(['update-index', '--force-remove', '-z', '--stdin'], {
    index,
    input: Buffer.from([...paths].map((path) => `${path}\0`).join('')),
  })
}

/**
 * Returns the index that is going to be committed: for `git commit -a` and `git commit FILE`, git points its hooks to
 * another one than the repository's. It is in git's own folder.
 *
 * @throws {Failure} where the environment names one that is elsewhere: git would commit that, or it is left from the
 *   hook of another repository.
 */
function indexFile({ top, gitDir }: Repository): string {
  const own = join(gitDir, 'index')
  const given = process.env['GIT_INDEX_FILE']
  if (given === undefined || given === '') return own
  const file = [resolve(given), resolve(top, given)].find(
    (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  )
  if (file === undefined) return own
  if (isWithin(realpathSync(gitDir), realpathSync(dirname(file)))) return file
  throw new Failure(
    'usage',
    `GIT_INDEX_FILE names an index outside of this repository: ${given}`,
    'unset it, or run this in the repository whose index it is',
  )
}
