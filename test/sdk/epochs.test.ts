import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import type { Role } from '../../src/trust/public-key.ts'
import { nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey } from '../../src/trust/sign-head.ts'
import { RootedStore, codesOf, numbered, numbersIn } from './rooted.ts'
import { codeOf } from './store.ts'

const [a, b, c] = [generateKey(), generateKey(), generateKey()]

/** What the release keys were and what they become, with keys that are at hand before and after. */
interface Change {
  readonly from: Role
  readonly to: readonly Role[]
  readonly by: readonly PrivateKey[]
}

const CHANGES: [string, Change][] = [
  ['one of two is replaced', { from: roleOf([a, b], 1), to: [roleOf([b, c], 1)], by: [b] }],
  ['one is taken away', { from: roleOf([a, b], 1), to: [roleOf([b], 1)], by: [b] }],
  ['one is added', { from: roleOf([b], 1), to: [roleOf([b, c], 1)], by: [b] }],
  ['more of the same have to sign', { from: roleOf([a, b], 1), to: [roleOf([a, b], 2)], by: [a, b] }],
  ['fewer of the same have to sign', { from: roleOf([a, b], 2), to: [roleOf([a, b], 1)], by: [a, b] }],
  ['they change, and change back', { from: roleOf([b], 1), to: [roleOf([c], 1), roleOf([b], 1)], by: [b] }],
]

interface Changed {
  readonly store: RootedStore
  readonly first: RootDocument
  readonly by: readonly PrivateKey[]
  /** A head with the highest number of the old count. */
  readonly old: Buffer
  /** Puts the changed root in force and publishes the second release of the new count, 202. */
  change(): Promise<void>
}

/** A store with seven releases under the old release keys, the last of them 107. */
async function changing({ from, to, by }: Change): Promise<Changed> {
  const store = new RootedStore()
  const first = (store.document = nextRoot(store.document, { release: from }, store.root))
  for (let i = 1; i <= 7; i++) await store.publish(numbered(100 + i), {}, { by })
  const change = async (): Promise<void> => {
    for (const release of to) store.document = nextRoot(store.document, { release }, store.root)
    for (const seq of [1, 2]) await store.publish(numbered(200 + seq), { seq }, { by })
  }
  return { store, first, by, old: readFileSync(store.headFile), change }
}

describe.each(['full', 'lazy'] as const)('an old head, which a key that was kept has signed, is over (%s)', (mode) => {
  test.each(CHANGES)('%s', async (_, how) => {
    const { store, by, old, change } = await changing(how)
    const cacheDir = join(store.base, 'cache')
    const settings = await store.open({ mode, cacheDir })
    const numbers = async (of = settings): Promise<number[]> => {
      await Promise.all([of.account('acme'), of.account('other')])
      return numbersIn(of)
    }
    const errors = codesOf(settings)
    expect(await numbers()).toEqual([107, 107])
    await change()
    expect([await settings.refresh(), await numbers(), settings.status.seq]).toEqual([true, [202, 202], 2])

    store.write(old)
    expect([await settings.refresh(), errors, await numbers()]).toEqual([false, ['rollback_refused'], [202, 202]])
    // Whoever starts from what was kept refuses it too, and whoever was shipped the newer root.
    const again = await store.open({ mode, cacheDir })
    expect([await numbers(again), again.status]).toEqual([
      [202, 202],
      expect.objectContaining({ seq: 2, state: 'stale' }),
    ])
    expect(await codeOf(() => store.open({ mode, trust: writeRootDocument(store.document) }))).toBe('rollback_refused')

    // The new count goes on where it was.
    await store.publish(numbered(203), { seq: 3 }, { by })
    for (const service of [settings, again])
      expect([await service.refresh(), await numbers(service)]).toEqual([true, [203, 203]])
  })
})

describe('what was kept', () => {
  test.each(CHANGES)('of the old count answers nobody who was shipped the newer root: %s', async (_, how) => {
    const { store, change } = await changing(how)
    const cacheDir = join(store.base, 'cache')
    await store.open({ cacheDir })
    const kept = readFileSync(join(cacheDir, 'head.json'))
    await change()
    const trust = writeRootDocument(store.document)
    expect(await codeOf(() => store.open({ cacheDir, trust, store: `file:${store.base}/none` }))).toBe(
      'store_not_found',
    )
    const settings = await store.open({ cacheDir, trust })
    expect([numbersIn(settings), settings.status.seq]).toEqual([[202, 202], 2])
    expect(readFileSync(join(cacheDir, 'head.json')).equals(kept)).toBe(false)
  })

  test('in another environment brings the newer root, and no old release of this one', async () => {
    const { store, by, old, change } = await changing({ from: roleOf([a, b], 1), to: [roleOf([b, c], 1)], by: [b] })
    const cacheDir = join(store.base, 'cache')
    await change()
    await store.publish(numbered(1), { seq: 3, environment: 'staging' }, { by })
    await store.open({ cacheDir, environment: 'staging' })
    store.write(old)
    expect(await codeOf(() => store.open({ cacheDir, environment: 'production' }))).toBe('rollback_refused')
  })
})

test('roots that change something else begin no new count: an older root’s release goes on', async () => {
  const { store, first, by } = await changing({ from: roleOf([a, b], 1), to: [], by: [b] })
  const settings = await store.open()
  store.document = nextRoot(store.document, { release: roleOf([b, a], 1) }, store.root)
  store.rotate('refresh')
  await store.publish(numbered(108), { seq: 8 }, { by })
  expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [108, 108]])
  store.document = first
  await store.publish(numbered(109), { seq: 9 }, { by })
  expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [109, 109]])
})
