/**
 * The cases of TUF's conformance suite (https://github.com/theupdateframework/tuf-conformance) that apply to a store,
 * by idea and under its names, against what publishes: nothing is built on a head that must not be believed.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type StoredObject, textObject } from '../../src/store/format/object-ref.ts'
import { PLAIN, type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { Failure } from '../../src/base/failure.ts'
import { type Shrinking, rootedSigner } from '../../src/release/release-signers.ts'
import { openForSigning, refresh as prolong, rollback } from '../../src/release/renew-and-roll-back.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { release as releaseAll } from '../../src/release/release-configuration.ts'
import type { Signing } from '../../src/release/keys-at-hand.ts'
import { readTrusted } from '../../src/release/verify-release.ts'
import type { Last, PackedDraft } from '../../src/store/release-succession.ts'
import { currentHead } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { LocalKey } from '../../src/trust/private-keys.ts'
import { type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { firstRoot, nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, signHead, toPem } from '../../src/trust/sign-head.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-03-01T00:00:00Z')
const [root, key, refresh, newKey, newRefresh, newRoot] = [
  generateKey(),
  generateKey(),
  generateKey(),
  generateKey(),
  generateKey(),
  generateKey(),
]
const v1 = firstRoot(
  {
    root: roleOf([root], 1),
    release: roleOf([key], 1),
    refresh: roleOf([refresh], 1),
    recipients: {},
    secrets: {
      openai: ['OPENAI_API_KEY'],
      anthropic: ['ANTHROPIC_API_KEY'],
      dalle: ['DALLE_API_KEY'],
      runware: ['RUNWARE_API_KEY'],
    },
  },
  [root],
)
const OBJECT = textObject('what a release holds')
const DRAFT: PackedDraft = { packs: null, environment: 'production', commit: null, root: OBJECT.ref, secrets: null }
const ANY: Shrinking = { percent: undefined, isAllowed: true }
const NONE = { before: 0, after: 0 }

function trustOf(document: RootDocument): StoredObject {
  return textObject(writeRootDocument(document))
}

function store(): FileBackend {
  return new FileBackend(join(temporaryFolder(), 'store'))
}

/** Writes a head into a store as whoever has these keys would. */
async function put(
  target: FileBackend,
  over: Partial<Release>,
  document: RootDocument,
  keys: readonly PrivateKey[],
): Promise<void> {
  const trust = trustOf(document)
  const said: Release = {
    ...PLAIN,
    ...DRAFT,
    seq: 1,
    trust: trust.ref,
    shrunk_at: null,
    history: [],
    issued: new Date(NOW).toISOString(),
    expires: new Date(NOW + 30 * DAY).toISOString(),
    ...over,
  }
  const { done } = await target.publish({
    objects: [OBJECT, trust],
    expected: await currentHead(target),
    head: signHead(said, keys),
  })
  expect(done).toBe(true)
}

async function last(
  target: FileBackend,
  document: RootDocument,
  keys: readonly PrivateKey[],
  pinned?: RootDocument,
  now = NOW,
): Promise<Last> {
  const bytes = await currentHead(target)
  if (bytes === undefined) throw new Error('there is no head')
  return rootedSigner({ document, keys, pinned }, { now, days: 30 }, ANY).last(target, bytes)
}

function next(after: Last | undefined, document: RootDocument, keys: readonly PrivateKey[], counts = NONE): Release {
  return rootedSigner({ document, keys, pinned: undefined }, { now: NOW, days: 30 }, ANY).next(DRAFT, after, counts)
}

/** What this machine has: these keys in its environment, and this clock. */
function signing(folder: string, keys: Readonly<Record<string, PrivateKey>>, now = NOW): Signing {
  return {
    localStore: join(folder, 'embedded'),
    isLocalStore: () => false,
    local: new LocalKey(folder, join(folder, 'embedded')),
    keys: join(folder, 'none'),
    env: Object.fromEntries(Object.entries(keys).map(([name, one]) => [`TENFOLD_${name}_KEY`, toPem(one)])),
    now: () => now,
  }
}

/** A whole release of a configuration, under a root. */
async function releaseUnder(
  folder: string,
  document: RootDocument,
  by: PrivateKey,
  acme: string,
  now = NOW,
): Promise<Release> {
  const files = { 'trust/root.json': writeRootDocument(document), 'accounts/acme.yaml': acme }
  const configuration = await openConfiguration(join(writeConfig(files, folder), 'config'))
  const { compiled } = await releaseAll(configuration, {
    ...signing(folder, { RELEASE: by }, now),
    to: [`file:${join(folder, 'store')}`],
    environment: undefined,
    allowMissing: false,
    allowShrink: false,
    fingerprint: 'test',
    reuses: true,
    refuseBrought: async () => {},
    note: () => {},
  })
  if (compiled.emitted === undefined) throw new Error(JSON.stringify(compiled.diagnostics))
  return compiled.emitted.release
}

const ACME = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n'

describe('TUF: rollback', () => {
  it('test_snapshot_rollback: what a rollback publishes is old content under a new number', async () => {
    const folder = temporaryFolder()
    const first = await releaseUnder(folder, v1, key, ACME)
    await releaseUnder(folder, v1, key, ACME.replace('gpt-4', 'gpt-4o'))
    const target = new FileBackend(join(folder, 'store'))
    const back = await rollback(openForSigning('s', target, v1, signing(folder, { RELEASE: key })), 1)
    expect(back).toMatchObject({ seq: 3, root: first.root, history: [{ seq: 2 }, { seq: 1 }] })
    expect((await readTrusted(target, { is: 'root', document: v1 })).release).toEqual(back)
  })

  it('test_root_rollback: a release under an older root than the store’s is refused', async () => {
    const target = store()
    const v2 = nextRoot(v1, { recipients: { production: {} } }, [root])
    await put(target, {}, v2, [key])
    await expect(last(target, v1, [key])).rejects.toThrow(/root 1 does not follow from root 2/)
    await expect(last(target, v1, [key], v1)).rejects.toThrow(Failure)
    await expect(prolong('s', target, v1, signing(target.folder, { REFRESH: refresh }))).rejects.toThrow(
      /does not follow/,
    )
  })
})

describe('TUF: freeze', () => {
  it('test_timestamp_expired: a release that is half over is published anew, one that is not is left', async () => {
    const target = store()
    await put(target, {}, v1, [key])
    for (const [days, isGood] of [
      [0, true],
      [15, true],
      [15.01, false],
      [31, false],
    ] as const) {
      expect(await last(target, v1, [key], undefined, NOW + days * DAY), String(days)).toMatchObject({
        isGood,
        isOurs: true,
      })
    }
  })

  it('test_expired_metadata: an expired release is not prolonged: it may be an old one that somebody put back', async () => {
    const target = store()
    await put(target, {}, v1, [key])
    const before = await currentHead(target)
    await expect(
      prolong('s', target, v1, signing(target.folder, { REFRESH: refresh }, NOW + 30 * DAY)),
    ).rejects.toThrow(/expired/)
    expect(await currentHead(target)).toEqual(before)
    expect(await prolong('s', target, v1, signing(target.folder, { REFRESH: refresh }, NOW + 29 * DAY))).toMatchObject({
      seq: 1,
      expires: new Date(NOW + 59 * DAY).toISOString(),
    })
  })
})

describe('TUF: threshold and duplicate keys', () => {
  const wide = firstRoot({ ...v1.signed, release: roleOf([key, newKey], 2) }, [root])

  it('test_root_has_keys_but_not_signatures: a head with no signature is built upon by nobody', async () => {
    const target = store()
    await put(target, {}, v1, [])
    await expect(last(target, v1, [key])).rejects.toThrow(/not signed/)
  })

  it('test_unsigned_metadata, test_wrong_key: nor one that a stranger, or the refresh key, has signed', async () => {
    for (const by of [newKey, refresh, root]) {
      const target = store()
      await put(target, {}, v1, [by])
      await expect(last(target, v1, [key])).rejects.toThrow(/not signed by 1 of its 1 key/)
    }
  })

  it('test_duplicate_sig_keyids: one key that signs twice is one of two', async () => {
    const target = store()
    await put(target, {}, wide, [key, key])
    await expect(last(target, wide, [key, newKey])).rejects.toThrow(/2 of its 2 keys/)
    await put(target, {}, wide, [key, newKey])
    expect(await last(target, wide, [key, newKey])).toMatchObject({ isGood: true })
  })

  it('test_incremental_root_update: a publisher with too few keys publishes nothing', async () => {
    const folder = temporaryFolder()
    await expect(releaseUnder(folder, wide, key, ACME)).rejects.toThrow(/only 1 of 2 release keys/)
    expect(await currentHead(new FileBackend(join(folder, 'store')))).toBeUndefined()
  })
})

describe('TUF: fast-forward recovery', () => {
  const v2 = nextRoot(v1, { release: roleOf([newKey], 1) }, [root])
  const MAX = Number.MAX_SAFE_INTEGER

  it('test_snapshot_fast_forward_recovery: after the highest number of all, a new release key counts from 1', async () => {
    const target = store()
    await put(target, { seq: MAX }, v1, [key])
    const stuck = await last(target, v1, [key])
    expect(() => next(stuck, v1, [key])).toThrow(/highest seq/)
    const freed = await last(target, v2, [newKey])
    expect(freed).toMatchObject({ isGood: false, isOurs: false })
    expect(next(freed, v2, [newKey])).toMatchObject({ seq: 1, history: [], shrunk_at: null })
    await put(target, { ...next(freed, v2, [newKey]) }, v2, [newKey])
    expect(next(await last(target, v2, [newKey]), v2, [newKey])).toMatchObject({ seq: 2, history: [{ seq: 1 }] })
  })

  it('the first number of the new count can be read, also where most accounts go with it', async () => {
    const target = store()
    await put(target, { seq: MAX, shrunk_at: MAX }, v1, [key])
    const freed = await last(target, v2, [newKey])
    for (const counts of [NONE, { before: 100, after: 1 }]) {
      const signer = rootedSigner({ document: v2, keys: [newKey], pinned: undefined }, { now: NOW, days: 30 }, ANY)
      const head = signer.sign(signer.next(DRAFT, freed, counts))
      expect(readHead(Buffer.from(head)).release).toMatchObject({ seq: 1, shrunk_at: 1 })
    }
  })

  it('nothing that the old key signed is repeated under the new one: no history, no keys, nothing of its accounts', async () => {
    const folder = temporaryFolder()
    const honest = await releaseUnder(folder, v1, key, ACME)
    // The thief says that the same files mean something else: their content is known, and not to be parsed again.
    await releaseUnder(folder, v1, key, ACME.replace('gpt-4', 'gpt-4o'))
    const target = new FileBackend(join(folder, 'store'))
    const { release: forged } = await readTrusted(target, { is: 'root', document: v1 })
    await put(target, { ...forged, secrets: OBJECT.ref }, v1, [key])
    const after = await releaseUnder(folder, v2, newKey, ACME)
    expect(after).toMatchObject({ seq: 1, history: [], root: honest.root, secrets: null })
  })

  it('another key of the same epoch does not begin a new count', async () => {
    const target = store()
    await put(target, { seq: 5 }, v1, [key])
    const later = nextRoot(v1, { refresh: roleOf([newRefresh], 1) }, [root])
    expect(next(await last(target, later, [key]), later, [key])).toMatchObject({ seq: 6 })
  })

  it('a forged past of the store’s root does not begin one either', async () => {
    const second = nextRoot(v1, { release: roleOf([newKey], 1) }, [root])
    const third = nextRoot(second, { recipients: { production: {} } }, [root])
    const target = store()
    await put(target, { seq: 9 }, { ...second, previous: [{ ...second }] }, [newKey])
    expect(next(await last(target, third, [newKey]), third, [newKey])).toMatchObject({ seq: 10 })
  })
})

describe('TUF: key rotation', () => {
  it('test_root_rotation, test_key_rotation: with a new root key, and with a new release key, the next release goes on', async () => {
    const folder = temporaryFolder()
    await releaseUnder(folder, v1, key, ACME)
    const v2 = nextRoot(v1, { root: roleOf([newRoot], 1) }, [root, newRoot])
    expect(await releaseUnder(folder, v2, key, ACME)).toMatchObject({ seq: 2 })
    const v3 = nextRoot(v2, { release: roleOf([newKey], 1) }, [newRoot])
    await expect(releaseUnder(folder, v3, key, ACME)).rejects.toThrow(/release key here is not one of root 3/)
    expect(await releaseUnder(folder, v3, newKey, ACME)).toMatchObject({ seq: 1 })
    // Whoever knows the first root alone follows to the third.
    const { release } = await readTrusted(new FileBackend(join(folder, 'store')), { is: 'root', document: v1 })
    expect(release.seq).toBe(1)
  })

  it('what the old release key signs under the new root is refused', async () => {
    const target = store()
    const v2 = nextRoot(v1, { release: roleOf([newKey], 1) }, [root])
    await put(target, {}, v2, [key])
    await expect(last(target, v2, [newKey])).rejects.toThrow(/not signed/)
    await expect(readTrusted(target, { is: 'root', document: v1 })).rejects.toThrow(/not signed/)
  })

  it('a new refresh key waits for a release under the root that names it', async () => {
    const target = store()
    await put(target, {}, v1, [key])
    const v2 = nextRoot(v1, { refresh: roleOf([newRefresh], 1) }, [root])
    const before = await currentHead(target)
    await expect(prolong('s', target, v2, signing(target.folder, { REFRESH: newRefresh }))).rejects.toThrow(
      /not one of root 1/,
    )
    expect(await currentHead(target)).toEqual(before)
    await put(target, { seq: 2 }, v2, [key])
    expect(await prolong('s', target, v2, signing(target.folder, { REFRESH: newRefresh }, NOW + DAY))).toMatchObject({
      seq: 2,
    })
  })

  it('of a root of another descent, nothing is taken over where ours is pinned, and all is refused where it is not', async () => {
    const target = store()
    const theirs = firstRoot({ ...v1.signed, root: roleOf([newRoot], 1), release: roleOf([newKey], 1) }, [newRoot])
    await put(
      target,
      { seq: 40, history: [{ seq: 39, commit: null, root: OBJECT.ref, secrets: null }], secrets: OBJECT.ref },
      theirs,
      [newKey],
    )
    await expect(last(target, v1, [key])).rejects.toThrow(/root 1 does not follow from root 1/)
    const after = await last(target, v1, [key], v1)
    expect(after).toMatchObject({ isGood: false, isOurs: false })
    expect(next(after, v1, [key])).toMatchObject({ seq: 1, history: [], secrets: null })
  })
})
