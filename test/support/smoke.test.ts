import { expect, test } from 'vitest'
import { diagnosticsOf } from './config.ts'

test('the base configuration of the tests checks without a word', async () => {
  expect(await diagnosticsOf({})).toEqual([])
})
