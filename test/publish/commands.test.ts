import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { ACME, expectRefused, treeOf, unchanged } from '../faults/support.ts'
import { writeConfig } from '../support/config.ts'
import { type Ran, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'

const KEYS = ['objects_written', 'bytes_written', 'seq', 'environment', 'published']

test('publish --to: the first time everything, then what is missing, then nothing; and verify agrees', async () => {
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  expect(await tenfold(['compile'], folder)).toMatchObject({ code: 0 })
  const to = async (): Promise<unknown> => {
    return JSON.parse((await tenfold(['publish', '--to', 'file:other', '--format', 'json'], folder)).stdout)
  }
  const first = await to()
  expect(Object.keys(Object(first))).toEqual(KEYS)
  expect(first).toMatchObject({
    seq: 1,
    environment: 'production',
    objects_written: 8,
    published: [{ target: 'file:other', seq: 1 }],
  })
  writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
  expect(await tenfold(['compile'], folder)).toMatchObject({ code: 0 })
  expect(await to()).toMatchObject({ seq: 2, objects_written: 3 })
  const before = treeOf(join(folder, 'other'))
  expect(await to()).toMatchObject({ seq: 2, objects_written: 0, bytes_written: 0 })
  expect(treeOf(join(folder, 'other'))).toEqual(before)
  for (const store of ['other', 'file:other', `file:${folder}/other`, pathToFileURL(join(folder, 'other')).href]) {
    expect(await tenfold(['verify', store], folder)).toMatchObject({ code: 0, stderr: '' })
  }
})

test('publish --from another store, and into three targets with a release: they have one seq', async () => {
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  expect(await tenfold(['release', '--to', 'file:a'], folder)).toMatchObject({ code: 0 })
  expect(await tenfold(['publish', '--from', 'a', '--to', 'b'], folder)).toMatchObject({ code: 0 })
  writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
  const targets = ['--to', 'file:a', '--to', 'file:b', '--to', 'file:c']
  const ran = await tenfold(['release', ...targets, '--format', 'json'], folder)
  expect(JSON.parse(ran.stdout)).toMatchObject({
    seq: 2,
    published: [
      { target: 'file:a', seq: 2 },
      { target: 'file:b', seq: 2 },
      { target: 'file:c', seq: 2 },
    ],
  })
  for (const store of ['a', 'b', 'c']) expect(await tenfold(['verify', store], folder)).toMatchObject({ code: 0 })
  expect(readdirSync(folder).sort()).toEqual(['.tenfold', 'a', 'b', 'c', 'config'])
})

test('release after compile: what was only compiled is released, under the next seq, and then stays', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME })
  const json = async (...args: string[]): Promise<unknown> => {
    return JSON.parse((await tenfold([...args, '--format', 'json'], folder)).stdout)
  }
  await json('compile')
  expect(await json('verify', '.tenfold/store')).toMatchObject({ seq: 1, issued: null })
  expect(await json('release')).toMatchObject({ seq: 2, objects_written: 0 })
  expect(await json('verify', '.tenfold/store')).toMatchObject({ seq: 2, issued: expect.any(String) })
  const released = treeOf(join(folder, '.tenfold', 'store'))
  await json('release')
  await json('compile')
  expect(treeOf(join(folder, '.tenfold', 'store'))).toEqual(released)
})

test('verify --format json of a whole and of a damaged store', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME })
  await tenfold(['release'], folder)
  const whole: unknown = JSON.parse((await tenfold(['verify', '.tenfold/store', '--format', 'json'], folder)).stdout)
  expect(whole).toMatchObject({
    store: '.tenfold/store',
    ok: true,
    environment: 'production',
    seq: 1,
    commit: null,
    accounts: 1,
    objects: 7,
    problems: [],
  })
  const objects = join(folder, '.tenfold', 'store', 'objects')
  for (const prefix of readdirSync(objects)) rmSync(join(objects, prefix), { recursive: true })
  const damaged = await tenfold(['verify', '.tenfold/store', '--format', 'json'], folder)
  expect(damaged.code).toBe(3)
  expect(JSON.parse(damaged.stdout)).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^object [0-9a-f]{64} is missing$/)],
  })
})

test('what cannot be published, and where it cannot go', async () => {
  const folder = trustFolder(writeConfig({}))
  const refused = (args: readonly string[]): Promise<Ran> => unchanged(folder, () => tenfold(args, folder))
  expectRefused(await refused(['publish', '--to', 'file:other']), 3, /there is no store at/, /tenfold compile/)
  expectRefused(await refused(['publish', '--from', 'nowhere', '--to', 'file:other']), 3, 'nowhere')
  expectRefused(await refused(['verify', 'nowhere']), 3, /there is no store at/, /nowhere/)
  expectRefused(await refused(['get', 'acme', 'generate_content', '--store', 'nowhere']), 3, /nowhere/)
  for (const command of ['publish', 'release']) {
    expectRefused(await refused([command, '--to', 'flie:x']), 2, '"flie:x" is not a target', 'did you mean "file"')
  }
  expect(await refused(['publish'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--to') })
})

test('compile leaves a signed release alone, and the first one into a place takes its root on trust', async () => {
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  const first = await tenfold(['release', '--to', 'file:out'], folder)
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('TENFOLD_ROOT pins no root') })
  expect((await tenfold(['release', '--to', 'file:out'], folder)).stderr).not.toContain('TENFOLD_ROOT')
  expectRefused(
    await unchanged(folder, () => tenfold(['compile', '--out', 'out'], folder)),
    2,
    'holds a signed release',
  )
})
