import type { Vocabulary } from '../domain/vocabulary.ts'
import { Failure } from '../base/failure.ts'
import { vocabularyIn } from '../source/link-files.ts'
import type { Origin } from '../source/open-configuration.ts'
import { globalContents, hidesVocabulary } from './check-global-files.ts'
import { checkSource } from './check-source.ts'

/** Reads the vocabulary of a configuration and nothing else of it; undefined where `providers.yaml` is wrong. */
export async function vocabularyOf(origin: Pick<Origin, 'listGlobals' | 'contents'>): Promise<Vocabulary | undefined> {
  const tree = await origin.listGlobals()
  if (hidesVocabulary(tree)) return undefined
  const contents = await globalContents(
    tree.files.filter(({ kind }) => kind === 'providers'),
    origin.contents,
  )
  const [file] = contents
  if (file === undefined) return vocabularyIn(undefined)
  return vocabularyIn({ value: checkSource(file.path, 'providers', file.content, undefined).value })
}

/**
 * Does the same for a command that cannot understand its arguments without.
 *
 * @throws {Failure} where `providers.yaml` is wrong.
 */
export async function readVocabulary(origin: Pick<Origin, 'listGlobals' | 'contents' | 'show'>): Promise<Vocabulary> {
  const vocabulary = await vocabularyOf(origin)
  if (vocabulary !== undefined) return vocabulary
  throw new Failure('refused', `${origin.show('providers.yaml')} is wrong`, '`tenfold check` says where')
}
