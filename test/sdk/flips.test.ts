import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Ref, matches } from '../../src/store/format/object-ref.ts'
import { signHead } from '../../src/trust/sign-head.ts'
import { compile } from '../../src/pipeline.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { reach } from '../../src/store/reachable-objects.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import type { CurrentRelease } from '../../src/sdk/current-release.ts'
import { advance } from '../../src/sdk/load-next-release.ts'
import type { StoreReader } from '../../src/store/backend-types.ts'
import { idHash } from '../../src/sdk/memory/hash-ids.ts'
import { ROOT } from '../support/run.ts'
import { releaseIn } from '../support/trust.ts'
import { RootedStore, codesOf, numbered, numbersIn, person } from './rooted.ts'
import { codeOf } from './store.ts'

/** The repository's own configuration, sealed and signed, as the release after another one. */
async function sample(): Promise<{ store: RootedStore; identity: string; first: Buffer; second: Buffer }> {
  const store = new RootedStore()
  const { identity, recipient } = await person()
  const sealing = { keys: { OPENAI_API_KEY: 'o'.repeat(40), RUNWARE_API_KEY: 'r'.repeat(40) }, to: [recipient] }
  await store.publish(numbered(1), {}, sealing)
  const first = readFileSync(store.headFile)
  const compiled = new FileBackend(join(store.base, 'compiled'))
  mkdirSync(compiled.folder)
  await compile(await openConfiguration(join(ROOT, 'config')), compiled, { publisher: unsigned, fingerprint: 'test' })
  const { root } = await releaseIn(compiled)
  await new FileBackend(store.folder).publish({
    objects: await objectsOf(compiled, root),
    expected: first,
    head: first.toString(),
  })
  const release = await store.make({}, { seq: 2 }, sealing)
  store.write(signHead({ ...release, root }, [store.release]))
  return { store, identity, first, second: readFileSync(store.headFile) }
}

async function objectsOf(target: FileBackend, root: Ref): Promise<{ ref: Ref; bytes: Uint8Array }[]> {
  const reached = new Set<Ref>()
  await reach({ root, secrets: null, candidate: null }, (ref) => target.read(ref), reached)
  return Promise.all([...reached].map(async (ref) => ({ ref, bytes: await target.read(ref) })))
}

test('every byte of a release flipped, each file cut, longer, swapped, emptied or removed: refused, the last good one serves', async () => {
  const { store, identity, first, second } = await sample()
  const keys = { from: 'sealed', identity } as const
  const decided = store.decided({ keys })
  const objects = new Map<Ref, Buffer>()
  let head: Buffer = first
  const memory: StoreReader = {
    url: store.url,
    head: async () => head,
    read: async (ref) => {
      const bytes = await decided.store.read(ref)
      objects.set(ref, bytes)
      return bytes
    },
  }
  const present = await advance(undefined, decided, { hash: idHash, warn: () => {} }, memory)
  const next = async (): Promise<CurrentRelease> => advance(present, decided, { hash: idHash, warn: () => {} }, memory)
  objects.clear()
  // What the first release shares, a root for one, is read by a cold start.
  head = second
  await advance(undefined, decided, { hash: idHash, warn: () => {} }, memory)
  expect((await next()).release.seq).toBe(2)
  expect(objects.size).toBeGreaterThan(10)

  let refused = 0
  for (let at = 0; at < second.length; at++) {
    for (let bit = 1; bit < 256; bit <<= 1) {
      head = Buffer.from(second)
      head[at] = (second[at] ?? 0) ^ bit
      expect(await codeOf(next), `bit ${bit} of byte ${at} of the head`).toMatch(
        /^(?:store_damaged|signature_invalid|unsupported_format)$/,
      )
      refused++
    }
    head = second.subarray(0, at)
    expect(await codeOf(next), `the head cut at ${at}`).toBe('store_damaged')
    refused++
  }
  head = second
  for (const [ref, bytes] of objects) {
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
      if (matches(ref, bytes)) throw new Error(`byte ${at} of ${ref} may be anything`)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
      refused++
    }
    expect(matches(ref, bytes)).toBe(true)
  }

  // The same with files, of which the running service and one that starts now read all.
  store.write(first)
  const settings = await store.open({ keys })
  const errors = codesOf(settings)
  store.write(second)
  const others = [...objects.keys()]
  for (const [i, [ref, bytes]] of [...objects].entries()) {
    const file = store.file(ref)
    const other = objects.get(others[(i + 1) % others.length] ?? '') ?? Buffer.of()
    const flipped = Buffer.from(bytes)
    flipped[(i * 7919) % bytes.length] = (bytes[(i * 7919) % bytes.length] ?? 0) ^ 0x20
    const isShared = ref === store.head().trust
    for (const harm of [
      flipped,
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length >> 1),
      bytes.subarray(1),
      Buffer.concat([bytes, Buffer.of(10)]),
      other,
      Buffer.of(),
      undefined,
    ]) {
      if (harm === undefined) rmSync(file)
      else writeFileSync(file, harm)
      expect(await codeOf(() => store.open({ keys }))).toBe('store_damaged')
      // A root that it has read already is not read again.
      if (!isShared) {
        expect([await settings.refresh(), errors.pop(), settings.status.seq, numbersIn(settings)]).toEqual([
          false,
          'store_damaged',
          1,
          [1, 1],
        ])
      }
      refused++
    }
    writeFileSync(file, bytes)
  }
  for (const harm of [
    Buffer.concat([second, Buffer.of(10)]),
    Buffer.of(),
    Buffer.from(second.toString().replaceAll('=', '')),
    undefined,
  ]) {
    if (harm === undefined) rmSync(store.headFile)
    else store.write(harm)
    expect(await settings.refresh()).toBe(false)
    expect(errors.pop()).toMatch(harm === undefined ? /^store_not_found$/ : /^(?:store_damaged|signature_invalid)$/)
    expect(numbersIn(settings)).toEqual([1, 1])
    refused++
  }
  store.write(second)
  expect([await settings.refresh(), settings.status.seq]).toEqual([true, 2])
  expect(settings.getModelConfig('generate_content', 'acme').model).toBe('gpt-4')
  console.log(`flips: ${refused} refused`)
})
