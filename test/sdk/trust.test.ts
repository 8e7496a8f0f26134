import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { textObject, toObject } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { roleOf } from '../../src/trust/next-root.ts'
import { generateKey, signHead } from '../../src/trust/sign-head.ts'
import { seal } from '../../src/trust/seal-keys.ts'
import { testRoot } from '../support/trust.ts'
import { Watched } from './watched.ts'
import { RootedStore, codesOf, numbered, numbersIn, person, rootedStore } from './rooted.ts'
import { GLOBALS, codeOf } from './store.ts'

/** Lets a hostile writer at a store that is being served: refused with the code, and everything goes on as before. */
async function refused(store: RootedStore, code: string, attack: () => unknown): Promise<void> {
  const cacheDir = join(store.base, 'cache')
  const settings = await store.open({ cacheDir })
  const [errors, seq, kept] = [codesOf(settings), settings.status.seq, readFileSync(join(cacheDir, 'head.json'))]
  const good = readFileSync(store.headFile)
  const numbers = numbersIn(settings)
  await attack()
  expect(await settings.refresh()).toBe(false)
  expect(errors).toEqual([code])
  expect([numbersIn(settings), settings.status.seq, settings.status.state]).toEqual([numbers, seq, 'ready'])
  expect(readFileSync(join(cacheDir, 'head.json')).equals(kept)).toBe(true)
  // Whoever starts now starts from the last good one, and everybody goes on when the store is mended.
  const again = await store.open({ cacheDir })
  expect([numbersIn(again), again.status.state]).toEqual([numbers, 'stale'])
  store.write(good)
  expect([await settings.refresh(), errors, settings.status.state]).toEqual([false, [code], 'ready'])
}

describe('the order: nothing of a release is read before it is known to be one', () => {
  test.each<[string, string, (store: RootedStore) => Promise<unknown>]>([
    ['not signed', 'signature_invalid', async (store) => store.write(writeHead(await store.make(numbered(2))))],
    ['signed by a stranger', 'signature_invalid', (store) => store.publish(numbered(2), {}, { by: [generateKey()] })],
    [
      'of another environment',
      'environment_changed',
      (store) => store.publish(numbered(2), { environment: 'staging' }),
    ],
    ['older', 'rollback_refused', (store) => store.publish(numbered(2), { seq: 1 })],
    ['expired', 'expired', (store) => store.publish(numbered(2), { expires: store.time(-1), issued: store.time(-2) })],
  ])('%s', async (_, code, attack) => {
    const store = await rootedStore()
    await store.publish(numbered(1))
    const watched = new Watched(store)
    const present = await watched.advance()
    watched.reads = []
    await attack(store)
    expect(await codeOf(() => watched.advance(present))).toBe(code)
    expect(watched.reads).toEqual(['head'])
  })

  test('a root is looked for only where it is another one, and is bounded before it is read', async () => {
    const store = await rootedStore()
    const watched = new Watched(store)
    const present = await watched.advance()
    store.rotate('refresh')
    const { trust } = await store.publish(numbered(2))
    watched.reads = []
    await watched.advance(present)
    expect(watched.reads.slice(0, 2)).toEqual(['head', trust])
    const huge = toObject(Buffer.alloc(262_145, ' '))
    await store.publish(numbered(3), { trust: huge.ref })
    watched.reads = []
    expect(await codeOf(() => watched.advance(present))).toBe('store_damaged')
    expect(watched.reads).toEqual(['head'])
  })
})

describe('a writer of the store', () => {
  test('strips or empties the signature', async () => {
    for (const strip of [
      (head: ReturnType<typeof readHead>) => writeHead(head.release, head.core, []),
      (head: ReturnType<typeof readHead>) => writeHead(head.release, [], head.signatures),
      (head: ReturnType<typeof readHead>) => writeHead(head.release, [], []),
      (head: ReturnType<typeof readHead>) =>
        writeHead(
          head.release,
          head.core,
          head.signatures.map(({ keyid }) => ({ keyid, sig: '' })),
        ),
    ]) {
      const store = await rootedStore()
      await refused(store, 'signature_invalid', () => store.write(strip(readHead(readFileSync(store.headFile)))))
    }
  })

  test('names an unknown key id, or a known one over a foreign signature', async () => {
    const store = await rootedStore()
    const { release, core, signatures } = readHead(readFileSync(store.headFile))
    const unknown = [{ keyid: '0'.repeat(64), sig: signatures[0]?.sig ?? '' }]
    await refused(store, 'signature_invalid', () => store.write(writeHead(release, core, unknown)))
    const foreign = readHead(Buffer.from(signHead(release, [generateKey()]))).signatures
    const borrowed = [{ keyid: signatures[0]?.keyid ?? '', sig: foreign[0]?.sig ?? '' }]
    await refused(store, 'signature_invalid', () => store.write(writeHead(release, core, borrowed)))
  })

  test('signs with a foreign key, or with the refresh key alone', async () => {
    const store = await rootedStore()
    await refused(store, 'signature_invalid', () => store.publish(numbered(9), { seq: 2 }, { by: [generateKey()] }))
    await refused(store, 'signature_invalid', () => store.publish(numbered(9), { seq: 2 }, { by: [store.refresh] }))
    await refused(store, 'signature_invalid', () => store.publish(numbered(9), { seq: 2 }, { by: [...store.root] }))
  })

  test('an old release; staging offered as production; the same seq with another root', async () => {
    const store = await rootedStore()
    const old = readFileSync(store.headFile)
    await store.publish(numbered(2))
    await refused(store, 'rollback_refused', () => store.write(old))
    await refused(store, 'environment_changed', () => store.publish(numbered(3), { seq: 3, environment: 'staging' }))
    await refused(store, 'rollback_refused', () => store.publish(numbered(3), { seq: 2 }))
    await refused(store, 'rollback_refused', () => store.publish(numbered(2), { seq: 2, commit: 'another' }))
  })

  test('old secrets beside a new bundle; keys sealed by somebody else', async () => {
    const { identity, recipient } = await person()
    const sealing = { keys: { OPENAI_API_KEY: 'o'.repeat(20) }, to: [recipient] }
    const store = await rootedStore(sealing)
    const before = store.head()
    const after = await store.publish(numbered(2), {}, sealing)
    const { core, signatures } = readHead(readFileSync(store.headFile))
    const mixed = writeHead({ ...after, secrets: before.secrets }, core, signatures)
    await refused(store, 'signature_invalid', () => store.write(mixed))
    await refused(store, 'rollback_refused', () =>
      store.write(signHead({ ...after, secrets: before.secrets }, [store.release])),
    )
    // Its digest is not in the release, whatever file it is put into.
    const forged = await seal(new Map([['OPENAI_API_KEY', 'x'.repeat(20)]]), 'production', [recipient])
    writeFileSync(store.file(after.secrets ?? ''), forged)
    expect(await codeOf(() => store.open({ keys: { from: 'sealed', identity } }))).toBe('store_damaged')
    const own = store.put(toObject(forged))
    store.write(writeHead({ ...after, secrets: own }, core, signatures))
    expect(await codeOf(() => store.open({ keys: { from: 'sealed', identity } }))).toBe('signature_invalid')
  })

  test('swaps two objects, or puts another release’s in the place of one', async () => {
    const store = await rootedStore()
    const { root: one } = store.head()
    const { root: two } = await store.make(numbered(2))
    const [a, b] = [readFileSync(store.file(one)), readFileSync(store.file(two))]
    writeFileSync(store.file(one), b)
    writeFileSync(store.file(two), a)
    expect(await codeOf(() => store.open())).toBe('store_damaged')
  })

  test('swaps two secret names in the settings: no provider is sent another one’s key', async () => {
    const { openai, anthropic, ...others } = GLOBALS.providers
    const providers = {
      ...others,
      openai: { secret: 'ANTHROPIC_API_KEY', fields: openai?.fields ?? {} },
      anthropic: { secret: 'OPENAI_API_KEY', fields: anthropic?.fields ?? {} },
    }
    const store = await rootedStore()
    await refused(store, 'secret_refused', () =>
      store.publish({ ...numbered(2), globals: { ...GLOBALS, providers } }, { seq: 2 }),
    )
  })

  test('removes most accounts: only the release keys’ word lets them go', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`a${i}`, { plan: 'free' } as const]))
    const store = new RootedStore()
    await store.publish(numbered(1, many))
    await refused(store, 'shrink_refused', () => store.publish({ accounts: {} }, { seq: 2 }))
    // An older word is of another loss; a word that was said in a release that was missed still counts.
    await refused(store, 'shrink_refused', () => store.publish({ accounts: {} }, { seq: 2, shrunk_at: 1 }))
    const settings = await store.open()
    await store.publish(numbered(3), { seq: 3, shrunk_at: 2 })
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [3, 3]])
  })
})

describe('a writer of the store serves nothing new (freeze)', () => {
  test('stale where the store fails, expired when the time is up; what was good goes on answering', async () => {
    const store = await rootedStore()
    const settings = await store.open({ refresh: { everyMs: 0, staleAfterMs: 1000 } })
    const said: string[] = []
    settings.on('stale', ({ state }) => said.push(state))
    store.clock.now += 86_399_999
    await settings.refresh()
    expect(settings.status.state).toBe('ready')
    store.clock.now += 1
    await settings.refresh()
    await settings.refresh()
    expect([settings.status.state, numbersIn(settings), said]).toEqual(['expired', [1, 1], ['expired']])
    store.resign({ issued: store.time(0), expires: store.time(1000) })
    expect([await settings.refresh(), settings.status.state]).toEqual([false, 'ready'])
  })

  test('a cold start on expired metadata fails, and no clock that is set back makes it good', async () => {
    const store = await rootedStore()
    store.clock.now += 86_400_000
    expect(await codeOf(() => store.open())).toBe('expired')
    store.resign({ issued: store.time(0), expires: store.time(0) })
    store.clock.now -= 365 * 86_400_000
    expect(await codeOf(() => store.open())).toBe('expired')
    store.resign({ issued: store.time(0), expires: store.time(1) })
    const settings = await store.open()
    store.clock.now -= 1_000_000
    expect(settings.status.state).toBe('ready')
    // The time that passed, by the clock that nobody sets.
    expect(settings.status.ageMs).toBeGreaterThanOrEqual(0)
    expect(settings.status.ageMs).toBeLessThan(900_000)
    store.clock.now += 10_000_000
    expect(settings.status.state).toBe('expired')
  })

  test('an older signature of the same release does not shorten its time', async () => {
    const store = await rootedStore()
    const short = readFileSync(store.headFile)
    store.resign({ issued: store.time(0), expires: store.time(2 * 86_400_000) })
    const settings = await store.open({ cacheDir: join(store.base, 'cache') })
    const errors = codesOf(settings)
    store.write(short)
    await settings.refresh()
    store.clock.now += 86_400_000
    expect([settings.status.state, errors]).toEqual(['ready', []])
  })

  test('the refresh key gives a later expiry and nothing else', async () => {
    const store = await rootedStore()
    await refused(store, 'signature_invalid', async () => {
      const { core } = readHead(readFileSync(store.headFile))
      const next = await store.make(numbered(2), { seq: 2 })
      const head = signHead(next, [store.refresh])
      store.write(writeHead(next, core, readHead(Buffer.from(head)).signatures))
    })
  })

  test('a release without an end is none', async () => {
    const store = new RootedStore()
    await store.publish(numbered(1), { expires: null })
    expect(await codeOf(() => store.open())).toBe('store_damaged')
    await store.publish(numbered(1), { issued: null })
    expect(await codeOf(() => store.open())).toBe('store_damaged')
  })
})

describe('trust is given', () => {
  test('as an object, a text, bytes and a path', async () => {
    const store = await rootedStore()
    const text = writeRootDocument(store.first)
    const file = join(store.base, 'root.json')
    writeFileSync(file, text)
    const value: unknown = JSON.parse(text)
    for (const trust of [value, text, Buffer.from(text), new TextEncoder().encode(text), file]) {
      expect(numbersIn(await store.open({ trust }))).toEqual([1, 1])
    }
  })

  test('as something else: an error that does not show it', async () => {
    const store = await rootedStore()
    const key = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`
    const file = join(store.base, 'identity')
    writeFileSync(file, `${key}\n`)
    const unsigned = canonical({ ...JSON.parse(writeRootDocument(store.first)), signatures: [] })
    const cut = writeRootDocument(testRoot({}).document).slice(0, 99)
    for (const trust of [key, file, store.base, '', '{', '[]', 5, [], {}, unsigned, Buffer.from(key), cut]) {
      const error: unknown = await store.open({ trust }).catch((thrown: unknown) => thrown)
      expect(await codeOf(() => Promise.reject(error))).toBe('invalid_trust')
      expect(String(error)).not.toMatch(/AGE-SEC|QQQ/)
    }
    expect(await codeOf(() => store.open({ trust: undefined }))).toBe('trust_required')
  })

  test('with an environment: no other one is taken, not even the first', async () => {
    const store = new RootedStore()
    await store.publish(numbered(1), { environment: 'staging' })
    expect(await codeOf(() => store.open({ environment: 'production' }))).toBe('environment_changed')
    expect(numbersIn(await store.open({ environment: 'staging' }))).toEqual([1, 1])
    expect(numbersIn(await store.open())).toEqual([1, 1])
  })

  test('as a root that stands under another: signed by strangers', async () => {
    const store = await rootedStore()
    expect(await codeOf(() => store.open({ trust: writeRootDocument(testRoot({}).document) }))).toBe('root_refused')
    const { root } = testRoot({})
    const same = testRoot({ root: roleOf([root], 1), release: roleOf([store.release], 1) })
    expect(await codeOf(() => store.open({ trust: writeRootDocument(same.document) }))).toBe('invalid_trust')
    await store.publish(numbered(2), { trust: null })
    expect(await codeOf(() => store.open())).toBe('root_refused')
    await store.publish(numbered(2), { trust: store.put(textObject('{}')) })
    expect(await codeOf(() => store.open())).toBe('store_damaged')
  })
})
