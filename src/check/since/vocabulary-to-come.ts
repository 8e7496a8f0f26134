import { type Vocabulary, isProvider, isSame } from '../../domain/vocabulary.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import type { TreeFile } from '../../source/list-folder.ts'
import type { Configuration, Origin } from '../../source/open-configuration.ts'
import { globalContents } from '../check-global-files.ts'
import { checkSource } from '../check-source.ts'
import { vocabularyAmong } from '../read-vocabulary.ts'

/**
 * Adds to the help of a diagnostic that only the change's own vocabulary would not have, that this one counts from the
 * next change on. A change is checked by the vocabulary of the base, so that it cannot declare what it needs.
 *
 * @param change The configuration as the change has it, without the policy of the base.
 */
export async function withVocabularyToCome(
  diagnostics: readonly Diagnostic[],
  change: Configuration,
  judged: Origin,
): Promise<readonly Diagnostic[]> {
  if (!diagnostics.some(isOfVocabulary)) return diagnostics
  const [mine, theirs] = [await vocabularyOf(change), await vocabularyOf(judged)]
  if (mine === undefined || theirs === undefined || isSame(mine, theirs)) return diagnostics
  const files = new Map((await judged.list()).files.map((file) => [judged.show(file.path), file]))
  const told: Diagnostic[] = []
  for (const one of diagnostics) {
    const file = isOfVocabulary(one) ? files.get(one.file) : undefined
    const isToCome = file !== undefined && (await isGoneUnder(mine, one, file, judged))
    told.push(isToCome ? { ...one, help: `${one.help}; ${TO_COME}` } : one)
  }
  return told
}

const TO_COME =
  'the providers.yaml of this change allows it, and counts once it is merged: bring that file in a change before this one'

function isOfVocabulary({ rule }: Diagnostic): boolean {
  return rule.startsWith('schema/') || rule === 'ref/unknown'
}

async function vocabularyOf(origin: Pick<Origin, 'listGlobals' | 'contents'>): Promise<Vocabulary | undefined> {
  const files = (await origin.listGlobals()).files.filter(({ kind }) => kind === 'providers')
  return vocabularyAmong(await globalContents(files, origin.contents))
}

async function isGoneUnder(
  vocabulary: Vocabulary,
  { rule, message }: Diagnostic,
  file: TreeFile,
  judged: Origin,
): Promise<boolean> {
  if (rule === 'ref/unknown') {
    const [, name = ''] = /provider "([^"]+)"/.exec(message) ?? []
    return isProvider(vocabulary, name)
  }
  for await (const [{ path, kind }, content] of judged.contents([file])) {
    return !checkSource(path, kind, content, vocabulary).findings.some((finding) => finding.rule === rule)
  }
  return false
}
