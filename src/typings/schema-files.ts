import type { Vocabulary } from '../domain/vocabulary.ts'
import { composeSchemas } from '../source/schema/compose-schemas.ts'

/** Returns the JSON Schemas of a vocabulary as files: one per kind of file of a configuration, by name. */
export function schemaFiles(vocabulary: Vocabulary): Map<string, string> {
  const files = Object.entries(composeSchemas(vocabulary)).map(([kind, schema]): [string, string] => {
    return [`${kind}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`]
  })
  return new Map(files)
}
