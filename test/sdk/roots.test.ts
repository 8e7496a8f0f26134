import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { type StoredObject, textObject } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { type Root, type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, signHead, signRoot } from '../../src/trust/sign-head.ts'
import { RootedStore, codesOf, numbered, numbersIn, rootedStore } from './rooted.ts'
import { codeOf } from './store.ts'

const MAX = Number.MAX_SAFE_INTEGER

/** A root that somebody makes who has these keys, whether or not they are enough. */
function forged({ previous, ...last }: RootDocument, change: Partial<Root>, keys: readonly PrivateKey[]): RootDocument {
  const signed = { ...last.signed, version: last.signed.version + 1, ...change }
  return { signed, signatures: signRoot(signed, keys), previous: [...previous, last] }
}

function rootObject(document: RootDocument): StoredObject {
  return textObject(writeRootDocument(document))
}

/** Offers a release under some root or other to a service of the first one, which has to refuse it. */
async function offered(
  store: RootedStore,
  document: RootDocument,
  by: PrivateKey,
  code = 'root_refused',
): Promise<void> {
  const settings = await store.open()
  const errors = codesOf(settings)
  const good = readFileSync(store.headFile)
  await store.publish(numbered(9), { seq: 9, trust: store.put(rootObject(document)) }, { by: [by] })
  expect([await settings.refresh(), errors, numbersIn(settings)]).toEqual([false, [code], [1, 1]])
  expect(await codeOf(() => store.open())).toBe(code)
  store.write(good)
}

describe('TUF, fast-forward recovery', () => {
  test('a thief of the release key signs seq = MAX: a new key begins a new count, and is remembered', async () => {
    const store = await rootedStore()
    const cacheDir = join(store.base, 'cache')
    const settings = await store.open({ cacheDir })
    const errors = codesOf(settings)
    // Its times are far off as well: nothing that a thief says may outlast the key.
    await store.publish(numbered(666), { seq: MAX, issued: '9998-01-01T00:00:00Z', expires: '9999-01-01T00:00:00Z' })
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [666, 666]])
    const theirs = readFileSync(store.headFile)
    await store.publish(numbered(2), { seq: 2 })
    expect([await settings.refresh(), errors]).toEqual([false, ['rollback_refused']])
    const old = store.rotate('release')
    await store.publish(numbered(3), { seq: 3 })
    expect([await settings.refresh(), numbersIn(settings), settings.status.seq]).toEqual([true, [3, 3], 3])
    store.write(theirs)
    expect([await settings.refresh(), errors.at(-1)]).toEqual([false, 'signature_invalid'])
    for (let starts = 0; starts < 2; starts++) {
      const again = await store.open({ cacheDir })
      expect([numbersIn(again), again.status.seq]).toEqual([[3, 3], 3])
    }
    await store.publish(numbered(9), { seq: MAX }, { by: [old] })
    const again = await store.open({ cacheDir })
    expect([numbersIn(again), again.status.state]).toEqual([[3, 3], 'stale'])
    await store.publish(numbered(4), { seq: 4 })
    expect([await again.refresh(), numbersIn(again)]).toEqual([true, [4, 4]])
  })

  test('a thief of the refresh key signs an expiry that never comes: the next release, under a newer root, ends it', async () => {
    const store = await rootedStore()
    const cacheDir = join(store.base, 'cache')
    const settings = await store.open({ cacheDir })
    store.resign({ issued: store.time(0), expires: '9999-01-01T00:00:00Z' })
    await settings.refresh()
    const theirs = readFileSync(store.headFile)
    const release = store.head()
    store.rotate('refresh')
    const trust = store.put(rootObject(store.document))
    // Under the same number, another root would be another release.
    store.write(signHead({ ...release, trust, expires: store.time(1000) }, [store.release]))
    const refused = codesOf(settings)
    expect([await settings.refresh(), refused]).toEqual([false, ['rollback_refused']])
    store.write(signHead({ ...release, seq: 2, trust, expires: store.time(1000) }, [store.release]))
    expect(await settings.refresh()).toBe(true)
    store.clock.now += 1000
    expect(settings.status.state).toBe('expired')
    store.write(theirs)
    const errors = codesOf(settings)
    expect([await settings.refresh(), errors, settings.status.state]).toEqual([false, ['signature_invalid'], 'expired'])
    store.clock.now -= 1
    const again = await store.open({ cacheDir })
    expect(again.status).toMatchObject({ state: 'stale', seq: 2 })
  })
})

describe('TUF, threshold and duplicate keys', () => {
  test('one of two root keys makes a new root: refused', async () => {
    const store = new RootedStore({ rootKeys: 2, threshold: 2 })
    await store.publish(numbered(1))
    const [thief] = store.root
    if (thief === undefined) throw new Error('there is a key')
    const theirs = generateKey()
    const release = roleOf([theirs], 1)
    await offered(store, forged(store.document, { release }, [thief]), theirs)
    await offered(store, forged(store.document, { release }, [thief, thief]), theirs)
    // It is not enough to be enough for one's own root.
    await offered(store, forged(store.document, { release, root: roleOf([thief], 1) }, [thief]), theirs)
    await offered(store, forged(store.document, { release, root: roleOf([thief, theirs], 2) }, [thief, theirs]), theirs)
    const both = nextRoot(store.document, { release }, store.root)
    const settings = await store.open()
    await store.publish(numbered(2), { trust: store.put(rootObject(both)) }, { by: [theirs] })
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
  })

  test('a signature counts once, under however many key ids; a key stands once in a role', async () => {
    const store = await rootedStore()
    const [a, b] = [generateKey(), generateKey()]
    store.document = nextRoot(store.document, { release: roleOf([a, b], 2) }, store.root)
    const settings = await store.open()
    const errors = codesOf(settings)
    await store.publish(numbered(2), { seq: 2 }, { by: [a, a] })
    await settings.refresh()
    const { release, core, signatures } = readHead(readFileSync(store.headFile))
    const renamed = signatures.map((signature, i) => (i === 0 ? signature : { ...signature, keyid: b.public.keyid }))
    store.write(writeHead(release, core, renamed))
    await settings.refresh()
    expect([errors, numbersIn(settings)]).toEqual([
      ['signature_invalid', 'signature_invalid'],
      [1, 1],
    ])
    await store.publish(numbered(2), { seq: 2 }, { by: [b, a] })
    expect(await settings.refresh()).toBe(true)
    const twice = forged(store.document, { release: { threshold: 2, keys: [a.public, a.public] } }, store.root)
    expect(await codeOf(() => store.open({ trust: writeRootDocument(twice) }))).toBe('invalid_trust')
    await store.publish(numbered(3), { trust: store.put(rootObject(twice)) }, { by: [a] })
    expect([await settings.refresh(), errors.at(-1)]).toEqual([false, 'store_damaged'])
  })

  test('a key of low order, under which anybody can sign, is none', async () => {
    const store = await rootedStore()
    const x = Buffer.from([1, ...Array.from({ length: 31 }, () => 0)]).toString('base64url')
    const text = writeRootDocument(store.first).replaceAll(store.release.public.x, x)
    expect(await codeOf(() => store.open({ trust: text }))).toBe('invalid_trust')
  })
})

describe('TUF, key rotation', () => {
  test('from N to N + 3 at once, and remembered across restarts', async () => {
    const store = await rootedStore()
    const cacheDir = join(store.base, 'cache')
    const settings = await store.open({ cacheDir })
    const old = readFileSync(store.headFile)
    const oldKey = store.rotate('release')
    store.rotate('root', 'refresh')
    store.rotate('root')
    expect(store.document.signed.version).toBe(4)
    await store.publish(numbered(2))
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
    // The root that the service was given is still the first one.
    store.write(old)
    const again = await store.open({ cacheDir })
    const errors = codesOf(again)
    expect([numbersIn(again), again.status.state]).toEqual([[2, 2], 'stale'])
    await again.refresh()
    expect(errors).toContain('signature_invalid')
    store.write(signHead({ ...store.head(), seq: 99 }, [oldKey]))
    expect(await codeOf(() => store.open({ trust: writeRootDocument(store.document) }))).toBe('signature_invalid')
    // Whoever remembers nothing can be told of the first root only.
    expect(numbersIn(await store.open())).toEqual([1, 1])
  })

  test('a version is left out, stands twice or is edited: refused', async () => {
    const store = await rootedStore()
    const by = store.release
    store.rotate('refresh')
    const two = store.document
    store.rotate('refresh')
    const three = store.document
    await offered(store, { ...three, previous: three.previous.slice(0, 1) }, by)
    await offered(store, { ...three, previous: [...three.previous, ...three.previous.slice(1)] }, by)
    await offered(store, { ...two, signed: { ...two.signed, secrets: { openai: ['EVIL_API_KEY'] } } }, by)
    await offered(store, { ...two, signatures: [] }, by)
    expect(numbersIn(await store.open())).toEqual([1, 1])
  })

  test('a root of other descent: made by strangers, or a fork of one that we know', async () => {
    const store = await rootedStore()
    const stranger = new RootedStore()
    await offered(store, stranger.first, stranger.release)
    const { release, root } = stranger.first.signed
    await offered(store, forged(store.document, { release, root }, stranger.root), stranger.release)
    const fork = nextRoot(store.document, { release: stranger.first.signed.release }, store.root)
    store.rotate('refresh')
    const settings = await store.open()
    const errors = codesOf(settings)
    await store.publish(numbered(2))
    expect(await settings.refresh()).toBe(true)
    await store.publish(numbered(3), { trust: store.put(rootObject(fork)) }, { by: [stranger.release] })
    expect([await settings.refresh(), errors, numbersIn(settings)]).toEqual([false, ['root_refused'], [2, 2]])
  })

  test('a root that is not in its one form is damage', async () => {
    const store = await rootedStore()
    const text = writeRootDocument(store.document)
    for (const changed of [text.replace('{', '{ '), canonical(JSON.parse(text)), text.slice(0, -1), `${text}\n`]) {
      await store.publish(numbered(1), { trust: store.put(textObject(changed)) })
      expect(await codeOf(() => store.open())).toBe('store_damaged')
    }
  })
})
