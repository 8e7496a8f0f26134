import { expect, test } from 'vitest'
import { isLaterWord } from '../../src/sdk/load/verified-head.ts'
import { RootedStore, numbered } from './rooted.ts'

const [EARLIER, LATER] = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z']

test.each([
  ['good for longer', EARLIER, LATER, true],
  ['good for as long: signed anew', EARLIER, EARLIER, true],
  ['good for less long', LATER, EARLIER, false],
])('of one release that was signed twice, the later word is %s', async (_, until, next, want) => {
  const store = new RootedStore()
  const release = await store.publish(numbered(1))
  const word = (expires: string): Parameters<typeof isLaterWord>[0] => {
    return { release: { ...release, expires }, document: store.first, epoch: 1 }
  }
  expect(isLaterWord(word(next), word(until))).toBe(want)
})
