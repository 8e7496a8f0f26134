import type { Account } from '../../src/domain/settings-types.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { ROOT_BITS, type Region, hashId } from '../../src/store/format/account-tree.ts'
import { writeGlobals, writeRoot } from '../../src/store/format/content-root.ts'
import { storeGlobals } from '../../src/check/to-store-form.ts'
import { isObject } from '../../src/store/format/decode-json.ts'
import type { Ref } from '../../src/store/format/object-ref.ts'
import { GLOBALS } from '../sdk/globals.ts'
import { type Case, USUAL, bad, good, model, series, storeOf } from './cases.ts'
import { ACCOUNTS, LATER, REFRESH, START, type VectorStore, at } from './publisher.ts'
import type { Obj } from '../../src/store/format/decode-json.ts'

const DAMAGED = 'store_damaged'
const HOUR = 3_600_000

const many = (count: number): Record<string, Account> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `a${i}`,
      { plan: 'growth', overrides: { openai: { max_tokens: i + 1 } } },
    ]),
  )

/** A root whose bytes are changed, with all else as it is. */
const root =
  (change: (bytes: Buffer, s: VectorStore) => Uint8Array) =>
  (s: VectorStore): Obj => {
    const bytes = Buffer.from(writeRoot(s.rootOf()))
    return s.release({ root: s.bytes(change(bytes, s)) })
  }

/** Content whose globals are changed as plain data. */
const globals =
  (change: (all: Record<string, unknown>) => unknown) =>
  (s: VectorStore): Obj => {
    const whole = s.rootOf()
    const { stored, objects } = storeGlobals(GLOBALS, 'production', '')
    for (const object of objects) s.put(object)
    const data: Record<string, unknown> = JSON.parse(writeGlobals(stored))
    const changed = change(data) ?? data
    const ref = s.text(typeof changed === 'string' ? changed : canonical(changed))
    return s.release({ root: s.bytes(writeRoot({ ...whole, globals: ref })) })
  }

/** Content with one leaf, whose lines are these. */
const leaf =
  (lines: (s: VectorStore) => readonly string[], over: { count?: number; header?: string; end?: string } = {}) =>
  (s: VectorStore): Obj => {
    const whole = s.rootOf()
    const all = lines(s)
    const header = over.header ?? `{"provenance":"${s.text('')}"}`
    const text = [header, ...all].join('\n') + (over.end ?? '\n')
    return s.release({
      root: s.bytes(writeRoot({ ...whole, count: over.count ?? all.length, accounts: `L${s.text(text)}` })),
    })
  }

const regionOf = (s: VectorStore): Region => s.rootOf().accounts
const leafOf = (s: VectorStore): Ref => String(regionOf(s)).slice(1)
const missing =
  (which: (s: VectorStore, release: Obj) => Ref) =>
  (s: VectorStore): Obj => {
    const release = s.release()
    s.drop(which(s, release))
    return release
  }

/** The longest list of accounts that the tests of trees need: nodes below the root. */
const DEEP = 3_000

export const CONTENT_CASES: readonly Case[] = [
  good('accounts-none', 'a release without accounts has an empty tree', (s) =>
    s.release({ root: s.content({ accounts: {} }) }),
  ),
  good(
    'accounts-many',
    'leaves that outgrow their bound are halved',
    (s) => s.release({ root: s.content({ accounts: many(400) }) }),
    {
      answers: [model('a0'), model('a7'), model('a399'), model('a400'), model('nobody')],
    },
  ),
  good('accounts-deep', 'the tree goes on in node objects', (s) => s.release({ root: deep(s) }), {
    answers: [model('acme'), model('globex'), model('nobody')],
  }),
  good(
    'text-awkward',
    'texts are their bytes, whatever is in them',
    (s) => {
      const value = '<script>&amp;</script>\r\n\u2028\u2029\u007f😀 "quoted" \\ [IGNY8_KEYWORDS]\u0000'
      const prompts = { clustering: { customized: true, default: '', value } }
      return s.release({ root: s.content({ accounts: { acme: { plan: 'scale', prompts } } }) })
    },
    {
      answers: [
        { question: { ask: 'prompt', prompt: 'clustering', account: 'acme' } },
        {
          question: {
            ask: 'compile',
            prompt: 'clustering',
            account: 'acme',
            variables: { IGNY8_KEYWORDS: '$& [IGNY8_KEYWORDS]' },
          },
        },
      ],
    },
  ),
  good('number-small', 'a number below 1e-6 has an exponent of one digit', (s) => {
    return s.release({
      root: s.content({ accounts: { acme: { plan: 'growth', overrides: { openai: { temperature: 1e-7 } } } } }),
    })
  }),
  good(
    'line-unsorted-members',
    'a service need not compare a line with its one encoding',
    leaf(() =>
      ['["acme", "growth", {"overrides": {"openai": {"model": "gpt-4"}}}]'].map((line) =>
        line.replace('["acme", ', '["acme",').replace('"growth", ', '"growth",'),
      ),
    ),
  ),

  bad(
    'object-missing-root',
    'the root object is there',
    DAMAGED,
    missing((_, release) => String(release['root'])),
  ),
  bad(
    'object-missing-globals',
    'the globals are there',
    DAMAGED,
    missing((s) => s.rootOf().globals),
  ),
  bad(
    'object-missing-leaf',
    'a leaf is there',
    DAMAGED,
    missing((s) => leafOf(s)),
    { isFullOnly: true },
  ),
  bad('object-missing-text', 'a text of the globals is there', DAMAGED, (s) => {
    const release = s.release()
    s.drop(s.text(GLOBALS.prompts['clustering']?.value ?? ''))
    return release
  }),
  bad(
    'object-missing-account-text',
    'a text of an account is there',
    DAMAGED,
    (s) => {
      const release = s.release()
      s.drop(s.text('Own [IGNY8_KEYWORDS]'))
      return release
    },
    { isFullOnly: true },
  ),
  bad('object-flipped', 'an object has its digest', DAMAGED, (s) => {
    const release = s.release()
    s.replace(String(release['root']), (bytes) =>
      bytes
        .fill(bytes[20] ?? 0, 21, 22)
        .fill(0x7b, 0, 1)
        .fill(0x31, bytes.length - 1),
    )
    return release
  }),
  bad('object-longer', 'an object has its length', DAMAGED, (s) => {
    const release = s.release()
    s.replace(String(release['root']), (bytes) => Buffer.concat([bytes, Buffer.of(0)]))
    return release
  }),
  bad('object-shorter', 'an object that is cut is refused', DAMAGED, (s) => {
    const release = s.release()
    s.replace(s.rootOf().globals, (bytes) => bytes.subarray(0, bytes.length - 1))
    return release
  }),

  bad(
    'root-line-unknown-member',
    'the first line of the root has four members',
    DAMAGED,
    root((bytes) => Buffer.from(bytes.toString('latin1').replace('{"count"', '{"a":1,"count"'), 'latin1')),
  ),
  bad(
    'root-line-missing',
    'the root begins with a line',
    DAMAGED,
    root((bytes) => bytes.subarray(bytes.indexOf(10) + 1)),
  ),
  bad(
    'root-format-3',
    'a root of a later format needs a later reader',
    'unsupported_format',
    root((bytes) => Buffer.from(bytes.toString('latin1').replace('"format":2', '"format":3'), 'latin1')),
  ),
  bad(
    'root-count-text',
    'count is a number',
    DAMAGED,
    root((bytes) => Buffer.from(bytes.toString('latin1').replace('"count":3', '"count":"3"'), 'latin1')),
  ),
  bad(
    'root-count-more',
    'count is the number of accounts',
    DAMAGED,
    root((bytes) => Buffer.from(bytes.toString('latin1').replace('"count":3', '"count":4'), 'latin1')),
    { isFullOnly: true },
  ),
  bad(
    'root-count-less',
    'count is not less than the accounts',
    DAMAGED,
    root((bytes) => Buffer.from(bytes.toString('latin1').replace('"count":3', '"count":2'), 'latin1')),
    { isFullOnly: true },
  ),
  bad(
    'region-missing',
    'a root has a region',
    DAMAGED,
    root((bytes) => bytes.subarray(0, bytes.indexOf(10) + 1)),
  ),
  bad(
    'region-kind',
    'a region begins with one of four bytes',
    DAMAGED,
    root((bytes) => Buffer.concat([bytes.subarray(0, bytes.indexOf(10) + 1), Buffer.of(0x02)])),
  ),
  bad(
    'region-trailing',
    'nothing follows the outermost region',
    DAMAGED,
    root((bytes) => Buffer.concat([bytes, Buffer.of(0)])),
  ),
  bad(
    'region-cut',
    'a reference is 35 bytes',
    DAMAGED,
    root((bytes) => bytes.subarray(0, bytes.length - 1)),
  ),
  bad('region-node-early', 'a node object begins where the object above it is full', DAMAGED, (s) => {
    const bytes = Buffer.from(writeRoot(s.rootOf()))
    bytes[bytes.indexOf(10) + 1] = 0x4e
    return s.release({ root: s.bytes(bytes) })
  }),
  bad(
    'node-no-halves',
    'a node object begins with two halves',
    DAMAGED,
    (s) => {
      const node = s.bytes(Buffer.of(0))
      const levels = (left: number): Region => (left === 0 ? `N${node}` : [null, levels(left - 1)])
      return s.release({ root: s.bytes(writeRoot({ ...s.rootOf(), count: 0, accounts: levels(ROOT_BITS) })) })
    },
    { isFullOnly: true },
  ),
  bad(
    'region-object-twice',
    'no tree holds an object twice',
    DAMAGED,
    root((bytes) => {
      const end = bytes.indexOf(10) + 1
      return Buffer.concat([bytes.subarray(0, end), Buffer.of(1), bytes.subarray(end), bytes.subarray(end)])
    }),
    { isFullOnly: true },
  ),

  bad(
    'leaf-no-header',
    'a leaf begins with its provenance',
    DAMAGED,
    leaf(() => ['["acme","growth"]'], { header: '{"other":"x"}' }),
    { isFullOnly: true },
  ),
  bad(
    'leaf-no-line-feed',
    'a leaf ends with its last line',
    DAMAGED,
    leaf(() => ['["acme","growth"]'], { end: '' }),
    { isFullOnly: true },
  ),
  bad(
    'leaf-line-no-account',
    'a line is of an account',
    DAMAGED,
    leaf(() => ['{"acme":"growth"}']),
    { isFullOnly: true },
  ),
  bad(
    'leaf-line-empty-id',
    'an id is not empty',
    DAMAGED,
    leaf(() => ['["","growth"]']),
    { isFullOnly: true },
  ),
  bad(
    'leaf-line-plan',
    'a line has one of the four plans',
    DAMAGED,
    leaf(() => ['["acme","gold"]']),
    { isFullOnly: true },
  ),

  bad(
    'globals-not-json',
    'the globals are JSON',
    DAMAGED,
    globals(() => '{'),
  ),
  bad(
    'globals-list',
    'the globals are an object',
    DAMAGED,
    globals(() => '[]'),
  ),
  ...[
    'vocabulary',
    'providers',
    'models',
    'plans',
    'functions',
    'prompts',
    'author_profiles',
    'strategies',
    'provenance',
    'environment',
  ].map((name) =>
    bad(
      `globals-no-${name.replace('_', '-')}`,
      `the globals have the member ${name}`,
      DAMAGED,
      globals((all) => {
        delete all[name]
        return all
      }),
    ),
  ),
  bad('globals-plan-missing', 'there are four plans', DAMAGED, globals(deepChange(['plans', 'scale'], undefined))),
  bad(
    'globals-secret-null',
    'a provider names its secret',
    DAMAGED,
    globals(deepChange(['providers', 'openai', 'secret'], null)),
  ),
  bad(
    'globals-provider-unknown',
    'a provider is in the vocabulary',
    DAMAGED,
    globals(deepChange(['providers', 'other'], { fields: {}, secret: 'OPENAI_API_KEY' })),
  ),
  bad(
    'globals-provider-of-no-kind',
    'a provider is of a kind that the vocabulary has',
    DAMAGED,
    globals(deepChange(['vocabulary', 'providers', 'openai', 'kind'], 'speech')),
  ),
  bad(
    'globals-parameter-type',
    'a parameter has one of four types',
    DAMAGED,
    globals(deepChange(['vocabulary', 'providers', 'openai', 'parameters'], [['temperature', { type: 'float' }]])),
  ),
  bad(
    'globals-parameter-pair',
    'a parameter is a pair',
    DAMAGED,
    globals(deepChange(['vocabulary', 'providers', 'openai', 'parameters'], [['temperature']])),
  ),
  bad(
    'globals-placeholders',
    'placeholders are of one of four forms',
    DAMAGED,
    globals(deepChange(['prompts', 'clustering', 'placeholders'], 'angles')),
  ),
  bad(
    'globals-variable',
    'a variable is required or not, or literal',
    DAMAGED,
    globals(deepChange(['prompts', 'clustering', 'variables', 'IGNY8_KEYWORDS'], 'yes')),
  ),
  bad(
    'globals-value-null',
    'a value is a text, a number, or true or false',
    DAMAGED,
    globals(deepChange(['providers', 'openai', 'fields', 'temperature'], null)),
  ),
  bad(
    'globals-model-field',
    'the model of an answer is a text',
    DAMAGED,
    globals(deepChange(['providers', 'openai', 'fields', 'model'], 4)),
  ),
  bad(
    'globals-selects-nobody',
    'the provider that a kind selects has a block',
    DAMAGED,
    globals(deepChange(['text', 'provider'], 'voyage')),
  ),
  bad('globals-text-not-utf8', 'a text is UTF-8', DAMAGED, (s) => {
    const release = globals(deepChange(['prompts', 'clustering', 'value'], s.bytes(Buffer.from([0x61, 0xff, 0x62]))))(s)
    return release
  }),
  bad(
    'secret-of-another',
    'a provider uses a secret that the root gives it',
    'secret_refused',
    globals(deepChange(['providers', 'openai', 'secret'], 'ANTHROPIC_API_KEY')),
  ),
  bad(
    'secret-of-nobody',
    'a secret that the root does not name is refused',
    'secret_refused',
    globals(deepChange(['providers', 'openai', 'secret'], 'PATH')),
  ),

  good('clock-before-issued', 'a clock before the issue counts as the time of issue', (s) => s.release(), {
    now: '2020-01-01T00:00:00Z',
  }),
  good('expires-just-after', 'a release is good until the moment of its end', (s) => s.release(), {
    now: '2026-01-01T23:59:59.999Z',
  }),
  bad('expired-at-once', 'the time now is before the end', 'expired', (s) => s.release(), { now: LATER }),
  bad(
    'expired-before-issue',
    'a release that ends before it was issued has ended',
    'expired',
    (s) => s.release({ issued: LATER, expires: START }),
    { now: '2020-01-01T00:00:00Z' },
  ),
  good('environment-wanted', 'a reader may want an environment', (s) => s.release({ environment: 'staging' }), {
    environment: 'staging',
  }),
  bad(
    'environment-other',
    'another environment is refused',
    'environment_changed',
    (s) => s.release({ environment: 'staging' }),
    { environment: 'production' },
  ),
  bad(
    'environment-line-feed',
    'an environment is compared as it is',
    'environment_changed',
    (s) => s.release({ environment: 'production\n' }),
    { environment: 'production' },
  ),

  series('order-later', 'a later seq is a later release', [
    { store: storeOf(), answers: USUAL },
    { store: storeOf({ seq: 2, commit: 'c2' }, { accounts: { ...ACCOUNTS, acme: { plan: 'free' } } }), answers: USUAL },
  ]),
  series('order-same', 'the same head is nothing new', [
    { store: storeOf() },
    { store: storeOf(), answers: [model('acme')] },
  ]),
  series(
    'order-renewed',
    'a head of the same release with a later end takes over, and answers when the first would have ended',
    [
      { store: storeOf() },
      {
        store: storeOf({ issued: at(20 * HOUR), expires: at(40 * HOUR) }, {}, { by: [REFRESH] }),
        now: at(21 * HOUR),
        answers: [{ question: model('acme').question, now: at(30 * HOUR) }],
      },
    ],
  ),
  series('order-older-end', 'a head of the same release with an earlier end is nothing new, and no error', [
    { store: storeOf({ expires: at(40 * HOUR) }) },
    { store: storeOf({ expires: at(20 * HOUR) }), answers: [{ question: model('acme').question, now: at(30 * HOUR) }] },
  ]),
  series('order-back', 'an earlier seq is refused', [
    { store: storeOf({ seq: 5 }) },
    { store: storeOf({ seq: 4 }), error: 'rollback_refused' },
  ]),
  series('order-other-content', 'another release under the same number is refused', [
    { store: storeOf({ seq: 5 }) },
    { store: storeOf({ seq: 5 }, { accounts: {} }), error: 'rollback_refused' },
  ]),
  series('order-other-commit', 'the signed part is the same byte for byte', [
    { store: storeOf({ seq: 5 }) },
    { store: storeOf({ seq: 5, commit: 'c2' }), error: 'rollback_refused' },
  ]),
  series('order-environment', 'the environment of the first release counts', [
    { store: storeOf() },
    { store: storeOf({ seq: 2, environment: 'staging' }), error: 'environment_changed' },
  ]),
  series('refused-stays', 'after a release that is refused the last one answers', [
    { store: storeOf({ seq: 2 }) },
    {
      store: storeOf({ seq: 3 }, {}, { core: [REFRESH] }),
      error: 'signature_invalid',
      answers: [model('acme'), model('nobody')],
    },
  ]),
  series('shrink-half', 'losing half is not more than half', [
    { store: storeOf({}, { accounts: many(20) }) },
    { store: storeOf({ seq: 2 }, { accounts: many(10) }), answers: [model('a9'), model('a10')] },
  ]),
  series('shrink-few', 'below 20 accounts a share means little', [
    { store: storeOf({}, { accounts: many(19) }) },
    { store: storeOf({ seq: 2 }, { accounts: {} }) },
  ]),
  series('shrink-meant', 'a release may say that it is meant to lose many', [
    { store: storeOf({}, { accounts: many(20) }) },
    { store: storeOf({ seq: 3, shrunk_at: 2 }, { accounts: {} }) },
  ]),
  series('shrink', 'losing more than half of 20 accounts has to be meant', [
    { store: storeOf({}, { accounts: many(20) }) },
    { store: storeOf({ seq: 2 }, { accounts: many(9) }), error: 'shrink_refused' },
  ]),
  series('shrink-meant-before', 'what was meant before the last release does not count', [
    { store: storeOf({ seq: 4, shrunk_at: 3 }, { accounts: many(20) }) },
    { store: storeOf({ seq: 5, shrunk_at: 3 }, { accounts: many(9) }), error: 'shrink_refused' },
  ]),
]

/** Returns a change of one member deep in plain data; undefined takes it away. */
function deepChange(path: readonly string[], value: unknown): (all: Record<string, unknown>) => unknown {
  const changed = (at: unknown, [step = '', ...rest]: readonly string[]): unknown => {
    const members = Object.entries(isObject(at) ? at : {}).filter(([name]) => name !== step)
    const own = isObject(at) ? at[step] : undefined
    const next = rest.length === 0 ? value : changed(own, rest)
    return Object.fromEntries(next === undefined ? members : [...members, [step, next]])
  }
  return (all) => changed(all, path)
}

/**
 * A tree whose root object is full, so that it goes on in node objects: a region is halved until its lines fit into
 * 8 KiB, and these are of 5 KiB each.
 */
function deep(s: VectorStore): Ref {
  const long: Account = { plan: 'growth', author_profiles: { long: { name: 'x'.repeat(5_000) } } }
  const ids = Array.from({ length: DEEP }, (_, i) => `b${i}`).filter((id) => hashId(id)[0] === hashId('acme')[0])
  const accounts = Object.fromEntries(ids.map((id) => [id, long]))
  return s.content({ accounts: { ...ACCOUNTS, ...accounts } })
}
