import { expect, test } from 'vitest'
import { github } from '../../src/report/formats/github.ts'
import { both, clean, denied, hostile, many, unused } from './diagnostics.ts'

test('an error and a warning over several lines', () => {
  expect(github(both)).toBe(`\
::error file=config/accounts/acme.yaml,line=7,endLine=7,col=12,endColumn=19,title=plan/model-not-allowed\
::plan "starter" may not use model "gpt-5.2"%0Aconfig/plans.yaml:9:16  the rule\
%0Ahelp: use gpt-4o, or move the account to growth
::warning file=config/prompts/outline.yaml,line=120,endLine=122,title=ref/unused\
::no function uses the prompt type "outline"
1 error, 1 warning in 120 files
`)
})

test('nothing wrong', () => {
  expect(github(clean)).toBe('no problems in 120 files\n')
})

test('hostile text cannot start a command or end a property', () => {
  expect(github({ diagnostics: [hostile], files: 1 })).toBe(`\
::error file=config/accounts/a%3Ab%2Cc d%0A#?%25é.yaml,line=3,endLine=3,col=10,endColumn=14,title=ref/unknown\
::no model "␛[31m%0A::error::forged%0D%0A##\\u005badd-mask]x \
]]><b a='1'>&\\u202e [x](https://evil.test) 100%25"\
%0A../other␛.yaml:120:1  ::error::forged%0A::error::again\
%0Ahelp: half \\ud800 a pair, \\u009b a C1, ␀ a NUL
1 error in 1 file
`)
})

test('errors come before warnings', () => {
  const commands = github({ diagnostics: [unused, denied], files: 2 }).match(/^::\w+/gm)
  expect(commands).toEqual(['::error', '::warning'])
})

test('ten of each, and the tenth counts the rest', () => {
  const errors = many(10_000).diagnostics
  const warnings = errors.slice(0, 11).map((one) => ({ ...one, severity: 'warning' as const }))
  const lines = github({ diagnostics: [...errors, ...warnings], files: 1 }).split('\n')
  expect(lines).toHaveLength(22)
  expect(lines[8]).not.toContain('more')
  expect(lines[9]).toMatch(/^::error .*%0A… and 9,990 more errors$/)
  expect(lines[19]).toMatch(/^::warning .*%0A… and 1 more warning$/)
  expect(lines[20]).toBe('10,000 errors, 11 warnings in 1 file')
  expect(github(many(10))).not.toContain('more')
})

test('what the change touched comes first, and takes no error’s place', () => {
  const errors = many(12).diagnostics.map((one, i) => ({ ...one, file: `a${i}.yaml` }))
  const found = { diagnostics: [...errors, { ...unused, file: 'a11.yaml' }], files: 1 }
  const files = github(found, { touched: ({ file }) => file === 'a11.yaml' }).match(/(?<=file=)\w+/g)
  expect(files).toEqual(['a11', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a11'])
})
