import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../../src/base/own-folders.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { spawned } from '../support/run.ts'

test('a folder is made with those above it, once, and with its mode', () => {
  const top = temporaryFolder()
  expect(makeFolder(join(top, 'a', 'b', 'c'), 0o700)).toBe(join(top, 'a'))
  expect(makeFolder(join(top, 'a', 'b', 'c'))).toBeUndefined()
  expect(makeFolder(join(top, 'a', 'd'))).toBe(join(top, 'a', 'd'))
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(top, path)).mode & 0o777).toBe(0o700)
  writeFileSync(join(top, 'file'), '')
  expect(() => makeFolder(join(top, 'file', 'below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }))
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
