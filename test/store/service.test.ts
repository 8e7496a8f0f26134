import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/sdk/open-store.ts'
import { TenfoldError } from '../../src/sdk/index.ts'
import { translated } from '../../src/sdk/tenfold-error.ts'
import { StoreFailure } from '../../src/base/failure.ts'
import { pathOf, textObject } from '../../src/store/format/object-ref.ts'
import { temporaryFolder } from '../support/config.ts'

const A = textObject('an object')

test('every failure of a store becomes a TenfoldError, with the code of what is wrong', async () => {
  const folder = join(temporaryFolder(), 'store')
  const store = openStore(`file:${folder}`)
  const failures: unknown[] = []
  const failing = async (work: Promise<unknown>): Promise<void> => {
    failures.push(await work.catch(translated))
  }
  await failing(store.head())
  await failing(store.read(A.ref))
  mkdirSync(dirname(join(folder, pathOf(A.ref))), { recursive: true })
  writeFileSync(join(folder, pathOf(A.ref)), 'an obJect')
  writeFileSync(join(folder, 'head.json'), Buffer.alloc(65_537))
  await failing(store.head())
  await failing(store.read(A.ref))
  rmSync(folder, { recursive: true })
  symlinkSync(folder, folder)
  await failing(store.head())
  expect(failures.every((error) => error instanceof TenfoldError)).toBe(true)
  expect(failures).toMatchObject([
    { code: 'store_not_found', message: `there is no store at file:${folder}: ${folder} has no head.json` },
    { code: 'store_damaged', message: expect.stringMatching(/ is missing$/) },
    { code: 'store_damaged', message: expect.stringMatching(/not a file of at most 64 KiB$/) },
    { code: 'store_damaged', message: expect.stringMatching(/ is not what its name says$/) },
    { code: 'store_unreadable', message: expect.stringMatching(/^cannot read head\.json of file:/) },
  ])
})

test('every problem has one code, and keeps its cause; what is no problem of a store stays what it is', () => {
  const codes = (['not-found', 'damaged', 'unreadable', 'unsupported', 'wrong-option'] as const).map((problem) => {
    const cause = new Error('why')
    const error = translated(new StoreFailure(problem, 'what', { cause }))
    expect(error).toMatchObject({ message: 'what', cause })
    expect(translated(new StoreFailure(problem, 'what'))).not.toHaveProperty('cause')
    return error instanceof TenfoldError ? error.code : undefined
  })
  expect(codes).toEqual(['store_not_found', 'store_damaged', 'store_unreadable', 'unsupported_store', 'invalid_option'])
  const other = new RangeError('ours')
  expect(translated(other)).toBe(other)
})
