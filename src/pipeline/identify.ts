import { readRevision } from '../compile/git-trees.ts'
import type { Repository } from '../compile/git.ts'
import type { TreeFile } from '../compile/read.ts'
import type { Configuration } from './configuration.ts'

/**
 * A configuration in whose listing the account files have the ids that git has for their contents, so that a file
 * need not be read to see that it is what it was. A folder's files get the ids of HEAD, but for those that git sees
 * changed, or was told not to look at.
 */
export async function identified(configuration: Configuration): Promise<Configuration> {
  const { from, repository, id, tree } = configuration
  if (from === 'revision' || repository === undefined || id === undefined) return configuration
  const { commit, unsure } = await configuration.state()
  const isUnsure = within(unsure, repository)
  const { files } = await readRevision(repository, commit ?? 'HEAD', id)
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]))
  const withId = (file: TreeFile): TreeFile => {
    const blob = file.kind === 'account' && !isUnsure(file.path) ? blobs.get(file.path) : undefined
    return blob === undefined ? file : { ...file, blob }
  }
  return { ...configuration, tree: { ...tree, files: tree.files.map(withId) } }
}

/** Whether a path of the configuration is one of a list of the repository's, or in a folder that is. */
function within(unsure: readonly string[], { prefix }: Repository): (path: string) => boolean {
  const start = prefix === '' ? 0 : prefix.length + 1
  const paths = new Set(unsure.map((path) => path.slice(start)))
  const folders = [...paths].filter((path) => path.endsWith('/') || path === '')
  return (path) => paths.has(path) || folders.some((folder) => path.startsWith(folder))
}
