import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { compile } from '../../src/pipeline.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { BASE } from '../support/base.ts'
import { localTests, releaseIn, trustLocally } from '../support/trust.ts'
import { TestStore, codeOf, manyAccounts, objectsOf, openai, storeWith } from './store.ts'

/** How many bits of the hash are the account's own; the others are the same for all. */
let bits = 256

// Nobody can find two ids with one SHA-256, so the tree's hash is another one here, for whoever writes and whoever reads.
vi.mock(import('../../src/store/format/account-tree.ts'), async (original) => ({
  ...(await original()),
  hashId: (id: string) => {
    const hash = createHash('sha256').update(id).digest()
    return hash.map((byte, i) => (i * 8 >= bits ? 0x5a : byte & (0xff << Math.max(0, (i + 1) * 8 - bits))))
  },
}))

beforeEach(() => {
  bits = 256
})

/** That each of the accounts gets its own, and none of those that are not there gets anybody's. */
async function check(store: TestStore, count: number, gone: readonly string[] = []): Promise<void> {
  for (const mode of ['full', 'lazy'] as const) {
    const settings = await store.open({ mode })
    for (let i = 0; i < count + 20; i++) {
      const [id, isThere] = [`a${i}`, i < count && !gone.includes(`a${i}`)]
      expect([mode, id, await settings.account(id)]).toEqual([mode, id, isThere])
      expect(settings.getModelConfig('generate_content', id)).toMatchObject(
        isThere ? { known: true, maxTokens: i + 1 } : { known: false, maxTokens: 8192 },
      )
    }
    for (const id of ['a', 'a1"', 'a1","growth', 'a0"]\n["a1']) {
      expect(await settings.account(id)).toBe(false)
      expect(settings.getModelConfig('generate_content', id).known).toBe(false)
    }
    const { fields } = await settings.explain('a7', 'generate_content')
    expect(fields['maxTokens']?.value).toBe(8)
  }
}

test.each([0, 1, 7, 12])(
  'ids that have only %i bits of a hash of their own get their own settings, and unknown ones nobody’s',
  async (own) => {
    bits = own
    const accounts = manyAccounts(600)
    const leaves = objectsOf({ accounts }).objects.filter(({ bytes }) =>
      Buffer.from(bytes).toString().startsWith('{"provenance"'),
    )
    expect(leaves.length).toBeLessThanOrEqual(2 ** own)
    const store = await storeWith({ accounts })
    await check(store, 600)
    const { a9: _, ...rest } = accounts
    await store.publish({ accounts: rest })
    await check(store, 600, ['a9'])
  },
)

test('a service goes on from release to release while all ids collide', async () => {
  bits = 0
  const accounts = manyAccounts(400)
  const store = await storeWith({ accounts })
  const settings = await store.open({ mode: 'lazy' })
  for (const id of ['a1', 'a2', 'a3', 'new']) await settings.account(id)
  const { a3: _, ...rest } = accounts
  await store.publish({
    accounts: { ...rest, a2: openai('growth', { max_tokens: 7777 }), new: openai('growth', { max_tokens: 5 }) },
  })
  expect(await settings.refresh()).toBe(true)
  expect(['a1', 'a2', 'a3', 'new'].map((id) => settings.getModelConfig('generate_content', id).maxTokens)).toEqual([
    2, 7777, 8192, 5,
  ])
  expect(await codeOf(() => settings.getModelConfig('generate_content', 'a4'))).toBe('account_not_loaded')
})

test('compiled from files, twice, they are all in one leaf, and each gets its own', async () => {
  bits = 0
  const store = new TestStore()
  trustLocally()
  const config = join(store.base, 'config')
  const write = (path: string, text: string): void => {
    mkdirSync(join(config, path, '..'), { recursive: true })
    writeFileSync(join(config, path), text)
  }
  for (const [path, text] of Object.entries(BASE)) write(path, text)
  for (let i = 0; i < 60; i++)
    write(`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\noverrides:\n  openai: { max_tokens: ${i + 1} }\n`)
  const target = new FileBackend(store.folder)
  const emit = async (): Promise<void> => {
    await compile(await openConfiguration(config), target, { publisher: localTests, fingerprint: 'test' })
  }
  mkdirSync(store.folder, { recursive: true })
  await emit()
  write('accounts/a5.yaml', 'id: a5\nplan: growth\noverrides:\n  openai: { max_tokens: 4321 }\n')
  await emit()
  expect((await releaseIn(target)).seq).toBeGreaterThan(0)
  for (const mode of ['full', 'lazy'] as const) {
    const settings = await store.open({ mode })
    for (let i = 0; i < 70; i++) {
      expect(await settings.account(`a${i}`)).toBe(i < 60)
      const { known, maxTokens } = settings.getModelConfig('generate_content', `a${i}`)
      if (i < 60) expect([mode, i, known, maxTokens]).toEqual([mode, i, true, i === 5 ? 4321 : i + 1])
      else expect(known).toBe(false)
    }
  }
})
