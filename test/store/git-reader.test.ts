import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { gitReader } from '../../src/store/backends/git-reader.ts'
import { temporaryFolder } from '../support/config.ts'

let base = ''
beforeEach(() => {
  base = temporaryFolder()
})
afterEach(() => void vi.unstubAllEnvs())

/** Reads a store through a git that says this of whatever it is asked, and fails. */
async function messageWith(says: string): Promise<string> {
  const words = join(base, 'words')
  writeFileSync(words, says)
  writeFileSync(join(base, 'git'), `#!/bin/sh\ncat '${words}' >&2\nexit 128\n`, { mode: 0o700 })
  vi.stubEnv('PATH', `${base}:${process.env['PATH'] ?? ''}`)
  return messageOfReading()
}

async function messageOfReading(): Promise<string> {
  const reader = gitReader(
    { remote: 'https://ada:s3cret@git.example/store.git', branch: 'tenfold' },
    join(base, 'cache'),
  )
  const failure = await reader.head().catch((error: unknown) => error)
  if (!(failure instanceof StoreFailure)) throw new Error('it was read')
  return failure.message
}

const READING = 'cannot read git:https://***@git.example/store.git#tenfold: '

test.each<[name: string, says: string, reason: string]>([
  ['its reason', 'fatal: the disk is full\n', 'the disk is full'],
  ['an error of its own', 'error: the disk is full\n', 'the disk is full'],
  ['what the host says', 'remote: no such repository\n', 'no such repository'],
  ['the first of several reasons', 'remote: denied\nfatal: it failed\n', 'denied'],
  ['a reason after a warning', 'warning: fatal: is a bad word\r\nfatal: it failed\r\n', 'it failed'],
  ['a reason in the words of another', 'remote: fatal: it failed\n', 'fatal: it failed'],
  ['something else, where nothing is a reason', '\n \nsomething happened\nand more\n', 'something happened'],
  ['such a line whole', 'a proxy said error: no\n', 'a proxy said error: no'],
  ['no credentials', 'fatal: https://ada:s3cret@git.example/ is gone\n', 'https://***@git.example/ is gone'],
])('a service is told %s', async (_, says, reason) => {
  expect(await messageWith(says)).toBe(`${READING}"${reason}"`)
})

test('a git that fails without a word is told of all the same', async () => {
  expect(await messageWith('')).toMatch(/#tenfold: "\w/)
})

test('where there is no git, that is the reason', async () => {
  vi.stubEnv('PATH', base)
  expect(await messageOfReading()).toBe(`${READING}there is no git here`)
})
