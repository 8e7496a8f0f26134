import { expect, test } from 'vitest'
import {
  type Past,
  commitMessage,
  isObjectPath,
  pastOf,
  readPast,
} from '../../src/store/backends/git-commit-message.ts'
import { textObject } from '../../src/store/format/object-ref.ts'

const A = textObject('a').ref
const B = textObject('b').ref
const C = textObject('c').ref

const PAST: readonly Past[] = [
  { seq: 12, root: A, secrets: B, candidate: C },
  { seq: 11, root: A, secrets: null, candidate: null },
  { seq: 10, root: B, secrets: null, candidate: A },
]

test('a commit says in its message which releases need its objects', () => {
  const message = commitMessage({ environment: 'production', seq: 12 }, PAST)
  expect(message).toBe(`production 12\n\nRelease: 12 ${A} ${B} ${C}\nRelease: 11 ${A} - -\nRelease: 10 ${B} - ${A}\n`)
  expect(readPast(message)).toEqual(PAST)
})

test('of a release its objects are recorded, and those of its candidate', () => {
  const release = { seq: 12, root: A, secrets: B, candidate: null }
  expect(pastOf(release)).toEqual({ ...release, candidate: null })
  expect(pastOf({ ...release, candidate: { root: C } })).toEqual({ ...release, candidate: C })
})

test.each([
  ['', 0],
  ['fix the settings', 0],
  [`Release: 1 ${A} - -`, 1],
  [`Release: 999999999999999 ${A} - -`, 1],
  [`Release: 9999999999999999 ${A} - -`, 0],
  [`Release: -1 ${A} - -`, 0],
  [`Release: 1.5 ${A} - -`, 0],
  [` Release: 1 ${A} - -`, 0],
  [`Release: 1 ${A} - - `, 0],
  [`Release: 1 ${A} -`, 0],
  ['Release: 1 - - -', 0],
  [`Release: 1 ${A} x -`, 0],
  [`Release: 1 ${A} - x`, 0],
  [`Release: 1 x${A} - -`, 0],
])('of %j as many lines are ours: %i', (message, count) => {
  expect(readPast(message)).toHaveLength(count)
})

test.each([
  [`objects/ab/${'a'.repeat(64)}`, true],
  [`objects/ab/${'a'.repeat(63)}`, false],
  [`objects/ab/${'a'.repeat(65)}`, false],
  [`objects/ab/${'A'.repeat(64)}`, false],
  [`objects/abc/${'a'.repeat(64)}`, false],
  [`objects/a/${'a'.repeat(64)}`, false],
  [`objects/${'a'.repeat(64)}`, false],
  [`x/objects/ab/${'a'.repeat(64)}`, false],
  ['head.json', false],
])('%s is the path of an object: %j', (path, is) => {
  expect(isObjectPath(path)).toBe(is)
})
