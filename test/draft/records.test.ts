import { expect, test } from 'vitest'
import { isContainer, recordOf } from '../../src/draft/records.ts'

/** Every mapping of records that a file can have. */
const COLLECTIONS = [
  ['settings', 'providers'],
  ['models', 'models'],
  ['plans', 'plans'],
  ['functions', 'functions'],
  ['providers', 'kinds'],
  ['providers', 'providers'],
  ['accounts/acme', 'prompts'],
  ['accounts/acme', 'author_profiles'],
  ['accounts/acme', 'strategies'],
  ['prompts/ideas', 'variables'],
] as const

test.each(COLLECTIONS)('%s: %s holds records', (file, collection) => {
  expect(recordOf(file, [collection])).toBeUndefined()
  expect(recordOf(file, [collection, 'one'])).toBeUndefined()
  expect(recordOf(file, [collection, 'one', 'field'])).toEqual([collection, 'one'])
  expect(recordOf(file, [collection, 'one', 'field', 'deeper'])).toEqual([collection, 'one'])
  expect(isContainer(file, [collection])).toBe(true)
  expect(isContainer(file, [collection, 'one'])).toBe(false)
})

test.each([
  ['settings', ['defaults', 'openai', 'model']],
  ['models', ['providers', 'gpt-4', 'price']],
  ['accounts/acme', ['overrides', 'openai', 'model']],
  ['accounts/acme', ['variables', 'one', 'field']],
  ['prompts/ideas', ['prompts', 'one', 'field']],
  ['retired', ['plans', 'one', 'field']],
])('%s: %j is a part of no record', (file, path) => {
  expect(recordOf(file, path)).toBeUndefined()
})

test.each([
  ['settings', [], true],
  ['accounts/acme', [], true],
  ['accounts/acme', ['overrides'], true],
  ['accounts/acme', ['overrides', 'openai'], true],
  ['accounts/acme', ['overrides', 'openai', 'model'], false],
  ['accounts/acme', ['plan'], false],
  ['settings', ['overrides'], false],
  ['settings', ['overrides', 'openai'], false],
  ['settings', ['models'], false],
  ['retired', ['plans'], false],
])('%s: whether %j only groups what is in it: %j', (file, path, is) => {
  expect(isContainer(file, path)).toBe(is)
})
