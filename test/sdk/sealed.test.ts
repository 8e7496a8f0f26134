import { Console } from 'node:console'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/sdk/index.ts'
import { type Person, RootedStore, codesOf, numbered, person } from './rooted.ts'
import { codeOf } from './store.ts'

const KEYS = {
  OPENAI_API_KEY: 'openai-Zk3vQ9wLr7Tn5Xb1Yc8M',
  ANTHROPIC_API_KEY: 'anthropic-Hd6Jp2Ws4Ge9Uf0Ri7N',
  DALLE_API_KEY: 'dalle-Bm8Kt1Vx3Za5Qo7Ly2Ec',
  RUNWARE_API_KEY: 'runware-Cn9Ls2Wy4Ab6Rp8Mz3Fd',
}

async function sealedStore(
  to?: readonly Person[],
  keys: Readonly<Record<string, string>> = KEYS,
): Promise<{ store: RootedStore; ada: Person }> {
  const ada = await person()
  const store = new RootedStore()
  await store.publish(numbered(1), {}, { keys, to: (to ?? [ada]).map(({ recipient }) => recipient) })
  return { store, ada }
}

const sealed = (identity: string): { keys: { from: 'sealed'; identity: string } } => ({
  keys: { from: 'sealed', identity },
})
const keyOf = (settings: Settings): string => settings.getModelConfig('generate_content', 'acme').apiKey

describe('the identity is given', () => {
  test('as a text, a variable of the environment, a file, and a file with comments and two of them', async () => {
    const bob = await person()
    const { store, ada } = await sealedStore()
    const file = join(store.base, 'identity')
    writeFileSync(file, `${ada.identity}\n`)
    const both = join(store.base, 'both')
    writeFileSync(
      both,
      `# created: today\n# public key: ${bob.recipient}\n${bob.identity}\r\n\n# next\n${ada.identity}`,
    )
    process.env['TENFOLD_TEST_IDENTITY'] = ada.identity
    try {
      for (const identity of [
        ada.identity,
        ` ${ada.identity}\n`,
        'env:TENFOLD_TEST_IDENTITY',
        file,
        `file:${file}`,
        both,
      ]) {
        const settings = await store.open(sealed(identity))
        expect([keyOf(settings), settings.missingKeys]).toEqual([KEYS.OPENAI_API_KEY, []])
      }
    } finally {
      delete process.env['TENFOLD_TEST_IDENTITY']
    }
  })

  test('wrong, malformed, commented out or nowhere: unseal_failed, and it is not shown', async () => {
    const { store, ada } = await sealedStore()
    const bob = await person()
    const file = join(store.base, 'identity')
    writeFileSync(file, `# ${ada.identity}\n`)
    const cut = ada.identity.slice(0, -1)
    const wrong = `${ada.identity.slice(0, -1)}${ada.identity.endsWith('Q') ? 'P' : 'Q'}`
    for (const identity of [
      bob.identity,
      cut,
      wrong,
      ada.identity.toLowerCase(),
      ada.identity.slice(17),
      `${bob.identity}\n${wrong}`,
      file,
      store.base,
      `${file}-none`,
      'env:TENFOLD_NO_SUCH',
    ]) {
      const error: unknown = await store.open(sealed(identity)).catch((thrown: unknown) => thrown)
      expect(await codeOf(() => Promise.reject(error))).toBe('unseal_failed')
      expectNothingOf(
        [ada.identity, bob.identity, cut, ada.identity.slice(17)],
        inspect(error, { showHidden: true, depth: 20 }),
      )
    }
    for (const identity of ['', 5, null, Buffer.from(ada.identity)]) {
      const keys: unknown = { from: 'sealed', identity }
      // A service in JavaScript may pass anything.
      const error: unknown = await Promise.resolve()
        .then(() => Reflect.apply(store.open, store, [{ keys }]))
        .catch((thrown: unknown) => thrown)
      expect(await codeOf(() => Promise.reject(error))).toBe('invalid_option')
      expectNothingOf([ada.identity], String(error))
    }
    for (const keys of [ada.identity, null, { from: ada.identity }]) {
      const error: unknown = await Promise.resolve()
        .then(() => Reflect.apply(store.open, store, [{ keys }]))
        .catch((thrown: unknown) => thrown)
      expect(await codeOf(() => Promise.reject(error))).toBe('invalid_option')
      expectNothingOf([ada.identity], String(error))
    }
  })
})

describe('while a service runs', () => {
  test('keys are rotated; a release that it cannot open is refused, and the last good keys stay', async () => {
    const bob = await person()
    const { store, ada } = await sealedStore()
    const file = join(store.base, 'identity')
    writeFileSync(file, ada.identity)
    const settings = await store.open(sealed(file))
    const errors = codesOf(settings)
    const before = settings.getModelConfig('generate_content', 'acme')
    await store.publish(
      numbered(2),
      {},
      { keys: { ...KEYS, OPENAI_API_KEY: 'the-next-openai-key-1' }, to: [ada.recipient] },
    )
    expect([await settings.refresh(), keyOf(settings), before.apiKey]).toEqual([
      true,
      'the-next-openai-key-1',
      KEYS.OPENAI_API_KEY,
    ])
    await store.publish(
      numbered(3),
      {},
      { keys: { ...KEYS, OPENAI_API_KEY: 'the-third-openai-key' }, to: [bob.recipient] },
    )
    expect([await settings.refresh(), errors, keyOf(settings), settings.status.seq]).toEqual([
      false,
      ['unseal_failed'],
      'the-next-openai-key-1',
      2,
    ])
    // The file now holds the next identity as well: nothing has to be started again.
    writeFileSync(file, `${ada.identity}\n${bob.identity}\n`)
    expect([await settings.refresh(), keyOf(settings)]).toEqual([true, 'the-third-openai-key'])
  })

  test('of two recipients each opens the very keys, and a third nothing', async () => {
    const [ada, bob, eve] = [await person(), await person(), await person()]
    const { store } = await sealedStore([ada, bob])
    for (const { identity } of [ada, bob]) expect(keyOf(await store.open(sealed(identity)))).toBe(KEYS.OPENAI_API_KEY)
    expect(await codeOf(() => store.open(sealed(eve.identity)))).toBe('unseal_failed')
  })

  test('keys that were sealed for another environment are refused', async () => {
    const { store, ada } = await sealedStore()
    await store.publish(numbered(2), {}, { keys: KEYS, to: [ada.recipient], sealedFor: 'staging' })
    expect(await codeOf(() => store.open(sealed(ada.identity)))).toBe('unseal_failed')
  })

  test('a key that is not sealed is missing when it is read; where nothing is sealed, all are', async () => {
    const { store, ada } = await sealedStore(undefined, { RUNWARE_API_KEY: KEYS.RUNWARE_API_KEY })
    const ask = await store.open(sealed(ada.identity))
    await store.publish(numbered(2), {}, { keys: { RUNWARE_API_KEY: KEYS.RUNWARE_API_KEY }, to: [ada.recipient] })
    const settings = await store.open(sealed(ada.identity))
    expect(ask.missingKeys).toEqual(['ANTHROPIC_API_KEY', 'DALLE_API_KEY', 'OPENAI_API_KEY'])
    const answer = settings.getModelConfig('generate_content', 'acme')
    expect(await codeOf(() => answer.apiKey)).toBe('missing_key')
    expect(() => answer.apiKey).toThrow(/OPENAI_API_KEY.*not among the sealed/)
    expect(settings.getModelConfig('generate_images', 'acme').apiKey).toBe(KEYS.RUNWARE_API_KEY)
    await store.publish(numbered(3))
    expect([await settings.refresh(), settings.missingKeys.length]).toEqual([true, 4])
  })
})

test('what an older version sealed, and is no key, is told when it is read', async () => {
  const { store, ada } = await sealedStore(undefined, { ...KEYS, OPENAI_API_KEY: `"${KEYS.OPENAI_API_KEY}"` })
  const settings = await store.open(sealed(ada.identity))
  expect(settings.missingKeys).toEqual(['OPENAI_API_KEY'])
  expect(await codeOf(() => keyOf(settings))).toBe('invalid_key')
})

/** Neither as it is nor in a simple disguise. */
function expectNothingOf(secrets: readonly string[], text: string): void {
  for (const secret of secrets) {
    const bytes = Buffer.from(secret)
    const encoded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')]
    const shapes = [secret, ...encoded, secret.split('').reverse().join('')]
    for (const shape of shapes) expect(text.includes(shape), `${text.slice(0, 200)} shows a secret`).toBe(false)
  }
}

test('no way of printing, copying or failing shows a key or the identity', async () => {
  const { store, ada } = await sealedStore()
  const settings = await store.open({ ...sealed(ada.identity), cacheDir: join(store.base, 'cache') })
  const failures: unknown[] = []
  settings.on('error', (error) => failures.push(error))
  const eve = await person()
  await store.publish(numbered(2), {}, { keys: KEYS, to: [eve.recipient] })
  await settings.refresh()
  store.write('{')
  await settings.refresh()
  failures.push(await store.open(sealed(eve.identity)).catch((error: unknown) => error))
  expect(failures).toHaveLength(3)

  const answer = settings.getModelConfig('generate_content', 'acme')
  expect(answer.apiKey).toBe(KEYS.OPENAI_API_KEY)
  let shown = ''
  const out = new Writable({ write: (chunk, _, done) => ((shown += String(chunk)), done()) })
  const print = new Console({ stdout: out, stderr: out, inspectOptions: { depth: 50, showHidden: true } })
  const explained = await settings.explain('acme', 'generate_content').catch((error: unknown) => error)
  const things: unknown[] = [
    settings,
    settings.snapshot(),
    answer,
    settings.status,
    settings.missingKeys,
    explained,
    ...failures,
  ]
  for (const thing of things) {
    print.log(thing)
    print.error('%o %O %j %s', thing, thing, thing, thing)
    print.dir(thing, { showHidden: true, depth: null })
    if (typeof thing === 'object' && thing !== null) print.table(thing)
    shown += format('%o', thing)
    shown += inspect(thing, { showHidden: true, depth: null, getters: true, showProxy: true })
    // Together with `getters` this would be the same as reading `apiKey`, which is what that is for.
    shown += inspect(thing, { showHidden: true, depth: null, customInspect: false, showProxy: true })
    shown += JSON.stringify(thing)
    shown += inspect({ ...(typeof thing === 'object' ? thing : {}) }, { depth: null, showHidden: true })
    shown += inspect(Object.getOwnPropertyDescriptors(thing), { depth: null, showHidden: true })
    if (thing instanceof Error) shown += `${thing.stack}${thing.message}`
    try {
      shown += inspect(structuredClone(thing), { depth: null, showHidden: true })
    } catch {
      // What cannot be copied shows nothing either.
    }
  }
  expect(shown.length).toBeGreaterThan(10_000)
  expectNothingOf([...Object.values(KEYS), ada.identity, eve.identity], shown)
})
