/**
 * Is what we call SARIF really SARIF? Checked against the schema that OASIS publishes, which is kept beside
 * the project and not in it.
 *
 *     tsx test/conformance/sarif.ts [FILE...]    also checks these files
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SchemaObject } from 'ajv'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { sarif } from '../../src/report/formats/sarif.ts'
import { both, clean, hostile, many, unused } from '../report/diagnostics.ts'

/** What is wrong with a document, a line each; nothing when it conforms. */
export type Validate = (document: string) => string[]

const schemaUrl = new URL('../../../shared/data/sarif-schema-2.1.0.json', import.meta.url)

export function sarifValidator(schemaText: string): Validate {
  // The schema is draft-04, but beyond these two lines it says nothing that draft-07 reads in another way.
  const { $schema, id: _id, ...schema }: SchemaObject = JSON.parse(schemaText)
  if ($schema !== draft04) throw new Error(`not draft-04: ${String($schema)}`)
  const ajv = new Ajv({ allErrors: true, strict: false })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  return (document) => {
    if (validate(JSON.parse(document))) return []
    return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`)
  }
}

const draft04 = 'http://json-schema.org/draft-04/schema#'

const options = {
  version: '0.1.0',
  rules: [{ id: 'ref/unused', summary: 'A prompt type that no function uses.' }],
}

const documents: ReadonlyMap<string, string> = new Map([
  ['no diagnostics', sarif(clean, options)],
  ['no rules', sarif(clean, { version: '0.1.0', rules: [] })],
  ['a warning', sarif({ diagnostics: [unused], files: 1 }, options)],
  ['an error and a warning', sarif(both, options)],
  ['hostile text', sarif({ diagnostics: [hostile], files: 1 }, options)],
  ['10,000 errors', sarif(many(10_000), options)],
])

function main(files: readonly string[]): number {
  if (!existsSync(schemaUrl)) {
    console.log('sarif: skipped, the SARIF 2.1.0 schema is not here')
    return 0
  }
  const validate = sarifValidator(readFileSync(schemaUrl, 'utf8'))
  // A validator that accepts anything would prove nothing.
  const wrong = '{"version":"2.1.0","runs":[{}]}'
  if (validate(wrong).length === 0) throw new Error('the validator accepts anything')
  const all = new Map([...documents, ...files.map((file) => [file, readFileSync(file, 'utf8')] as const)])
  let failures = 0
  for (const [name, document] of all) {
    const problems = validate(document)
    if (problems.length > 0) failures++
    for (const problem of problems) console.error(`sarif: ${name}: ${problem}`)
  }
  console.log(`sarif: ${all.size} documents validated, ${failures} failed`)
  return failures === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2))
