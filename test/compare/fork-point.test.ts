import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Range, forkPoint, rangeIn } from '../../src/compare/fork-point.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git } from '../support/run.ts'

const range = (base: string, head: string, fromFork = false): Range => ({ base, head, fromFork })

test.each<readonly [string, Range | undefined]>([
  ['main', undefined],
  ['v1.2', undefined],
  ['main..next', range('main', 'next')],
  ['main...next', range('main', 'next', true)],
  ['..next', range('HEAD', 'next')],
  ['...next', range('HEAD', 'next', true)],
  ['main..', range('main', 'HEAD')],
  ['main...', range('main', 'HEAD', true)],
  ['..', range('HEAD', 'HEAD')],
  ['v1.2..v1.3', range('v1.2', 'v1.3')],
])('the revisions in %s', (text, want) => expect(rangeIn(text)).toEqual(want))

/** A repository with a commit, and what makes the next one. */
async function repository(): Promise<{ folder: string; first: string; next: (name: string) => Promise<string> }> {
  const folder = writeConfig()
  const first = await commitAll(folder)
  return {
    folder,
    first,
    next: (name) => {
      writeFileSync(join(folder, name), name)
      return commitAll(folder, name)
    },
  }
}

async function asked(folder: string, revision: string, head?: string): Promise<{ from: string; notes: string[] }> {
  const notes: string[] = []
  const from = await forkPoint(join(folder, 'config'), revision, head, (text) => notes.push(text))
  return { from, notes }
}

test('a branch began where both were one; the note says how far the other has gone on', async () => {
  const { folder, first, next } = await repository()
  expect(await asked(folder, 'main')).toEqual({ from: first, notes: [] })

  await git(folder, 'switch', '-q', '-c', 'branch')
  await next('a')
  expect(await asked(folder, 'main')).toEqual({ from: first, notes: [] })
  expect(await asked(folder, 'main', 'branch')).toEqual({ from: first, notes: [] })

  await git(folder, 'switch', '-q', 'main')
  await next('b')
  const one = `main is 1 commit ahead of ${first.slice(0, 12)}, with which this began: compared with that`
  expect(await asked(folder, 'main', 'branch')).toEqual({ from: first, notes: [one] })

  await next('c')
  const two = one.replace('1 commit', '2 commits')
  expect(await asked(folder, 'main', 'branch')).toEqual({ from: first, notes: [two] })
  await git(folder, 'switch', '-q', 'branch')
  expect(await asked(folder, 'main')).toEqual({ from: first, notes: [two] })
})

test('without one common commit it is the other revision itself', async () => {
  const { folder, first, next } = await repository()
  await git(folder, 'switch', '-q', '--orphan', 'orphan')
  await next('a')
  expect(await asked(folder, 'main')).toEqual({
    from: first,
    notes: ['there is no commit that main and this have in common: compared with main itself'],
  })
})

test('where the merges cross, too', async () => {
  const { folder, next } = await repository()
  await git(folder, 'switch', '-q', '-c', 'branch')
  const a = await next('a')
  await git(folder, 'switch', '-q', 'main')
  const b = await next('b')
  await git(folder, 'merge', '-q', '--no-edit', a)
  await git(folder, 'switch', '-q', 'branch')
  await git(folder, 'merge', '-q', '--no-edit', b)
  const { stdout } = await git(folder, 'rev-parse', 'main')
  expect(await asked(folder, 'main')).toEqual({
    from: stdout.trim(),
    notes: ['more than one commit could be where this began: compared with main itself'],
  })
})

test('a shallow clone says how to get the rest', async () => {
  const { folder, next } = await repository()
  await git(folder, 'switch', '-q', '-c', 'branch')
  await next('a')
  const clone = join(temporaryFolder(), 'clone')
  await git(folder, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${folder}`, clone)
  const { stdout } = await git(clone, 'rev-parse', 'origin/main')
  expect(await asked(clone, 'origin/main')).toEqual({
    from: stdout.trim(),
    notes: [
      'this clone is shallow, so that where this began cannot be told: compared with origin/main itself (`git fetch --unshallow`; in a workflow, `fetch-depth: 0`)',
    ],
  })
})

test('a repository without a commit has nothing to compare with', async () => {
  const folder = writeConfig()
  await git(folder, 'init', '-q', '-b', 'main')
  await expect(asked(folder, 'main')).rejects.toThrow(/main/)
})

test('without a repository the revision is left to whoever opens one', async () => {
  expect(await asked(writeConfig(), 'main')).toEqual({ from: 'main', notes: [] })
})
