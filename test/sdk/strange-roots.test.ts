import { randomBytes } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { textObject } from '../../src/store/format/object-ref.ts'
import type { Signature } from '../../src/store/format/release-manifest.ts'
import { publicKey, type Role } from '../../src/trust/public-key.ts'
import { MAX_ROOT_BYTES, type RootDocument, type SignedRoot, writeRootDocument } from '../../src/trust/root-document.ts'
import { nextRoot } from '../../src/trust/next-root.ts'
import { generateKey, signRoot } from '../../src/trust/sign-head.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { PATIENT, RootedStore, codesOf, numbered, numbersIn } from './rooted.ts'
import { FaultyServer } from '../support/faulty-http.ts'

/** What is dear: looking at a signature, and making the object that it takes. */
const cost = vi.hoisted(() => ({ checks: 0, keys: 0 }))
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  const verify = (...args: Parameters<typeof real.verify>): unknown => {
    cost.checks++
    return real.verify(...args)
  }
  const createPublicKey = (key: Parameters<typeof real.createPublicKey>[0]): unknown => {
    cost.keys++
    return real.createPublicKey(key)
  }
  return { ...real, verify, createPublicKey }
})

interface Cost {
  readonly checks: number
  readonly keys: number
  /** Long texts that were parsed. */
  readonly parsed: number
  readonly requests: number
}

interface Served {
  readonly store: RootedStore
  readonly settings: Settings
  readonly errors: string[]
  /** Names a root in a head that nobody has signed, and looks at it. */
  offer(document: RootDocument): Promise<Cost>
}

async function served(store: RootedStore): Promise<Served> {
  await store.publish(numbered(1))
  const server = await new FaultyServer(store.folder).listen()
  const settings = await store.open({ store: server.origin, refresh: PATIENT })
  const errors = codesOf(settings)
  const offer = async (document: RootDocument): Promise<Cost> => {
    await store.publish(numbered(9), { seq: 9, trust: store.put(textObject(writeRootDocument(document))) }, { by: [] })
    server.take()
    const parse = vi.spyOn(JSON, 'parse')
    Object.assign(cost, { checks: 0, keys: 0 })
    await settings.refresh()
    const seen = {
      ...cost,
      parsed: parse.mock.calls.filter(([text]) => text.length > 5000).length,
      requests: server.take().length,
    }
    parse.mockRestore()
    return seen
  }
  return { store, settings, errors, offer }
}

function strangers(count: number): Role {
  return {
    threshold: 1,
    keys: Array.from({ length: count }, () => publicKey(randomBytes(32).toString('base64url'), 'a key')),
  }
}

function falseSignatures(keyid: string, count: number): Signature[] {
  return Array.from({ length: count }, () => ({ keyid, sig: randomBytes(64).toString('base64') }))
}

/** A document as long as may be, of versions that nobody has signed, or falsely. */
function hugeAfter(document: RootDocument, signatures: (version: number) => Signature[]): RootDocument {
  let { previous, ...last }: RootDocument = document
  const isRoom = (): boolean => writeRootDocument({ ...last, previous }).length < MAX_ROOT_BYTES - 12_000
  while (previous.length < 63 && isRoom()) {
    previous = [...previous, last]
    const version = last.signed.version + 1
    const signed = { ...last.signed, version, root: strangers(16), release: strangers(16), refresh: strangers(16) }
    last = { signed, signatures: signatures(version) }
  }
  return { ...last, previous }
}

describe('a huge root that nobody has signed', () => {
  test.each<[string, (keyid: string) => Signature[]]>([
    ['without a signature', () => []],
    ['with as many as may be by a key that counts, all of them false', (keyid) => falseSignatures(keyid, 32)],
    ['with as many by nobody', () => falseSignatures('0'.repeat(64), 32)],
  ])('is refused after one look, and not looked at again: %s', async (_, signatures) => {
    const store = new RootedStore({ rootKeys: 4, threshold: 2 })
    const { settings, errors, offer } = await served(store)
    const [key] = store.root
    const huge = hugeAfter(store.document, () => signatures(key?.public.keyid ?? ''))
    expect(writeRootDocument(huge).length).toBeGreaterThan(MAX_ROOT_BYTES - 40_000)
    const { checks, keys, parsed, requests } = await offer(huge)
    expect([checks <= 32, keys <= 4, parsed, requests]).toEqual([true, true, 1, 2])
    expect(await offer(huge)).toEqual({ checks: 0, keys: 0, parsed: 0, requests: 1 })
    expect([errors, numbersIn(settings)]).toEqual([
      ['root_refused', 'root_refused'],
      [1, 1],
    ])
    await store.publish(numbered(2))
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
  })

  test('that is too long, or of too many versions, costs less', async () => {
    const store = new RootedStore()
    const { errors, offer } = await served(store)
    const { previous: _, ...version } = store.document
    const many = (n: number): RootDocument => ({ ...version, previous: Array.from({ length: n - 1 }, () => version) })
    expect(await offer(many(65))).toEqual({ checks: 0, keys: 0, parsed: 1, requests: 2 })
    expect(await offer(many(400))).toEqual({ checks: 0, keys: 0, parsed: 0, requests: 1 })
    expect(errors).toEqual(['store_damaged', 'store_damaged'])
  })
})

describe('a long chain that is what it says', () => {
  /** 50 versions, each signed by three of five. */
  function longAfter(store: RootedStore): RootDocument {
    let last = store.document
    for (let i = 2; i <= 50; i++)
      last = nextRoot(last, { recipients: { production: {} } }, store.root.slice(i % 3, 3 + (i % 3)))
    return last
  }

  test('is followed at once, for what its thresholds take', async () => {
    const store = new RootedStore({ rootKeys: 5, threshold: 3 })
    const { settings } = await served(store)
    store.document = longAfter(store)
    await store.publish(numbered(2))
    Object.assign(cost, { checks: 0, keys: 0 })
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
    // Both sides of each step, and the head.
    expect(cost.checks).toBeLessThanOrEqual(2 * 3 * 49 + 2)
  })

  test('and a false version after it: the chain is verified once, however many false ones are offered', async () => {
    const store = new RootedStore({ rootKeys: 5, threshold: 3 })
    const { settings, offer } = await served(store)
    const long = longAfter(store)
    const forged = (): RootDocument => {
      const { previous, ...last } = long
      const signed = { ...last.signed, version: 51, release: strangers(1) }
      return { signed, signatures: signRoot(signed, [generateKey()]), previous: [...previous, last] }
    }
    await offer(forged())
    expect(await offer(forged())).toMatchObject({ checks: 0, keys: 0 })
    store.document = long
    await store.publish(numbered(2))
    Object.assign(cost, { checks: 0, keys: 0 })
    expect([await settings.refresh(), numbersIn(settings), cost.checks]).toEqual([true, [2, 2], 2])
  })

  test('and false signatures between the good ones: not even a genuine chain may bring more than 32', async () => {
    const store = new RootedStore({ rootKeys: 5, threshold: 3 })
    const { settings, errors, offer } = await served(store)
    const keyids = store.root.map(({ public: { keyid } }) => keyid)
    const padded = ({ signed, signatures }: SignedRoot): SignedRoot => {
      const more = keyids.flatMap((keyid) => falseSignatures(keyid, 3))
      return { signed, signatures: [...more, ...signatures] }
    }
    const { previous, ...last } = longAfter(store)
    const { checks } = await offer({ ...padded(last), previous: previous.map(padded) })
    expect(checks).toBeLessThan(80)
    expect([errors, numbersIn(settings)]).toEqual([['root_refused'], [1, 1]])
  })
})
