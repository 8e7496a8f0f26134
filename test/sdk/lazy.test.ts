import { expect, test } from 'vitest'
import { hashId } from '../../src/bundle/tree.ts'
import { codeOf, manyAccounts, storeWith } from './store.ts'

test('an account answers once it was asked for, and not before', async () => {
  const settings = await (await storeWith({ accounts: manyAccounts(3) })).open({ mode: 'lazy' })
  const ask = (id: string) => settings.getModelConfig('generate_content', id)
  expect(hashId('a1').length).toBe(32)
  expect(await codeOf(() => ask('a1'))).toBe('account_not_loaded')
  expect(() => ask('a1')).toThrow('the account "a1" is not in memory: await settings.account("a1") first')
  expect(await settings.account('a1')).toBe(true)
  expect(ask('a1')).toMatchObject({ known: true, maxTokens: 2 })
  expect(await codeOf(() => ask('a2'))).toBe('account_not_loaded')
})
