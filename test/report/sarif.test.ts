import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/source/diagnostic-types.ts'
import { sarif } from '../../src/report/formats/sarif.ts'
import { clean, denied, hostile, many, unused } from './diagnostics.ts'

const options = {
  version: '0.1.0',
  rules: [{ id: 'ref/unused', summary: 'A prompt type that no function uses.' }],
}

test('an error of a rule that was not listed', () => {
  expect(sarif({ diagnostics: [denied], files: 1 }, options)).toBe(`\
{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "tenfold",
          "version": "0.1.0",
          "rules": [
            {
              "id": "ref/unused",
              "shortDescription": {
                "text": "A prompt type that no function uses."
              }
            },
            {
              "id": "plan/model-not-allowed",
              "shortDescription": {
                "text": "plan/model-not-allowed"
              }
            }
          ]
        }
      },
      "columnKind": "utf16CodeUnits",
      "results": [
        {
          "ruleId": "plan/model-not-allowed",
          "ruleIndex": 1,
          "level": "error",
          "message": {
            "text": "plan \\"starter\\" may not use model \\"gpt-5.2\\"\\n\
help: use gpt-4o, or move the account to growth"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "config/accounts/acme.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 7,
                  "startColumn": 12,
                  "endLine": 7,
                  "endColumn": 19
                }
              }
            }
          ],
          "relatedLocations": [
            {
              "id": 1,
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "config/plans.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 9,
                  "startColumn": 16,
                  "endLine": 9,
                  "endColumn": 24
                }
              },
              "message": {
                "text": "the rule"
              }
            }
          ],
          "partialFingerprints": {
            "ruleFileMessage/v1": "2a737bd177acaec5c6d0c3b61763c7c5b5f9af3d0079a8e13b74338035c036dd"
          }
        }
      ]
    }
  ]
}
`)
})

test('nothing wrong is a run with no results', () => {
  expect(run(clean.diagnostics).results).toEqual([])
})

test('a warning without help or related places', () => {
  const [result] = run([unused]).results
  expect(result).toMatchObject({ ruleIndex: 0, level: 'warning', message: { text: unused.message } })
  expect(result).not.toHaveProperty('relatedLocations')
})

test('hostile text: the address is encoded, no link is planted, and all of it can be UTF-8', () => {
  expect(run([hostile]).results[0]).toMatchObject({
    message: {
      text: hostile.message.replace('](', '\\](') + '\nhelp: half \ufffd a pair, \u009b a C1, \u0000 a NUL',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'config/accounts/a%3Ab%2Cc%20d%0A%23%3F%25%C3%A9.yaml' },
        },
      },
    ],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: '../other%1B.yaml' } } }],
  })
})

test('the fingerprint survives a move to another line, and nothing else', () => {
  const print = (change: Partial<Diagnostic>) => run([{ ...denied, ...change }]).results[0]?.partialFingerprints
  expect(print({ line: 99, end_line: 99, column: 1 })).toEqual(print({}))
  expect(print({ file: 'config/accounts/other.yaml' })).not.toEqual(print({}))
  expect(print({ message: 'other' })).not.toEqual(print({}))
  expect(print({ rule: 'other' })).not.toEqual(print({}))
})

test('10,000 errors are all there', () => {
  expect(run(many(10_000).diagnostics).results).toHaveLength(10_000)
})

function run(diagnostics: readonly Diagnostic[]): { readonly results: readonly Result[] } {
  const log: { readonly runs: readonly { readonly results: readonly Result[] }[] } = JSON.parse(
    sarif({ diagnostics, files: 1 }, options),
  )
  return log.runs[0] ?? { results: [] }
}

interface Result {
  readonly partialFingerprints: object
}
