import { readGlobalsOf, readRevision } from './list-revision.ts'
import type { Repository } from '../git/open-repository.ts'
import type { Located, Tree } from './list-folder.ts'
import type { Configuration, Origin } from './open-configuration.ts'

/**
 * Returns a configuration whose listed files have git's ids of their contents, so that a file need not be read to see
 * that it has not changed. A folder's files get the ids of HEAD, except for those that git sees changed, or was
 * instructed not to inspect.
 */
export async function identified(configuration: Configuration): Promise<Configuration> {
  const { from, repository, id, tree } = configuration
  if (from === 'revision' || repository === undefined || id === undefined) return configuration
  const { commit, unsure } = await configuration.state()
  const known = await readRevision(repository, commit ?? 'HEAD', id)
  return { ...configuration, tree: withIds(tree, known, within(unsure, repository)) }
}

/** Lists the globals of a folder that holds what git has under its id, with git's ids of their contents. */
export async function globalsOfCheckout({ listGlobals, repository, id, state }: Origin): Promise<Tree> {
  const { commit } = await state()
  const tree = await listGlobals()
  if (repository === undefined || id === undefined) return tree
  return withIds(tree, await readGlobalsOf(repository, commit ?? 'HEAD', id), () => false)
}

function withIds(tree: Tree, known: Tree, isUnsure: (path: string) => boolean): Tree {
  const blobs = new Map([...known.files, ...known.others].map(({ path, blob }) => [path, blob]))
  const withId = <F extends Located>(file: F): F => {
    // A file that comes from elsewhere, such as a base's policy, has its own.
    if (file.blob !== undefined) return file
    const blob = isUnsure(file.path) ? undefined : blobs.get(file.path)
    return blob === undefined ? file : { ...file, blob }
  }
  return { ...tree, files: tree.files.map(withId), others: tree.others.map(withId) }
}

/** Whether a path of the configuration is in a list of the repository's paths, or in a folder that is. */
function within(unsure: readonly string[], { prefix }: Repository): (path: string) => boolean {
  const start = prefix === '' ? 0 : prefix.length + 1
  const paths = new Set(unsure.map((path) => path.slice(start)))
  const folders = [...paths].filter((path) => path.endsWith('/') || path === '')
  return (path) => paths.has(path) || folders.some((folder) => path.startsWith(folder))
}
