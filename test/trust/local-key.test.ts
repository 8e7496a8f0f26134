import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalKey } from '../../src/trust/private-keys.ts'
import { temporaryFolder } from '../support/config.ts'

test('the public half of the local key is written again where it is gone, or another one’s', () => {
  const folder = temporaryFolder()
  const shown = join(folder, 'keys', 'local.pub')
  const open = (): LocalKey => new LocalKey(join(folder, 'keys'), join(folder, 'store'))
  const key = open().private()
  const text = readFileSync(shown, 'utf8')
  expect(text).toBe(`${key.public.x}\n`)
  for (const spoil of [() => rmSync(shown), () => writeFileSync(shown, 'another\n')]) {
    spoil()
    expect(open().private().public).toEqual(key.public)
    expect(readFileSync(shown, 'utf8')).toBe(text)
  }
})
