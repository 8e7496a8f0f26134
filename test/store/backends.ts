import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { pathOf, textObject } from '../../src/store/format/object-ref.ts'
import { type Release, readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { compile } from '../../src/pipeline.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { publish } from '../../src/release/publish-copy.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { type Backend, currentHead } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { type Files, temporaryFolder, writeConfig } from '../support/config.ts'
import { wholeStore } from '../support/trust.ts'

/** One place for a store, as the contract of whoever publishes needs it. */
export interface Place {
  /** The place as somebody opens it who knows nothing of the others. */
  open(): Backend
  /** Every path below the place, with a digest of what it holds. */
  contents(): Promise<Readonly<Record<string, string>>>
  /** Puts a file there that is not ours, and gives what it says now, undefined where it is gone. */
  plant(path: string, text: string): Promise<() => Promise<string | undefined>>
  /** Writes into the store itself, by other means than ours. */
  change(path: string, text: string): Promise<void>
  /** What it is given it writes, without asking whether it is there. */
  readonly writesAnew?: true
  /** Each head is also kept under its epoch and seq. */
  readonly keepsHeads?: true
  /** Nothing compares and swaps: the last writer wins, and finds out. */
  readonly isCopy?: true
  /** Makes every write fail until the returned function is called; left out where it cannot be done here. */
  refuse?(): Promise<() => Promise<void>>
}

/** What every backend has to do, beside reading, wherever it publishes to. */
export function backendContract(name: string, create: () => Promise<Place>): void {
  describe(`the contract of a backend: ${name}`, () => {
    let place: Place
    beforeEach(async () => {
      place = await create()
    })

    test('nothing was published yet', async () => {
      const target = place.open()
      expect(await currentHead(target)).toBeUndefined()
      expect(await target.has(A.ref)).toBe(false)
      await expect(target.read(A.ref)).rejects.toMatchObject({ kind: 'world' })
    })

    test('the first publish: all objects, the head, and nothing else', async () => {
      const from = await compiled({})
      const { release, published } = await publish(from.store, from.release, place.open())
      expect(release).toEqual({ ...from.release, seq: 1 })
      const checked = await wholeStore(place.open())
      expect(checked).toMatchObject({ release, problems: [] })
      expect(published).toEqual({ done: true, written: checked.objects, reused: 0, bytes: checked.bytes })
      expect(
        Object.keys(await place.contents())
          .filter((path) => !path.startsWith('objects'))
          .sort(),
      ).toEqual(place.keepsHeads === true ? ['head.json', 'heads/0-1.json'] : ['head.json'])
    })

    test('the next one copies only what is missing', async () => {
      const first = await compiled({})
      await publish(first.store, first.release, place.open())
      const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
      const reading = counting(next.store)
      const { release, published } = await publish(reading.target, next.release, place.open())
      expect(release.seq).toBe(2)
      // The root, the leaf and its provenance: globals and texts are there.
      expect(published.written).toBe(3)
      // Those; where there are packs, the root, the globals and the leaf once more, to see that so few need none.
      // A copy in a registry lists all that a release needs, for which it reads the globals.
      // And the root and the leaf of the release before, which are looked for here first: the root for its count, too.
      expect(reading.read()).toBe(3 + (place.isCopy === true ? 7 : place.open().takesPacks ? 6 : 3))
      expect(await wholeStore(place.open())).toMatchObject({ release, problems: [] })
    })

    test('the same again changes nothing, under the same seq', async () => {
      const from = await compiled({})
      const first = await publish(from.store, from.release, place.open())
      const before = await place.contents()
      const again = await publish(from.store, from.release, place.open())
      expect(again).toEqual({ release: first.release, published: { done: true, written: 0, reused: 0, bytes: 0 } })
      expect(await place.contents()).toEqual(before)
    })

    test('another commit, or another environment, of the same content is another release', async () => {
      const from = await compiled({})
      await publish(from.store, from.release, place.open())
      const other = await publish(from.store, { ...from.release, commit: 'c'.repeat(40) }, place.open())
      const staging = await publish(from.store, { ...from.release, environment: 'staging' }, place.open())
      expect([other.release.seq, staging.release.seq]).toEqual([2, 3])
      expect(other.published.written).toBe(0)
    })

    test('a lost race is told, and changes nothing', async () => {
      const from = await compiled({})
      const mine = place.open()
      await publish(from.store, from.release, place.open())
      const before = await place.contents()
      const unexpected = [undefined, Buffer.from(writeHead({ ...from.release, seq: 7 }))]
      for (const expected of unexpected) {
        const head = writeHead({ ...from.release, seq: 8 })
        expect(await mine.publish({ objects: [A], expected, head })).toEqual({ done: false })
      }
      expect(await place.contents()).toEqual(before)
    })

    test('of two who build on the same head, one publishes', async ({ skip }) => {
      if (place.isCopy === true) return skip('nothing compares and swaps there')
      const from = await compiled({})
      await publish(from.store, from.release, place.open())
      const expected = await currentHead(place.open())
      const heads = [2, 3].map((seq) => writeHead({ ...from.release, seq }))
      const done = await Promise.all(heads.map((head) => place.open().publish({ objects: [A], expected, head })))
      expect(done.filter((one) => one.done)).toHaveLength(1)
      const winner = heads[done.findIndex((one) => one.done)]
      expect((await place.open().head()).toString('utf8')).toBe(winner)
    })

    test('an object that is given twice is written once, and one that is there is not written again', async () => {
      const { release } = await compiled({})
      const first = { objects: [A, B, A], expected: undefined, head: writeHead({ ...release, seq: 1 }) }
      const bytes = A.bytes.length + B.bytes.length
      expect(await place.open().publish(first)).toEqual({ done: true, written: 2, reused: 0, bytes })
      const next = { objects: [A], expected: Buffer.from(first.head), head: writeHead({ ...release, seq: 2 }) }
      const again = { done: true, written: 1, reused: 0, bytes: A.bytes.length }
      const none = { done: true, written: 0, reused: 1, bytes: 0 }
      expect(await place.open().publish(next)).toEqual(place.writesAnew === true ? again : none)
    })

    test('what it has is what is there in its whole length', async () => {
      const { release } = await compiled({})
      const head = writeHead({ ...release, seq: 1 })
      await place.open().publish({ objects: [A, B], expected: undefined, head })
      await place.change(pathOf(A.ref), 'an obj')
      const target = place.open()
      expect([await target.has(A.ref), await target.has(B.ref)]).toEqual([false, place.writesAnew !== true])
    })

    test('an object that was damaged is replaced by whoever publishes it', async ({ skip }) => {
      if (place.isCopy === true) return skip('a registry holds what it names by its digest')
      const { release } = await compiled({})
      const head = writeHead({ ...release, seq: 1 })
      await place.open().publish({ objects: [A], expected: undefined, head })
      await place.change(pathOf(A.ref), 'an obJect')
      await expect(place.open().read(A.ref)).rejects.toMatchObject({ problem: 'damaged' })
      const next = { objects: [A], expected: Buffer.from(head), head: writeHead({ ...release, seq: 2 }) }
      expect(await place.open().publish(next)).toMatchObject({ done: true, written: 1 })
      expect((await place.open().read(A.ref)).toString()).toBe('an object')
    })

    test('the release before can still be read, by whoever holds its head and by whoever comes later', async () => {
      const first = await compiled({})
      await publish(first.store, first.release, place.open())
      const holder = place.open()
      const { root } = readHead(await holder.head()).release
      const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
      await publish(next.store, next.release, place.open())
      for (const reader of [holder, place.open()]) {
        expect((await reader.read(root)).equals(await first.store.read(root))).toBe(true)
      }
    })

    test('a publisher who loses builds on the winner', async () => {
      const winner = await compiled({})
      const loser = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
      const target = place.open()
      let overtaken = false
      const late: Backend = {
        url: target.url,
        takesPacks: target.takesPacks,
        head: () => target.head(),
        has: (ref) => target.has(ref),
        read: (ref) => target.read(ref),
        async publish(update) {
          if (!overtaken) await publish(winner.store, winner.release, place.open())
          overtaken = true
          return target.publish(update)
        },
      }
      const { release } = await publish(loser.store, loser.release, late)
      expect(release).toMatchObject({ ...loser.release, seq: 2, history: [{ seq: 1, root: winner.release.root }] })
      expect(await wholeStore(place.open())).toMatchObject({ release, problems: [], accounts: 2 })
    })

    test('many at once: every one is published, each under a seq of its own', async ({ skip }) => {
      if (place.isCopy === true) return skip('nothing compares and swaps there')
      const all = await Promise.all(
        [1, 2, 3, 4].map((n) => {
          return compiled({ 'accounts/b.yaml': `id: b\nplan: scale\noverrides: { openai: { max_tokens: ${n} } }\n` })
        }),
      )
      const done = await Promise.all(all.map(({ store, release }) => publish(store, release, place.open())))
      expect(done.map(({ release }) => release.seq).sort()).toEqual([1, 2, 3, 4])
      expect(await wholeStore(place.open())).toMatchObject({ problems: [], release: { seq: 4 } })
    })

    test('after a failure on the way everything is as it was, and the next try succeeds', async () => {
      const first = await compiled({})
      await publish(first.store, first.release, place.open())
      const before = await place.contents()
      const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
      function* failing(): Generator<typeof A> {
        yield A
        throw new Error('the line was cut')
      }
      const head = writeHead({ ...next.release, seq: 2 })
      const expected = await currentHead(place.open())
      await expect(place.open().publish({ objects: failing(), expected, head })).rejects.toThrow('the line was cut')
      expect(await place.contents()).toEqual(before)
      expect((await publish(next.store, next.release, place.open())).release.seq).toBe(2)
      expect(await wholeStore(place.open())).toMatchObject({ problems: [] })
    })

    test('what somebody else put there stays, and is in nobody’s way', async () => {
      const readme = await place.plant('README.md', 'Ours is not to be touched.')
      const from = await compiled({})
      await publish(from.store, from.release, place.open())
      expect(await readme()).toBe('Ours is not to be touched.')
      expect(await wholeStore(place.open())).toMatchObject({ problems: [] })
    })

    test('objects that a killed publisher left are used, and do not stand for what is under them', async () => {
      const from = await compiled({})
      const { root } = from.release
      const objects = [{ ref: root, bytes: await from.store.read(root) }]
      const head = writeHead({ ...from.release, root: A.ref, seq: 1 })
      await place.open().publish({ objects, expected: undefined, head })
      const { release } = await publish(from.store, from.release, place.open())
      expect(release.seq).toBe(2)
      expect(await wholeStore(place.open())).toMatchObject({ problems: [] })
    })

    test('a refusal to write is told, with the place and the way out', async ({ skip }) => {
      if (place.refuse === undefined) return skip('writes cannot be made to fail here')
      const from = await compiled({})
      const before = await place.contents()
      const allow = await place.refuse()
      const refused = publish(from.store, from.release, place.open())
      const failure = await refused.catch((error: unknown) => error).finally(allow)
      const where = place.open().url.replace(/^\w+:/, '')
      expect(failure).toMatchObject({ name: 'Failure', kind: 'world', message: expect.stringContaining(where) })
      expect(await place.contents()).toEqual(before)
    })

    test('the head’s own bytes come back', async () => {
      const from = await compiled({})
      const { release } = await publish(from.store, from.release, place.open())
      const head = await place.open().head()
      expect(readHead(head).release).toEqual(release)
      expect(head.toString('utf8')).toBe(writeHead(release))
    })
  })
}

const A = textObject('an object')
const B = textObject('another object')

export interface Compiled {
  readonly store: FileBackend
  readonly release: Omit<Release, 'seq'>
}

/** A small configuration, compiled into a store of its own: a copy, where it was compiled before. */
export async function compiled(files: Files): Promise<Compiled> {
  const key = JSON.stringify(files)
  const once = known.get(key) ?? compileOnce(files)
  known.set(key, once)
  const { contents, release } = await once
  const store = new FileBackend(join(temporaryFolder(), 'store'))
  for (const [path, bytes] of contents) {
    mkdirSync(dirname(join(store.folder, path)), { recursive: true })
    writeFileSync(join(store.folder, path), bytes)
  }
  return { store, release }
}

interface CompiledOnce {
  readonly contents: ReadonlyMap<string, Uint8Array>
  readonly release: Omit<Release, 'seq'>
}

const known = new Map<string, Promise<CompiledOnce>>()

async function compileOnce(files: Files): Promise<CompiledOnce> {
  const folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n', ...files })
  const store = new FileBackend(join(temporaryFolder(), 'store'))
  const { emitted } = await compile(await openConfiguration(join(folder, 'config')), store, {
    fingerprint: 'test',
    publisher: unsigned,
  })
  if (emitted === undefined) throw new Error('the configuration of this test is wrong')
  const { seq: _, ...release }: Release = emitted.release
  const paths = readdirSync(store.folder, { recursive: true, encoding: 'utf8' })
  const whole = paths.filter((path) => statSync(join(store.folder, path)).isFile())
  const contents = new Map(whole.map((path) => [path, readFileSync(join(store.folder, path))]))
  return { contents, release }
}

function counting(target: Backend): { target: Backend; read(): number } {
  let n = 0
  return {
    read: () => n,
    target: {
      url: target.url,
      takesPacks: target.takesPacks,
      head: () => target.head(),
      has: (ref) => target.has(ref),
      publish: (update) => target.publish(update),
      read(ref) {
        n++
        return target.read(ref)
      },
    },
  }
}
