import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type StoreReader, currentHead } from '../../src/store/backend-types.ts'
import { MAX_HEAD_BYTES, writeHead } from '../../src/store/format/release-manifest.ts'
import { type StoredObject, hexOf, pathOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { UNSEALED } from '../support/trust.ts'

/** What is in a store's place, by path. */
export type Contents = Readonly<Record<string, Uint8Array>>

/** One place for a store, as the contract of its readers needs it. */
export interface ReadPlace {
  /** The place as somebody opens it who has read nothing there yet. */
  open(): StoreReader
  /** Replaces all that is there, by other means than ours. */
  put(contents: Contents): Promise<void>
  /** Makes that nobody can reach the place. */
  cut(): Promise<void>
  /** A service keeps objects for as long as it runs; a command does not. */
  readonly isForServices?: true
  /** Whoever publishes to a branch refuses one that is no store, because it may be somebody's work. */
  readonly refusesForeign?: true
}

const A = textObject('an object')
const B = textObject('another object')
const EMPTY = textObject('')
const LARGE = toObject(Buffer.alloc(300_000, 'x'))

function headOf(seq: number): Buffer {
  const times = { issued: null, expires: null }
  return Buffer.from(writeHead({ environment: 'production', seq, commit: null, root: A.ref, ...UNSEALED, ...times }))
}

function storeOf(head: Uint8Array, ...objects: readonly StoredObject[]): Contents {
  return { 'head.json': head, ...Object.fromEntries(objects.map(({ ref, bytes }) => [pathOf(ref), bytes])) }
}

/** What every reader has to do, whatever it reads from. */
export function readerContract(name: string, create: () => Promise<ReadPlace>): void {
  describe(`the contract of a reader: ${name}`, () => {
    let place: ReadPlace
    beforeEach(async () => {
      place = await create()
    })

    /** How it fails, which has to be in one of our words, with the place and a way out. */
    async function failureOf(work: Promise<unknown>): Promise<unknown> {
      const failure = await work.then(
        () => 'no failure',
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ name: 'Failure', kind: 'world', help: expect.stringMatching(/\S/) })
      return failure
    }

    test('an absent store is not found, and has no object', async () => {
      expect(await failureOf(place.open().head())).toMatchObject({
        problem: 'not-found',
        message: expect.stringContaining(`there is no store at ${place.open().url}`),
      })
      expect(await currentHead(place.open())).toBeUndefined()
      expect(await failureOf(place.open().read(A.ref))).toMatchObject({
        problem: expect.stringMatching(/^(not-found|damaged)$/),
      })
    })

    test('the head’s own bytes come back, and those of the next one', async () => {
      const reader = place.open()
      for (const seq of [1, 2, 2, 3]) {
        await place.put(storeOf(headOf(seq), A))
        expect((await reader.head()).equals(headOf(seq))).toBe(true)
      }
    })

    test('a head of 64 KiB is read, and none that is longer by one byte', async () => {
      if (place.refusesForeign !== true) {
        await place.put(storeOf(Buffer.alloc(MAX_HEAD_BYTES, '{'), A))
        expect(await place.open().head()).toHaveLength(MAX_HEAD_BYTES)
      }
      await place.put(storeOf(Buffer.alloc(MAX_HEAD_BYTES + 1, '{'), A))
      const failure = await failureOf(place.open().head())
      expect(failure).toMatchObject({ message: expect.stringContaining('not a file of at most 64 KiB') })
      if (place.refusesForeign !== true) expect(failure).toMatchObject({ problem: 'damaged' })
    })

    test('a head that is a folder is no head', async () => {
      await place.put({ [pathOf(A.ref)]: A.bytes, 'head.json/x': Buffer.from('x') })
      await failureOf(place.open().head())
    })

    test('objects come back byte by byte: empty, small and large, in any order, many at once', async () => {
      const objects = [EMPTY, A, LARGE, B]
      await place.put(storeOf(headOf(1), ...objects))
      const reader = place.open()
      const asked = [...objects, ...objects.toReversed(), ...objects]
      const read = await Promise.all(asked.map(({ ref }) => reader.read(ref)))
      expect(read.map((bytes, i) => bytes.equals(asked[i]?.bytes ?? A.bytes))).toEqual(asked.map(() => true))
    })

    test('what comes back keeps no more memory than its own', async () => {
      await place.put(storeOf(headOf(1), A))
      const bytes = await place.open().read(A.ref)
      if (place.isForServices === true) expect(bytes.buffer.byteLength).toBeLessThanOrEqual(bytes.length + 1)
      expect(bytes.toString()).toBe('an object')
    })

    test('an object that is missing is damage, and named', async () => {
      await place.put(storeOf(headOf(1), A))
      expect(await failureOf(place.open().read(B.ref))).toMatchObject({
        problem: 'damaged',
        message: `the store ${place.open().url} is damaged: object ${hexOf(B.ref)} is missing`,
      })
    })

    test.each<readonly [name: string, bytes: Uint8Array]>([
      ['changed', Buffer.from('an obJect')],
      ['cut off', Buffer.from('an objec')],
      ['empty', Buffer.alloc(0)],
      ['longer', Buffer.from('an object ')],
      ['another one', B.bytes],
      ['far too long', Buffer.alloc(1_000_000)],
    ])('an object that is %s is damage, and named', async (_, bytes) => {
      await place.put(storeOf(headOf(1), { ref: A.ref, bytes }, B))
      const reader = place.open()
      expect(await failureOf(reader.read(A.ref))).toMatchObject({
        problem: 'damaged',
        message: `the store ${reader.url} is damaged: object ${hexOf(A.ref)} is not what its name says`,
      })
      // The next one is read all the same.
      expect((await reader.read(B.ref)).toString()).toBe('another object')
    })

    test('an object that is a folder is damage', async () => {
      await place.put({ ...storeOf(headOf(1), B), [`${pathOf(A.ref)}/x`]: Buffer.from('x') })
      expect(await failureOf(place.open().read(A.ref))).toMatchObject({ problem: 'damaged' })
    })

    test('an old release can be read on while the next one is there', async () => {
      const reader = place.open()
      await place.put(storeOf(headOf(1), A))
      await reader.head()
      await place.put(storeOf(headOf(2), A, B))
      await reader.head()
      expect((await reader.read(A.ref)).toString()).toBe('an object')
      expect((await reader.read(B.ref)).toString()).toBe('another object')
    })

    test('an object that was damaged and is whole again is read', async () => {
      await place.put(storeOf(headOf(1), { ref: A.ref, bytes: Buffer.from('an obJect') }))
      const reader = place.open()
      await failureOf(reader.read(A.ref))
      await place.put(storeOf(headOf(1), A))
      await reader.head()
      expect((await reader.read(A.ref)).toString()).toBe('an object')
    })

    test('a place that cannot be reached is unreadable, and is named', async () => {
      await place.put(storeOf(headOf(1), A))
      await place.cut()
      const reader = place.open()
      for (const ask of [() => reader.head(), () => reader.read(A.ref)]) {
        expect(await failureOf(ask())).toMatchObject({
          problem: 'unreadable',
          message: expect.stringMatching(/^cannot read /),
        })
      }
    })

    test('whoever interrupts it, and asks again, is answered', async () => {
      await place.put(storeOf(headOf(1), A))
      const reader = place.open()
      await reader.head()
      reader.interrupt?.()
      expect((await reader.head()).equals(headOf(1))).toBe(true)
      expect((await reader.read(A.ref)).toString()).toBe('an object')
    })
  })
}

/** Makes a folder hold these files and no others. */
export function writeAll(folder: string, contents: Contents): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, bytes] of Object.entries(contents)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
}
