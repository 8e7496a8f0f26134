import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publish } from '../../src/release/publish-copy.ts'
import { publishEverywhere } from '../../src/release/publish-everywhere.ts'
import type { Backend } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { readHead } from '../../src/store/format/release-manifest.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { type Compiled, compiled } from '../store/backends.ts'
import { compile } from '../../src/pipeline.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll } from '../support/run.ts'

const [OLDER, NEWER, OTHER] = ['a', 'b', 'c'].map((digit) => digit.repeat(40))

const descends = async (commit: string, from: string): Promise<boolean> => commit === NEWER && from === OLDER

/** A target where something happens between a publisher's look and its swap. */
function overtaken(folder: string, meanwhile: (target: Backend) => Promise<unknown>): Backend {
  const target = new FileBackend(folder)
  let hasHappened = false
  return {
    url: target.url,
    takesPacks: true,
    head: () => target.head(),
    has: (ref) => target.has(ref),
    read: (ref) => target.read(ref),
    async publish(update) {
      if (!hasHappened) {
        hasHappened = true
        await meanwhile(target)
      }
      return target.publish(update)
    },
  }
}

async function both(): Promise<[ours: Compiled, theirs: Compiled]> {
  return [await compiled({}), await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })]
}

test.each([
  ['that contains ours has nothing to publish', NEWER, true],
  ['of which nothing is known builds on it', OTHER, false],
])('who loses to a commit %s', async (_, commit = '', isOvertaken) => {
  const [ours, theirs] = await both()
  const folder = join(temporaryFolder(), 'store')
  const target = overtaken(folder, (there) => publish(theirs.store, { ...theirs.release, commit }, there))
  const mine = { ...ours.release, commit: OLDER ?? '' }
  const done = await publish(ours.store, mine, target, unsigned, { descends })
  const { release } = readHead(await new FileBackend(folder).head())
  if (isOvertaken) {
    expect(done).toMatchObject({ isOvertaken: true, release: { seq: 1, commit } })
    expect(release).toMatchObject({ seq: 1, root: theirs.release.root })
  } else expect(release).toMatchObject({ seq: 2, root: ours.release.root })
})

test('who loses to a release that was built on theirs is done', async () => {
  const [ours, theirs] = await both()
  const folder = join(temporaryFolder(), 'store')
  // Its own swap went through, and its answer was lost; another publisher has built on it since.
  const target = overtaken(folder, async (there) => {
    await publish(ours.store, ours.release, there)
    await publish(theirs.store, theirs.release, there)
  })
  expect(await publish(ours.store, ours.release, target)).toMatchObject({ isOvertaken: true, release: { seq: 2 } })
  expect(readHead(await new FileBackend(folder).head()).release).toMatchObject({ seq: 2, root: theirs.release.root })
})

test.each([true, false])('a compile into a folder, whose loser is contained in the winner: %j', async (isContained) => {
  const theirs = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
  const checkout = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' })
  await commitAll(checkout)
  const folder = join(temporaryFolder(), 'store')
  let hasHappened = false
  class Overtaken extends FileBackend {
    override async publish(update: Parameters<FileBackend['publish']>[0]): ReturnType<FileBackend['publish']> {
      if (!hasHappened) {
        hasHappened = true
        await publish(theirs.store, { ...theirs.release, commit: NEWER ?? '' }, new FileBackend(folder))
      }
      return super.publish(update)
    }
  }
  const { emitted } = await compile(await openConfiguration(join(checkout, 'config')), new Overtaken(folder), {
    fingerprint: 'test',
    publisher: unsigned,
    descends: async (commit) => isContained && commit === NEWER,
  })
  const { release } = readHead(await new FileBackend(folder).head())
  expect(emitted?.release.seq).toBe(isContained ? 1 : 2)
  expect(release).toMatchObject(isContained ? { seq: 1, commit: NEWER, root: theirs.release.root } : { seq: 2 })
})

test('going back to old content is no reason to take an older release for it', async () => {
  const [ours, theirs] = await both()
  const folder = join(temporaryFolder(), 'store')
  const third = await compiled({ 'accounts/c.yaml': 'id: c\nplan: scale\n' })
  const plain = new FileBackend(folder)
  await publish(ours.store, ours.release, plain)
  await publish(theirs.store, theirs.release, plain)
  const target = overtaken(folder, (there) => publish(third.store, third.release, there))
  const { release } = await publish(ours.store, ours.release, target)
  expect(release).toMatchObject({ seq: 4, root: ours.release.root })
})

test('of several targets, whoever loses at one looks at all again', async () => {
  const [ours, theirs] = await both()
  const folders = [0, 1].map(() => join(temporaryFolder(), 'store'))
  const [a = '', b = ''] = folders
  const first = overtaken(a, (there) => publish(theirs.store, theirs.release, there))
  const targets = [first, new FileBackend(b)].map((target) => ({ target, publisher: unsigned }))
  const outcomes = await publishEverywhere(ours.store, ours.release, targets)
  expect(outcomes.map((one) => ('release' in one ? one.release.seq : one.failure.message))).toEqual([2, 2])
  for (const folder of folders) {
    expect(readHead(await new FileBackend(folder).head()).release).toMatchObject({ seq: 2, root: ours.release.root })
  }
})

test('two targets with different releases under one seq get the one after it: a reader of either would refuse another', async () => {
  const [ours, theirs] = await both()
  const folders = [0, 1].map(() => join(temporaryFolder(), 'store'))
  const targets = folders.map((folder) => ({ target: new FileBackend(folder), publisher: unsigned }))
  for (const [i, { store, release }] of [ours, theirs].entries()) {
    await publish(store, release, new FileBackend(folders[i] ?? ''))
  }
  const outcomes = await publishEverywhere(ours.store, ours.release, targets)
  expect(outcomes.map((one) => ('release' in one ? one.release.seq : one.failure.message))).toEqual([2, 2])
})
