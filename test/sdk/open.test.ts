import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { type StoredObject, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { PAYLOAD_TYPE } from '../../src/store/format/release-manifest.ts'
import { type ContentRoot, readRoot, writeRoot } from '../../src/store/format/content-root.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { openSettings } from '../../src/sdk/index.ts'
import { UNSEALED, signedHead } from '../support/trust.ts'
import { GLOBALS, TestStore, codeOf, objectsOf, openai, storeWith } from './store.ts'

const CONTENT = {
  accounts: {
    acme: {
      ...openai('growth', { model: 'gpt-4' }),
      prompts: { clustering: { customized: true, value: 'Mine', default: 'Old' } },
    },
  },
}

const RELEASE = { environment: 'production', seq: 1, commit: null, ...UNSEALED, issued: null, expires: null }

test('a store is found by a relative path, an absolute one and a URL', async () => {
  const store = await storeWith(CONTENT)
  for (const url of [`file:${relative(process.cwd(), store.folder)}`, store.url, pathToFileURL(store.folder).href]) {
    const settings = await openSettings({ store: url, refresh: { everyMs: 0 } })
    expect(settings.getModelConfig('generate_content', 'acme').model).toBe('gpt-4')
    expect(settings.status).toMatchObject({ state: 'ready', seq: 1, commit: 'commit-1' })
    await settings.close()
  }
})

test('what this version does not do is an error with a code of its own', async () => {
  const store = await storeWith({})
  expect(await codeOf(() => openSettings({ store: 'http://example.org/store' }))).toBe('unsupported_store')
  expect(await codeOf(() => openSettings({ store: 'https://example.org/store' }))).toBe('trust_required')
  expect(await codeOf(() => openSettings({ store: store.folder }))).toBe('unsupported_store')
  expect(await codeOf(() => openSettings({ store: 'file://elsewhere/x%00' }))).toBe('unsupported_store')
  expect(await codeOf(() => store.open({ lazy: { maxBytes: 0 }, mode: 'lazy' }))).toBe('invalid_option')
  expect(await codeOf(() => store.open({ keys: { from: 'sealed', identity: '' } }))).toBe('invalid_option')
  expect(await codeOf(() => store.open({ trust: {} }))).toBe('invalid_trust')
  expect(await codeOf(() => store.open({ refresh: { everyMs: -1 } }))).toBe('invalid_option')
})

test('the embedded store is known by its real path: a link to it is it too, and one away from it goes its own way', async () => {
  const store = await storeWith(CONTENT)
  const link = join(store.base, 'link')
  symlinkSync(store.folder, link)
  expect((await store.open({ store: `file:${link}` })).status.seq).toBe(1)
  // The key stays beside the link, where a volume is mounted somewhere else.
  const volume = join(store.base, 'volume')
  renameSync(store.folder, volume)
  expect(await codeOf(() => store.open({ store: `file:${volume}` }))).toBe('trust_required')
  symlinkSync(volume, store.folder)
  expect((await store.open()).status.seq).toBe(1)
})

/** What nobody checks who calls from JavaScript, or with options out of a file. */
const WRONG_OPTIONS: readonly (readonly [string, string])[] = [
  ['{ "mode": "Full" }', 'mode is "Full"; it has to be "full" or "lazy"'],
  ['{ "mode": null }', 'mode is "null"; it has to be "full" or "lazy"'],
  ['{ "onUnknownAccount": "throw" }', 'onUnknownAccount is "throw"; it has to be "globals" or "error"'],
  ['{ "refresh": null }', 'refresh is "null"; it has to be an object such as { everyMs: 10000 }'],
  ['{ "refresh": 5000 }', 'refresh is "5000"; it has to be an object such as { everyMs: 10000 }'],
  ['{ "refresh": { "everyMs": null } }', 'refresh.everyMs is "null"; it has to be milliseconds, 0 or more'],
  ['{ "refresh": { "everyMs": "5" } }', 'refresh.everyMs is "5"; it has to be milliseconds, 0 or more'],
  ['{ "refresh": { "every": 5 } }', 'no option "refresh.every"; there are everyMs, staleAfterMs, timeoutMs'],
  ['{ "lazy": 3 }', 'lazy is "3"; it has to be an object such as { maxBytes: 8388608 }'],
  ['{ "lazy": { "maxBytes": "8" } }', 'lazy.maxBytes is "8"; it has to be a number of bytes'],
  ['{ "lazy": { "max": 8 } }', 'no option "lazy.max"; there is maxBytes'],
  ['{ "keys": { "from": "env", "env": "OPENAI" } }', 'keys.env is not an object of variables such as process.env'],
  ['{ "keys": { "from": "sealed", "identitiy": "x" } }', 'no option "keys.identitiy"; there are env, from, identity'],
  ['{ "now": 5 }', 'now is "5"; it has to be a function'],
  ['{ "environment": "" }', 'environment is ""; it has to be a name'],
  [
    '{ "enviroment": "production" }',
    'no option "enviroment"; there are cacheDir, credentials, environment, headers, keys, lazy, mode, notify, now, onUnknownAccount, refresh, store, trust',
  ],
]

test.each(WRONG_OPTIONS)(
  'an option that is wrong is told, and so is one that does not exist: %s',
  async (options, message) => {
    const store = await storeWith({})
    const given: object = JSON.parse(options)
    await expect(store.open(given)).rejects.toMatchObject({ name: 'TenfoldError', code: 'invalid_option', message })
  },
)

test('options that are left undefined are left out; without an object there are none', async () => {
  const store = await storeWith({})
  const nothing = {
    mode: undefined,
    refresh: undefined,
    lazy: undefined,
    cacheDir: undefined,
    now: undefined,
    trust: undefined,
  }
  const given: object = {
    store: store.url,
    keys: undefined,
    environment: undefined,
    onUnknownAccount: undefined,
    ...nothing,
  }
  await (await store.open(given)).close()
  for (const wrong of [[], [null], ['file:.tenfold/store'], [3]]) {
    await expect(Reflect.apply(openSettings, undefined, wrong)).rejects.toMatchObject({ code: 'invalid_option' })
  }
})

test('no store', async () => {
  const store = new TestStore()
  expect(await codeOf(() => store.open())).toBe('store_not_found')
  expect(await codeOf(() => openSettings({ store: `${store.url}/none` }))).toBe('trust_required')
})

test('every object that answers need: changed, cut, longer, missing or a folder is damage', async () => {
  const { objects, root } = objectsOf(CONTENT)
  const isProvenance = (text: string): boolean => text === '' || text.startsWith('["acme","accounts/')
  const provenance = objects.filter(({ bytes }) => isProvenance(Buffer.from(bytes).toString()))
  expect(provenance).toHaveLength(2)
  let refused = 0
  for (const { ref } of objects.filter((object) => !provenance.includes(object))) {
    for (const harm of [
      (store: TestStore) => store.damage(ref),
      (store: TestStore) => truncateSync(store.file(ref), 1),
      (store: TestStore) => appendFileSync(store.file(ref), ' '),
      (store: TestStore) => rmSync(store.file(ref)),
      (store: TestStore) => (rmSync(store.file(ref)), mkdirSync(store.file(ref))),
      (store: TestStore) => writeFileSync(store.file(ref), ref === root ? 'x' : textObject('foreign').bytes),
    ]) {
      const store = await storeWith(CONTENT)
      harm(store)
      expect(await codeOf(() => store.open())).toBe('store_damaged')
      refused++
    }
  }
  expect(refused).toBe(6 * 6)
})

test('a pipe in place of an object is damage, and nothing waits for it', async () => {
  const store = await storeWith(CONTENT)
  const file = store.file(store.release().root)
  rmSync(file)
  execFileSync('mkfifo', [file])
  expect(await codeOf(() => store.open())).toBe('store_damaged')
})

test.each([
  ['empty', ''],
  ['cut', '{"payload":"e30='],
  ['not an envelope', '[]'],
  ['another payload', canonical({ payload: 'e30=', payloadType: 'text/plain', signatures: [] })],
  ['lenient base64', canonical({ payload: 'e30', payloadType: PAYLOAD_TYPE, signatures: [] })],
  ['too large', `{${' '.repeat(70_000)}}`],
  ['not UTF-8', Buffer.from([0xff, 0xfe])],
])('a malformed head: %s', async (_, head) => {
  const store = await storeWith({})
  writeFileSync(store.headFile, head)
  expect(await codeOf(() => store.open())).toBe('store_damaged')
})

test('a head of another format asks for a newer version', async () => {
  const store = await storeWith({})
  const payload = Buffer.from(canonical({ ...store.release(), format: 3 })).toString('base64')
  writeFileSync(store.headFile, canonical({ payload, payloadType: PAYLOAD_TYPE, signatures: [] }))
  expect(await codeOf(() => store.open())).toBe('unsupported_format')
})

test('globals that cannot answer are refused when they are opened', async () => {
  const withoutProvider = { ...GLOBALS, text: { provider: 'nobody' } }
  expect(await codeOf(async () => (await storeWith({ globals: withoutProvider })).open())).toBe('store_damaged')
  const five = { secret: 'X_API_KEY', fields: { model: 5 } }
  const strange = { ...GLOBALS, providers: { ...GLOBALS.providers, openai: five } }
  expect(await codeOf(async () => (await storeWith({ globals: strange })).open())).toBe('store_damaged')
})

test('a tree that counts wrongly, holds an object twice or an account in two leaves is damage', async () => {
  const { objects, root } = objectsOf({ accounts: { acme: openai('growth', { max_tokens: 1 }) } })
  const other = objectsOf({ accounts: { acme: openai('growth', { max_tokens: 2 }) } })
  const rootIn = (of: StoredObject[], ref: string): ContentRoot => {
    return readRoot(of.find((object) => object.ref === ref)?.bytes ?? Buffer.of())
  }
  const good = rootIn(objects, root)
  const mine = good.accounts
  const theirs = rootIn(other.objects, other.root).accounts
  for (const [accounts, why] of [
    [mine, 'accounts where its root says 2'],
    [[mine, mine], 'holds an object twice'],
    [[mine, theirs], 'two leaves'],
  ] as const) {
    const store = new TestStore()
    const forged = toObject(writeRoot({ ...good, count: 2, accounts }))
    await new FileBackend(store.folder).publish({
      objects: [...objects, ...other.objects, forged],
      expected: undefined,
      head: signedHead({ ...RELEASE, root: forged.ref }),
    })
    await expect(store.open()).rejects.toThrow(why)
  }
})

test('opening writes nothing', async () => {
  const store = await storeWith(CONTENT)
  const before = readdirSync(store.folder, { recursive: true }).sort()
  await store.open()
  expect(readdirSync(store.folder, { recursive: true }).sort()).toEqual(before)
})
