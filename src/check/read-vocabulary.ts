import type { Vocabulary } from '../domain/vocabulary.ts'
import { Failure } from '../base/failure.ts'
import { vocabularyIn } from '../source/link-files.ts'
import type { Origin } from '../source/open-configuration.ts'
import { type GlobalContent, globalContents, hidesVocabulary } from './check-global-files.ts'
import { checkSource } from './check-source.ts'

/** Returns what `providers.yaml` declares among global files; undefined where it is wrong. */
export function vocabularyAmong(contents: readonly GlobalContent[]): Vocabulary | undefined {
  const file = contents.find(({ kind }) => kind === 'providers')
  if (file === undefined) return vocabularyIn(undefined)
  return vocabularyIn({ value: checkSource(file.path, 'providers', file.content, undefined).value })
}

/**
 * Reads the vocabulary of a configuration and nothing else of it: what a command needs to understand its arguments.
 *
 * @throws {Failure} where `providers.yaml` is wrong.
 */
export async function readVocabulary(origin: Pick<Origin, 'listGlobals' | 'contents' | 'show'>): Promise<Vocabulary> {
  const tree = await origin.listGlobals()
  const files = tree.files.filter(({ kind }) => kind === 'providers')
  const vocabulary = hidesVocabulary(tree) ? undefined : vocabularyAmong(await globalContents(files, origin.contents))
  if (vocabulary !== undefined) return vocabulary
  throw new Failure('refused', `${origin.show('providers.yaml')} is wrong`, '`tenfold check` says where')
}
