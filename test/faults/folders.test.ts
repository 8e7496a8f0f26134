import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFolder, makeFolderSoon } from '../../src/base/make-folder.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { spawned } from '../support/run.ts'

describe.each([
  ['at once', async (folder: string, mode?: number) => makeFolder(folder, mode)],
  ['soon', makeFolderSoon],
])('a folder is made %s', (_when, make) => {
  test('with those above it, once, and with its mode', async () => {
    const top = temporaryFolder()
    await make(join(top, 'a', 'b', 'c'), 0o700)
    await make(join(top, 'a', 'b', 'c'))
    await make(join(top, 'a', 'd'))
    expect(existsSync(join(top, 'a', 'd'))).toBe(true)
    for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(top, path)).mode & 0o777).toBe(0o700)
    await Promise.all(Array.from({ length: 20 }, () => make(join(top, 'x', 'y', 'z'))))
    expect(existsSync(join(top, 'x', 'y', 'z'))).toBe(true)
  })

  test('and not where something else is in the way', async () => {
    const top = temporaryFolder()
    mkdirSync(join(top, 'a'))
    writeFileSync(join(top, 'a', 'file'), '')
    await expect(make(join(top, 'a', 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(make(join(top, 'a', 'file', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(make('')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.runIf(process.platform === 'linux')('and not where there is no place for one, which is said', async () => {
    await expect(make('/proc/none/of/it')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test.runIf(process.platform === 'linux').each([
  ['schemas', '--out', '/proc/none'],
  ['types', '--out', '/proc/none/types.d.ts'],
  ['compile', '--out', '/proc/none'],
  ['release', '--to', 'file:/proc/none', '--allow-missing'],
])('where there is no place for a folder, %s %s ends with a word of it', async (...args) => {
  const ran = await spawned(args, writeConfig({}))
  expect(ran.code).toBeOneOf([2, 3])
  expect(ran.stderr).toMatch(/^error: .*\n help: /m)
  expect(ran.stderr).not.toContain('    at ')
})
