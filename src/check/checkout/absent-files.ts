import { join } from 'node:path'
import { statsOf } from '../../base/file-facts.ts'
import { place } from '../../source/file-layout.ts'
import type { Absent, Tree, TreeFile } from '../../source/list-folder.ts'
import { contentsOf, readRevision } from '../../source/list-revision.ts'
import type { Repository } from '../../git/open-repository.ts'
import { type Index, hasIndex, isHidden } from '../../git/worktree/read-index.ts'
import type { Configuration } from '../../source/open-configuration.ts'

/**
 * Returns the files of HEAD that a sparse checkout, or a clone without one, left out.
 *
 * @param atHead Lists those that count, where there is no index to tell from; left out, all of them do.
 */
export async function absentIn(
  { folder, id }: Configuration,
  repository: Repository,
  index: Index,
  atHead: (tree: string) => Promise<Tree> = (tree) => readRevision(repository, 'HEAD', tree),
): Promise<Absent[]> {
  const isHere = (path: string): boolean => statsOf(join(folder, path)) !== undefined
  if (id !== undefined && !hasIndex(repository)) {
    const { files, others } = await atHead(id)
    return [...files, ...others.map((file) => ({ ...file, kind: undefined }))].filter(({ path }) => !isHere(path))
  }
  const skipped = [...index.entries.values()].filter(
    ({ path, isSkipped }) => isSkipped && !isHidden(path) && !isHere(path),
  )
  return skipped.flatMap(({ path, blob, mode }): Absent[] => {
    const placed = place(path)
    if (placed.is === 'unexpected' || !mode.startsWith('100')) return []
    return [{ path, blob, kind: placed.is === 'yaml' ? placed.kind : undefined }]
  })
}

/** Returns a configuration with the files of HEAD that are not checked out, for a caller that only reads it. */
export function withAbsent(configuration: Configuration): Configuration {
  const { tree, repository } = configuration
  const { absent = [] } = tree
  if (repository === undefined || absent.length === 0) return configuration
  const missing = new Set(absent.map(({ path }) => path))
  const files = absent.flatMap((file): TreeFile[] => (file.kind === undefined ? [] : [{ ...file, kind: file.kind }]))
  return {
    ...configuration,
    // Workers would search for the files in the folder.
    from: 'revision',
    tree: { ...tree, absent: [], files: [...tree.files, ...files].sort((a, b) => (a.path < b.path ? -1 : 1)) },
    async *contents(files) {
      yield* configuration.contents(files.filter(({ path }) => !missing.has(path)))
      yield* contentsOf(
        repository,
        files.filter(({ path }) => missing.has(path)),
      )
    },
  }
}
