import { join } from 'node:path'
import { contentOf } from '../../base/file-facts.ts'
import type { Repository } from '../open-repository.ts'
import { objectAt } from '../history/resolve-revision.ts'
import { type Index, foldersAbove, inTop } from './read-index.ts'

/** Larger ones are not read. */
const MOST_BYTES = 2 ** 20

/**
 * Returns the `.gitattributes` of a checkout whose text matches a pattern, the outermost first: mostly there is none,
 * and nothing more needs to be asked. They are read as they are staged, by which the checkout was made, and as they are
 * in the working tree, by which git goes now.
 */
export async function attributesNaming(
  repository: Repository,
  { attributes }: Pick<Index, 'attributes'>,
  pattern: RegExp,
): Promise<string[]> {
  const staged = new Map(attributes.map(({ path, blob }) => [path, blob]))
  const above = [...foldersAbove(repository.prefix), repository.prefix].map((folder) => inTop(folder, '.gitattributes'))
  const paths = [...new Set([...above, ...staged.keys()])].sort((a, b) => a.split('/').length - b.split('/').length)
  const naming: string[] = []
  for (const path of paths) {
    const blob = staged.get(path)
    const committed = blob === undefined ? undefined : await objectAt(repository, blob)
    const texts = [committed?.bytes, contentOf(join(repository.top, path), MOST_BYTES)]
    if (texts.some((bytes) => bytes !== undefined && pattern.test(bytes.toString('utf8')))) naming.push(path)
  }
  return naming
}
