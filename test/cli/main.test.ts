import { join } from 'node:path'
import { expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { openRepository } from '../../src/git/open-repository.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, git } from '../support/run.ts'

/** Calls the program from its sources, as somebody would who imports it. */
async function called(args: readonly string[], isTTY = false): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  const code = await main(args, {
    stdout: { isTTY, write: (text) => (stdout += text) },
    stderr: { isTTY, write: (text) => (stderr += text) },
  })
  return { code, stdout, stderr }
}

function accountIn(text: string): string[] {
  return ['--config', join(writeConfig({ 'accounts/acme.yaml': text }), 'config')]
}

const RIGHT = 'id: acme\nplan: growth\n'
const WRONG = 'id: acme\nplan: growht\n'

test('how one call ended has no part in how the next one ends', async () => {
  expect((await called(['chekc'])).code).toBe(2)
  expect((await called(['check', ...accountIn(WRONG)])).code).toBe(1)
  expect(await called(['check', ...accountIn(RIGHT)])).toMatchObject({ code: 0, stderr: '' })
  expect((await called(['--help'])).code).toBe(0)
  expect(process.exitCode).toBeUndefined()
})

test('calls at the same time write to streams of their own', async () => {
  const all = await Promise.all([
    called(['check', ...accountIn(WRONG)]),
    called(['get', 'acme', 'generate_content', ...accountIn(RIGHT)]),
    called(['get', 'acme']),
  ])
  expect(all.map(({ code }) => code)).toEqual([1, 0, 2])
  expect(all[0].stdout).toContain('growht')
  expect(JSON.parse(all[1].stdout)).toMatchObject({ account: 'acme', known: true })
  expect(all[2]).toMatchObject({ stdout: '', stderr: expect.stringContaining('get needs a function') })
})

test('colours follow the stream that is given', async () => {
  const folder = accountIn(WRONG)
  expect((await called(['check', ...folder], true)).stdout).toContain('\u001b[')
  expect((await called(['check', '--no-color', ...folder], true)).stdout).not.toContain('\u001b[')
  expect((await called(['check', ...folder])).stdout).not.toContain('\u001b[')
})

test('what git said of a repository is asked again once it has changed', async () => {
  const folder = writeConfig({})
  await commitAll(folder, 'one')
  await commitAll(folder, 'two')
  const clone = join(temporaryFolder(), 'clone')
  await git(folder, 'clone', '-q', '--depth', '1', `file://${folder}`, clone)
  expect(await openRepository(join(clone, 'config'))).toMatchObject({ isShallow: true })
  await git(clone, 'fetch', '-q', '--unshallow')
  expect(await openRepository(join(clone, 'config'))).toMatchObject({ isShallow: false })
})
