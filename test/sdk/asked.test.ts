import { describe, expect, test } from 'vitest'
import { TenfoldError, openSettings } from '../../src/sdk/index.ts'
import { quote } from '../../src/base/quote-name.ts'
import { codeOf, openai, storeWith } from './store.ts'

class Asking {
  readonly plan = 'free'
}

const { proxy: revoked, revoke } = Proxy.revocable({ plan: 'free' }, {})
revoke()
/** It says that it has no options, and so would ask for none. */
const lying = new Proxy({ Plan: 'free' }, { ownKeys: () => [], getOwnPropertyDescriptor: () => undefined })
const changing = {
  plans: ['free', 'scale'],
  get plan() {
    return this.plans.shift()
  },
}
const hostile = {
  toString: () => {
    throw new Error('no')
  },
  [Symbol.toPrimitive]: () => {
    throw new Error('no')
  },
}
function named(): object {
  return arguments
}

const NEARLY: [string, unknown][] = [
  ['null', null],
  ['a text', 'free'],
  ['a boxed text', new String('free')],
  ['a list', ['free']],
  ['an empty list', []],
  ['a list of arguments', Reflect.apply(named, undefined, ['free'])],
  ['a map', new Map([['plan', 'free']])],
  ['a function', () => 'free'],
  ['a number', 1],
  ['false', false],
  ['a big number', 1n],
  ['a symbol', Symbol('free')],
  ['a date', new Date(0)],
  ['a promise', Promise.resolve({ plan: 'free' })],
  ['another case', { Plan: 'free' }],
  ['another name', { livePlan: 'free' }],
  ['a name of the files', { live_plan: 'free' }],
  ['one too many', { plan: 'free', Plan: 'free' }],
  ['another name without a value', { Plan: undefined }],
  ['a space', { 'plan ': 'free' }],
  ['a symbol beside it', { plan: 'free', [Symbol('plan')]: 'scale' }],
  ['a symbol of its name', { [Symbol('plan')]: 'free' }],
  ['a hidden name', Object.defineProperty({}, 'Plan', { value: 'free' })],
  ['a class’s', new Asking()],
  ['an inherited plan', Object.create({ plan: 'free' })],
  ['one inherited of nobody', Object.create(Object.assign(Object.create(null), { plan: 'free' }))],
  [
    'a getter',
    {
      get plan() {
        return 'free'
      },
    },
  ],
  ['a getter that changes its mind', changing],
  ['a setter', { set plan(_: string) {} }],
  ['a proxy', new Proxy({ plan: 'free' }, {})],
  ['a proxy that lies', lying],
  ['a revoked proxy', revoked],
  ['what has no text', Object.create(hostile)],
]

const NO_ACCOUNT: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['a boxed text', new String('acme')],
  ['a list', ['acme']],
  ['an object', { id: 'acme' }],
  ['a symbol', Symbol('acme')],
  ['what has no text', Object.create(null)],
  ['a revoked proxy', revoked],
  ['a text that throws', hostile],
]

/** Every question, as JavaScript may ask it, of settings and of a snapshot, in both modes. */
async function doors(): Promise<((account: unknown, options?: unknown) => Promise<unknown>)[]> {
  const acme = {
    ...openai('growth', { model: 'gpt-4' }),
    author_profiles: { house: { name: 'House' } },
    strategies: { launch: { name: 'Launch' } },
    prompts: { clustering: { customized: true, value: 'Mine', default: 'Old' } },
  }
  const store = await storeWith({ accounts: { acme }, globalsAt: [] })
  const all = await Promise.all((['full', 'lazy'] as const).map((mode) => store.open({ mode })))
  await Promise.all(all.map((settings) => settings.account('acme')))
  const asking = (of: object, name: string, before: readonly unknown[], after: readonly unknown[]) => {
    return async (account: unknown, ...more: unknown[]): Promise<unknown> =>
      Reflect.apply(Reflect.get(of, name), of, [...before, account, ...after, ...more])
  }
  return all
    .flatMap((settings) => [settings, settings.snapshot()])
    .flatMap((of) => [
      asking(of, 'getModelConfig', ['generate_content'], []),
      asking(of, 'getEffectivePrompt', [], ['clustering']),
      asking(of, 'getAuthorProfiles', [], []),
      asking(of, 'getStrategies', [], []),
      asking(of, 'explain', [], ['generate_content']),
    ])
}

/** The error of the SDK that something fails with. */
async function failureOf(failing: () => Promise<unknown>): Promise<unknown> {
  const error: unknown = await failing().catch((thrown: unknown) => thrown)
  return error instanceof TenfoldError ? error.code : error
}

describe('the last argument of a call', () => {
  test.each(NEARLY)('that is nearly one throws: %s', async (_, options) => {
    for (const ask of await doors()) {
      expect(await failureOf(() => ask('acme', options))).toBe('invalid_option')
      expect(await failureOf(() => ask('new', options))).toBe('invalid_option')
    }
  })

  test('is a plain object with nothing but a plan, or nothing', async () => {
    const bare: unknown = Object.assign(Object.create(null), { plan: 'free' })
    const hidden: unknown = Object.defineProperty({}, 'plan', { value: 'free' })
    for (const ask of await doors()) {
      const full = await ask('acme')
      const narrow = await ask('acme', { plan: 'free' })
      expect(narrow).not.toEqual(full)
      for (const none of [undefined, {}, { plan: undefined }, Object.create(null)])
        expect(await ask('acme', none)).toEqual(full)
      for (const same of [bare, hidden, Object.freeze({ plan: 'free' })])
        expect(await ask('acme', same)).toEqual(narrow)
    }
  })

  test('names a plan that there is', async () => {
    for (const plan of [
      'nope',
      'Free',
      '',
      null,
      1,
      ['free'],
      new String('free'),
      hostile,
      Object.create(null),
      revoked,
      Symbol('free'),
    ]) {
      for (const ask of await doors()) expect(await failureOf(() => ask('acme', { plan }))).toBe('unknown_plan')
    }
  })

  test('is looked at again where it has changed since', async () => {
    for (const ask of await doors()) {
      const options: Record<string, unknown> = { plan: 'growth' }
      const full = await ask('acme', options)
      expect(await ask('acme', options)).toEqual(full)
      options['plan'] = 'free'
      expect(await ask('acme', options)).not.toEqual(full)
      options['Plan'] = 'free'
      expect(await failureOf(() => ask('acme', options))).toBe('invalid_option')
    }
  })
})

test.each(NO_ACCOUNT)('an account that is no text throws: %s', async (_, account) => {
  for (const ask of await doors()) expect(await failureOf(() => ask(account))).toBe('invalid_option')
  for (const mode of ['full', 'lazy'] as const) {
    const settings = await (await storeWith({})).open({ mode })
    for (const of of [settings, settings.snapshot()]) {
      expect(await codeOf(() => Reflect.apply(of.account, of, [account]))).toBe('invalid_option')
    }
  }
})

test('a function or a prompt of any kind is an unknown one', async () => {
  const settings = await (await storeWith({})).open()
  for (const name of [undefined, null, 7, Symbol('x'), Object.create(null), hostile, revoked, 'x'.repeat(1_000_000)]) {
    expect(await codeOf(() => Reflect.apply(settings.getModelConfig, settings, [name, 'acme']))).toBe(
      'unknown_function',
    )
    expect(await codeOf(() => Reflect.apply(settings.getEffectivePrompt, settings, ['acme', name]))).toBe(
      'unknown_prompt',
    )
    expect(await codeOf(() => Reflect.apply(settings.explain, settings, ['acme', name]))).toBe('unknown_function')
  }
})

test('whatever it is given, a message quotes it, and is short', () => {
  const endless = { toString: () => 'x'.repeat(10_000_000) }
  for (const value of [
    Object.create(null),
    hostile,
    revoked,
    lying,
    Symbol('x'),
    endless,
    'y'.repeat(10_000_000),
    [[[Object.create(null)]]],
    { toString: () => 5 },
  ]) {
    expect(quote(value)).toMatch(/^".{0,90}"$/)
  }
})

test('whatever openSettings is given, what it throws has a code', async () => {
  const throwing = {
    get store() {
      throw new Error('no')
    },
  }
  for (const options of [
    undefined,
    null,
    revoked,
    throwing,
    hostile,
    { store: revoked },
    { store: 'file:x', trust: revoked },
    { store: 'file:x', refresh: revoked },
    { store: 'file:x', keys: revoked, trust: {} },
    { store: 'file:x', mode: hostile },
    { store: 'file:x', cacheDir: Object.create(null) },
  ]) {
    expect(await failureOf(() => Reflect.apply(openSettings, undefined, [options]))).toMatch(/^[a-z_]+$/)
  }
})

describe('maps by id', () => {
  test('have no members but their own, and are frozen', async () => {
    const accounts = {
      own: {
        plan: 'growth',
        author_profiles: { constructor: { name: 'Mine' } },
        strategies: { valueof: { name: 'Mine' } },
      },
      bare: { plan: 'free' },
    } as const
    const store = await storeWith({ accounts })
    for (const mode of ['full', 'lazy'] as const) {
      const settings = await store.open({ mode })
      for (const id of ['own', 'bare', 'new']) {
        await settings.account(id)
        for (const of of [settings, settings.snapshot()]) {
          for (const options of [undefined, { plan: 'free' }]) {
            const maps: object[] = [
              of.getAuthorProfiles(id, options),
              of.getStrategies(id, options),
              (await of.explain(id, 'generate_content', options)).fields,
            ]
            for (const map of maps)
              expect([Object.getPrototypeOf(map), Object.isFrozen(map), 'toString' in map]).toEqual([null, true, false])
          }
        }
      }
      expect(settings.getAuthorProfiles('bare')['constructor']).toBeUndefined()
      expect(settings.getAuthorProfiles('own')['constructor']).toEqual({ name: 'Mine' })
    }
  })
})
