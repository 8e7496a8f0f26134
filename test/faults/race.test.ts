import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { killed } from '../support/killed.ts'
import { tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'
import { ACME, expectNoTrace, treeOf } from './support.ts'

const PUBLISHERS = 8
/** In the middle of putting a release together. */
const STAGED = { at: 8, near: join('.tenfold', 'store', 'tmp') }

test('many publishers at once: each gets a seq of its own, and none is lost', async () => {
  const store = join(temporaryFolder(), 'store')
  const folders = Array.from({ length: PUBLISHERS }, (_, i) => {
    const acme = ACME.replace('4000', String(4000 + i))
    return trustFolder(writeConfig({ 'accounts/acme.yaml': acme, [`accounts/a${i}.yaml`]: `id: a${i}\nplan: free\n` }))
  })
  const all = await Promise.all(
    folders.map((folder) => tenfold(['release', '--to', `file:${store}`, '--format', 'json'], folder)),
  )
  for (const ran of all) {
    expectNoTrace(ran)
    expect(ran.code).toBe(0)
  }
  const seqs = all.map(({ stdout }) => seqIn(stdout)).sort((a, b) => a - b)
  expect(seqs).toEqual(Array.from({ length: PUBLISHERS }, (_, i) => i + 1))
  expect(headOf(store).seq).toBe(PUBLISHERS)
  expect(await tenfold(['verify', store], folders[0] ?? '')).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(store).sort()).toEqual(['head.json', 'objects'])
  // The winner's release is whole: what it holds is what one of them wrote, and nothing of the others.
  const answer: unknown = JSON.parse(
    (await tenfold(['get', 'acme', 'generate_content', '--store', store], folders[0] ?? '')).stdout,
  )
  const last = all.findIndex(({ stdout }) => seqIn(stdout) === PUBLISHERS)
  expect(answer).toMatchObject({ max_tokens: 4000 + last })
})

test('the same release from many publishers at once is published once', async () => {
  const store = join(temporaryFolder(), 'store')
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  const all = await Promise.all(
    Array.from({ length: 6 }, () => tenfold(['release', '--to', `file:${store}`, '--format', 'json'], folder)),
  )
  expect(all.map(({ code, stdout }) => [code, seqIn(stdout)])).toEqual(all.map(() => [0, 1]))
  expect(headOf(store).seq).toBe(1)
})

test('many publish from stores of their own into one', async () => {
  const store = join(temporaryFolder(), 'store')
  const folders = [1, 2, 3, 4, 5].map((n) =>
    trustFolder(writeConfig({ 'accounts/acme.yaml': ACME.replace('4000', `400${n}`) })),
  )
  await Promise.all(folders.map((folder) => tenfold(['compile'], folder)))
  const all = await Promise.all(
    folders.map((folder) => tenfold(['publish', '--to', `file:${store}`, '--format', 'json'], folder)),
  )
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
  expect(all.map(({ stdout }) => seqIn(stdout)).sort()).toEqual([1, 2, 3, 4, 5])
  expect(await tenfold(['verify', store], folders[0] ?? '')).toMatchObject({ code: 0, stderr: '' })
})

test.skipIf(process.platform === 'win32')(
  'killed while it writes: the store is as it was, and the next release goes on from there',
  async () => {
    const folder = writeConfig(
      Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => {
          return [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\nname: ${'n'.repeat(2000)}${i}\n`]
        }),
      ),
    )
    const store = join(folder, '.tenfold', 'store')
    expect(await killed(['release'], folder, STAGED)).toMatchObject({ code: null })
    expect([existsSync(join(store, 'head.json')), readdirSync(join(store, 'tmp')).length]).toEqual([false, 1])
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    const before = treeOf(store)
    const twin = join(temporaryFolder(), 'twin')
    cpSync(folder, twin, { recursive: true })
    for (let i = 0; i < 300; i++) writeConfig({ [`accounts/a${i}.yaml`]: `id: a${i}\nplan: scale\n` }, twin)
    const other = join(twin, '.tenfold', 'store')
    expect(await killed(['release'], twin, STAGED)).toMatchObject({ code: null })
    const after = treeOf(other)
    for (const path of Object.keys(after)) if (path.startsWith('tmp')) delete after[path]
    expect(after).toEqual(Object.fromEntries(Object.entries(before).filter(([path]) => !path.startsWith('tmp'))))
    expect(await tenfold(['verify', '.tenfold/store'], twin)).toMatchObject({ code: 0 })
    expect(await tenfold(['release'], twin)).toMatchObject({ code: 0 })
    expect(headOf(other).seq).toBe(2)
  },
)

function headOf(store: string): Release {
  return readHead(readFileSync(join(store, 'head.json'))).release
}

function seqIn(stdout: string): number {
  const value: unknown = JSON.parse(stdout)
  return typeof value === 'object' && value !== null && 'seq' in value ? Number(value.seq) : Number.NaN
}
