import { join, posix } from 'node:path'
import { contentOf } from '../../base/file-facts.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { MAX_FILE_BYTES } from '../../source/parse/parse-file.ts'
import type { ConvertedFile, Located } from '../../source/list-folder.ts'
import { attributesNaming } from '../../git/worktree/attributes-naming.ts'
import { blobId, withLf } from '../../git/objects/blob-id.ts'
import type { Repository } from '../../git/open-repository.ts'
import { objectAt } from '../../git/history/resolve-revision.ts'
import { type Index, type IndexEntry, fromTop, inTop, isHidden, readIndex } from '../../git/worktree/read-index.ts'
import { changedFiles } from '../../git/worktree/working-tree-facts.ts'
import { lintTree } from '../../lint/run-rules.ts'
import { locate } from '../../lint/locate-findings.ts'
import { converted as filesConverted } from '../../lint/rules/files/converted.ts'
import type { Configuration } from '../../source/open-configuration.ts'

/** The attributes by which git makes other bytes of a file than were committed, line ends aside. */
const CONVERTING = ['working-tree-encoding', 'ident', 'filter'] as const
const NAMES_ONE = new RegExp(`\\b(${CONVERTING.join('|')})\\b`)

/** Returns the files that an attribute of the checkout converts, and that therefore differ from what was committed. */
export async function convertedByAttribute(
  repository: Repository,
  folder: string,
  index: Index,
): Promise<ConvertedFile[]> {
  const naming = await attributesNaming(repository, index, NAMES_ONE)
  if (naming.length === 0) return []
  const { prefix, run } = repository
  const files = [...index.entries.values()].filter(({ path, mode }) => mode.startsWith('100') && !isHidden(path))
  const input = Buffer.from(files.map(({ path }) => `${inTop(prefix, path)}\0`).join(''))
  const set = new Set<string>()
  // By those that are staged, by which the checkout was made, and by those that are there: they may convert themselves.
  for (const where of [[], ['--cached']]) {
    const fields = (await run(['check-attr', ...where, '-z', '--stdin', ...CONVERTING], { input })).split('\0')
    for (let i = 0; i + 2 < fields.length; i += 3) {
      if (!['unspecified', 'unset'].includes(fields[i + 2] ?? '')) set.add(fields[i] ?? '')
    }
  }
  const found: ConvertedFile[] = []
  for (const entry of files) {
    const path = inTop(prefix, entry.path)
    if (!set.has(path) || !(await isConverted(repository, folder, entry))) continue
    const attributes = naming.findLast((at) => at === '.gitattributes' || path.startsWith(posix.dirname(at) + '/'))
    found.push({ path: entry.path, ...(attributes !== undefined && { attributes: fromTop(prefix, attributes) }) })
  }
  return found
}

/** Returns the same as the check reports it. `index` is what is known of it already; left out, all of it is read. */
export async function reportConverted(
  configuration: Configuration,
  paths: readonly string[],
  index?: Index,
): Promise<readonly Diagnostic[]> {
  const converted = await convertedAmong(configuration, paths, index)
  if (converted.length === 0) return []
  const tree = { files: [], unexpected: [], others: [], converted }
  return locate(lintTree(tree, [filesConverted]), () => undefined, configuration.show)
}

/** Whether a file's bytes differ from what git has staged for it, by more than line ends. */
async function isConverted(repository: Repository, folder: string, { path, blob }: IndexEntry): Promise<boolean> {
  const bytes = contentOf(join(folder, path), MAX_FILE_BYTES)
  if (bytes === undefined) return false
  if (blobId(bytes) === blob || blobId(withLf(bytes)) === blob) return false
  const committed = await objectAt(repository, blob)
  return committed === undefined || !withLf(bytes).equals(withLf(committed.bytes))
}

/**
 * Returns a configuration whose files have the ids that git has staged for them, by which different content is
 * recognised.
 */
export async function withStagedIds(configuration: Configuration, index?: Index): Promise<Configuration> {
  const { repository, from, tree } = configuration
  if (repository === undefined || from !== 'folder') return configuration
  const { entries } = index ?? (await readIndex(repository))
  const withId = <F extends Located>(file: F): F => {
    const entry = entries.get(file.path)
    // A file of a base's policy has an id of its own.
    const isHere = file.blob === undefined && entry?.mode.startsWith('100') === true
    return isHere ? { ...file, blob: entry.blob } : file
  }
  return { ...configuration, tree: { ...tree, files: tree.files.map(withId), others: tree.others.map(withId) } }
}

/**
 * Returns those of some files, whose contents are not those that git has for them, that git takes for unmodified all
 * the same: what is reviewed is not what is read. An edit that git sees is an honest one.
 */
async function convertedAmong(
  configuration: Configuration,
  paths: readonly string[],
  index?: Index,
): Promise<ConvertedFile[]> {
  const { repository, folder, tree } = configuration
  const known = new Set(tree.converted?.map(({ path }) => path))
  const candidates = paths.filter((path) => !known.has(path))
  if (repository === undefined || candidates.length === 0) return []
  const { entries, attributes } = index ?? (await readIndex(repository))
  const changed = new Set(await changedFiles(repository, { attributes }, candidates))
  const found: ConvertedFile[] = []
  for (const path of candidates) {
    const entry = entries.get(path)
    if (entry?.isLookedAt !== true || changed.has(inTop(repository.prefix, path))) continue
    if (await isConverted(repository, folder, entry)) found.push({ path })
  }
  return found
}
