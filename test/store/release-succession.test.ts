import { expect, test } from 'vitest'
import { HISTORY, type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { textObject } from '../../src/store/format/object-ref.ts'
import { type Draft, draftOf, follow, isSame, unsigned } from '../../src/store/release-succession.ts'

const ONE = textObject('a')
const OTHER = textObject('b')

const DRAFT: Draft = { environment: 'production', commit: 'c'.repeat(40), root: ONE.ref, secrets: null }

function released(draft: Draft): Release {
  const next = unsigned.next({ ...draft, packs: null }, undefined, { before: 0, after: 1 })
  return readHead(Buffer.from(unsigned.sign(next))).release
}

test.each<readonly [string, Partial<Draft>, boolean]>([
  ['nothing', {}, true],
  ['its content', { root: OTHER.ref }, false],
  ['the environment', { environment: 'staging' }, false],
  ['the commit', { commit: 'd'.repeat(40) }, false],
  ['that it has no commit', { commit: null }, false],
  ['its keys', { secrets: OTHER.ref }, false],
])('a draft that differs by %s is the release before it: %o', (_, change, want) => {
  expect(isSame(released(DRAFT), { ...DRAFT, ...change }, unsigned)).toBe(want)
})

test('a release under another root of trust is another one, for who signs under one', () => {
  const last = { ...released(DRAFT), trust: ONE.ref }
  expect(isSame(last, DRAFT, unsigned)).toBe(true)
  expect(isSame(last, DRAFT, { ...unsigned, trust: ONE })).toBe(true)
  expect(isSame(last, DRAFT, { ...unsigned, trust: OTHER })).toBe(false)
})

test('a release remembers so many before it, the latest first', () => {
  let last = released(DRAFT)
  for (let i = 0; i < HISTORY + 2; i++) last = { ...last, ...follow(last) }
  expect(last.seq).toBe(HISTORY + 3)
  expect(last.history.map(({ seq }) => seq)).toEqual(Array.from({ length: HISTORY }, (_, i) => HISTORY + 2 - i))
})

test('what is published again elsewhere is the draft, and nothing of its place', () => {
  expect(draftOf(released(DRAFT))).toEqual(DRAFT)
})
