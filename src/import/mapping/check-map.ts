import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import { own } from '../../domain/plain-data.ts'
import { overridable } from '../../domain/vocabulary-fields.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import { RECORD_FIELDS } from '../build/build-records.ts'
import { NOTHING } from '../build/read-overrides.ts'
import { settingsPaths } from '../build/build-settings.ts'
import type { ImportMap, ModelMap } from './import-map.ts'

/**
 * Refuses a map that sends columns to places that do not exist. The built-in map is not asked: what it names and a
 * vocabulary lacks is listed where a row has it.
 *
 * @throws {Failure}
 */
export function checkMap(map: ImportMap, models: readonly string[], vocabulary: Vocabulary): void {
  for (const name of models) {
    const model = own(map.models, name)
    if (model === undefined) continue
    for (const [from, to, known] of targetsOf(model, vocabulary)) {
      if (known.includes(to)) continue
      const hint = `${didYouMean(to, known)}there is ${oneOf(known, 40).replace(' or ', ' and ')}`
      throw new Failure('usage', `the map gives ${name}.${from} to "${to}", and there is no such place`, hint)
    }
  }
}

type Target = readonly [from: string, to: string, known: readonly string[]]

function targetsOf(model: ModelMap, vocabulary: Vocabulary): Target[] {
  const sections = overridable(vocabulary)
  const fields = [...new Set([...sections.values()].flatMap((section) => [...section.keys()]))]
  if (model.becomes === 'settings') return each(model.fields, settingsPaths(vocabulary))
  if (model.becomes === 'overrides') {
    const { types, aliases } = model
    return [...each(types, [...sections.keys(), NOTHING]), ...each(aliases, fields), ...each(model.fields, fields)]
  }
  if (model.becomes !== 'profile' && model.becomes !== 'strategy') return []
  const { texts, lists } = RECORD_FIELDS[model.becomes]
  return each(model.fields, [...texts, ...lists])
}

function each(names: Readonly<Record<string, string>> = {}, known: readonly string[]): Target[] {
  return Object.entries(names).map(([from, place]) => [from, place, known])
}
