import { type Vocabulary, isProvider, isSame } from '../../domain/vocabulary.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import type { TreeFile } from '../../source/list-folder.ts'
import type { Configuration, Origin } from '../../source/open-configuration.ts'
import { checkSource } from '../check-source.ts'
import { vocabularyOf } from '../read-vocabulary.ts'

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
  const isGone = goneUnder(mine, judged)
  const told: Diagnostic[] = []
  for (const one of diagnostics) {
    const file = isOfVocabulary(one) ? files.get(one.file) : undefined
    const isToCome = file !== undefined && (await isGone(one, file))
    told.push(isToCome ? { ...one, help: `${one.help}; ${TO_COME}` } : one)
  }
  return told
}

const TO_COME =
  'the providers.yaml of this change allows it, and counts once it is merged: bring that file in a change before this one'

function isOfVocabulary({ rule }: Diagnostic): boolean {
  return rule.startsWith('schema/') || rule === 'ref/unknown'
}

/** Returns whether a diagnostic is gone under a vocabulary. A file is checked once, however much is wrong in it. */
function goneUnder(vocabulary: Vocabulary, judged: Origin): (one: Diagnostic, file: TreeFile) => Promise<boolean> {
  const left = new Map<string, Promise<ReadonlySet<string>>>()
  return async ({ rule, message }, file) => {
    if (rule === 'ref/unknown') return isProvider(vocabulary, /provider "([^"]+)"/.exec(message)?.[1] ?? '')
    const rules = left.get(file.path) ?? rulesAgainst(file, vocabulary, judged)
    left.set(file.path, rules)
    return !(await rules).has(rule)
  }
}

/** Returns the rules that report something in a file by itself. */
async function rulesAgainst(file: TreeFile, vocabulary: Vocabulary, judged: Origin): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const [{ path, kind }, content] of judged.contents([file])) {
    for (const { rule } of checkSource(path, kind, content, vocabulary).findings) found.add(rule)
  }
  return found
}
