import { gitFailure } from '../git-failure.ts'
import type { Repository } from '../open-repository.ts'
import { isHidden } from '../worktree/read-index.ts'

/**
 * Lists the paths of the repository that a change touches and no configuration is read from: those outside its folder,
 * and those in it that are not read, since a name on their way begins with a dot. Empty where the folder is the whole
 * repository, except for these.
 *
 * @param head The working tree if left out, with what git does not track there and does not ignore. @throws {Failure}
 */
export async function pathsOutside(repository: Repository, base: string, head?: string): Promise<string[]> {
  const { run, prefix } = repository
  const names = ['-z', '--name-only', '--no-renames', '--no-ext-diff', '--ignore-submodules=none']
  try {
    const listed =
      head === undefined
        ? [
            await run(['diff', ...names, '--no-textconv', '--no-relative', base, '--'], { readsFiles: true }),
            await run(['ls-files', '-z', '--others', '--exclude-standard', '--full-name'], { readsFiles: true }),
          ]
        : [await run(['diff-tree', '-r', ...names, base, head, '--'])]
    const paths = new Set(listed.flatMap((text) => text.split('\0')))
    paths.delete('')
    return [...paths].filter((path) => isOutside(path, prefix) && !isOwn(path, head)).sort()
  } catch (error) {
    throw gitFailure(error, 'cannot list the files that have changed')
  }
}

function isOutside(path: string, prefix: string): boolean {
  if (prefix === '') return isHidden(path)
  return !path.startsWith(`${prefix}/`) || isHidden(path.slice(prefix.length + 1))
}

/** Files that this machine keeps in a working tree are no part of a change; in a commit they are, and are shown. */
function isOwn(path: string, head: string | undefined): boolean {
  return head === undefined && path.split('/').includes('.tenfold')
}
