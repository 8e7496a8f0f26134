import { join } from 'node:path'
import type { Tree } from '../../source/list-folder.ts'
import type { Repository } from '../../git/open-repository.ts'
import { foldersAbove, readIndex } from '../../git/worktree/read-index.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { absentIn } from './absent-files.ts'
import { convertedByAttribute } from './converted-files.ts'
import {
  type Stray,
  doubledAbove,
  hiddenRepositories,
  namesBelow,
  namesOf,
  repositoriesIn,
  repositoryAbove,
  straysAt,
  submodules,
  tenfoldStrays,
} from './stray-files.ts'

/**
 * Inspects what a checkout brings beside the configuration, or in place of it: folders that git would take for
 * repositories, files in this machine's own folder, files that differ from what was committed, and files that were left
 * out. What it finds becomes a part of the tree, for the rules to report.
 */
export async function inspect(configuration: Configuration): Promise<Configuration> {
  const { repository, from, tree, folder, treeish } = configuration
  if (from === 'folder' && repository !== undefined) return inspectCheckout(configuration, repository)
  const names = (path: string): string[] => (from === 'folder' ? namesOf(join(folder, path)) : namesBelow(tree, path))
  const inside = repositoriesIn(tree, names)
  // The result of an edit is at no revision, and the folder was inspected before.
  const beside = repository === undefined || treeish === undefined ? [] : await straysAt(repository, treeish)
  return { ...configuration, tree: withStrays(tree, [...inside, ...beside]) }
}

async function inspectCheckout(configuration: Configuration, repository: Repository): Promise<Configuration> {
  const { tree, folder } = configuration
  const { top, prefix } = repository
  const index = await readIndex(repository)
  const strays = [
    ...repositoriesIn(tree, (path) => namesOf(join(folder, path))),
    ...hiddenRepositories(index),
    ...submodules(index),
    ...(await doubledAbove(repository)),
    ...foldersAbove(prefix).flatMap((above) => repositoryAbove(prefix, above, namesOf(join(top, above)))),
    ...tenfoldStrays(prefix, index.tenfold),
  ]
  const converted = await convertedByAttribute(repository, folder, index)
  const absent = await absentIn(configuration, repository, index)
  return { ...configuration, tree: { ...withStrays(tree, strays), converted, absent } }
}

function withStrays(tree: Tree, strays: readonly Stray[]): Tree {
  const instead = new Set(strays.flatMap(({ instead = [] }) => instead))
  const kept = tree.unexpected.filter(({ path }) => !instead.has(path))
  return { ...tree, unexpected: [...kept, ...strays] }
}
