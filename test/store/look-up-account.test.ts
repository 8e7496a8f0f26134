import { describe, expect, test } from 'vitest'
import { lookUp } from '../../src/store/look-up-account.ts'
import type { Ref } from '../../src/store/format/object-ref.ts'
import { GLOBALS, manyAccounts, objectsOf } from '../sdk/store.ts'
import { Objects } from './packed.ts'

const OURS = {
  plan: 'growth',
  overrides: { openai: { temperature: 0.1 } },
  prompts: { clustering: { customized: true, default: 'Group', value: 'Ours' } },
} as const
const KEPT = { plan: 'growth', prompts: { clustering: { customized: false, default: 'Kept' } } } as const

function storeWith(accounts: Parameters<typeof objectsOf>[0]['accounts'] & {}): {
  root: Ref
  target: { url: string; read: (ref: Ref) => Promise<Buffer> }
  store: Objects
} {
  const store = new Objects()
  const { objects, root } = objectsOf({ accounts })
  store.add(objects)
  const target = { url: 'file:store', read: async (ref: Ref) => Buffer.from(await store.read(ref)) }
  return { root, target, store }
}

describe('an account of a release', () => {
  test('comes with the globals and with the texts of both', async () => {
    const { root, target } = storeWith({ ours: OURS, kept: KEPT, plain: { plan: 'free' } })
    expect(await lookUp(target, { root }, 'ours')).toEqual({ globals: GLOBALS, account: OURS })
    expect(await lookUp(target, { root }, 'kept')).toEqual({ globals: GLOBALS, account: KEPT })
    expect(await lookUp(target, { root }, 'plain')).toEqual({ globals: GLOBALS, account: { plan: 'free' } })
  })

  test('that is not there has the globals alone', async () => {
    const { root, target } = storeWith({ ours: OURS })
    expect(await lookUp(target, { root }, 'other')).toEqual({ globals: GLOBALS, account: undefined })
    const nobody = storeWith({})
    expect(await lookUp(nobody.target, { root: nobody.root }, 'ours')).toEqual({ globals: GLOBALS, account: undefined })
  })

  test('is read without any other', async () => {
    const { root, target, store } = storeWith({ ...manyAccounts(9_000), ours: OURS })
    const prompts = Object.keys(GLOBALS.prompts).length
    expect((await lookUp(target, { root }, 'ours')).account).toEqual(OURS)
    // The root, the globals with their texts, the leaf with at most two nodes above it, and the account's two texts.
    expect(store.reads).toBeLessThanOrEqual(2 + prompts + 3 + 2)
  })

  test('that is damaged is told of with its store, and what is missing is told of as it was', async () => {
    const { root, target, store } = storeWith({ ours: OURS })
    store.all.set(root, Buffer.from('{}'))
    await expect(lookUp(target, { root }, 'ours')).rejects.toThrow(
      expect.objectContaining({ problem: 'damaged', message: expect.stringContaining('file:store') }),
    )
    store.all.delete(root)
    await expect(lookUp(target, { root }, 'ours')).rejects.toThrow(`object ${root} is missing`)
  })
})
