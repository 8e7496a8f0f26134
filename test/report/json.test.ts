import { expect, test } from 'vitest'
import { json } from '../../src/report/formats/json.ts'
import { both, clean, hostile, many } from './diagnostics.ts'

test('an error and a warning', () => {
  expect(json(both)).toBe(`\
{
  "diagnostics": [
    {
      "rule": "plan/model-not-allowed",
      "severity": "error",
      "message": "plan \\"starter\\" may not use model \\"gpt-5.2\\"",
      "file": "config/accounts/acme.yaml",
      "line": 7,
      "column": 12,
      "end_line": 7,
      "end_column": 19,
      "help": "use gpt-4o, or move the account to growth",
      "related": [
        {
          "file": "config/plans.yaml",
          "line": 9,
          "column": 16,
          "message": "the rule"
        }
      ]
    },
    {
      "rule": "ref/unused",
      "severity": "warning",
      "message": "no function uses the prompt type \\"outline\\"",
      "file": "config/prompts/outline.yaml",
      "line": 120,
      "column": 1,
      "end_line": 122,
      "end_column": 4,
      "help": "",
      "related": []
    }
  ],
  "summary": {
    "errors": 1,
    "warnings": 1,
    "files": 120
  }
}
`)
})

test('nothing wrong', () => {
  expect(json(clean)).toBe(`\
{
  "diagnostics": [],
  "summary": {
    "errors": 0,
    "warnings": 0,
    "files": 120
  }
}
`)
})

test('hostile text keeps its value, with nothing that a terminal obeys', () => {
  const text = json({ diagnostics: [hostile], files: 1 })
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202e]|##\[/u)
  const { message, file, help } = hostile
  expect(JSON.parse(text)).toMatchObject({ diagnostics: [{ message, file, help }] })
})

test('the fix and the excerpt are not in it', () => {
  const fixed = { ...hostile, fix: [{ start: 0, end: 1, text: 'FIX' }], excerpt: 'EXCERPT' }
  expect(json({ diagnostics: [fixed], files: 1 })).not.toMatch(/FIX|EXCERPT/)
})

test('10,000 errors are all there', () => {
  expect(json(many(10_000)).match(/"rule"/g)).toHaveLength(10_000)
})
