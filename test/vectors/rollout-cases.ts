import { writePackList, writePacks } from '../../src/store/format/pack.ts'
import { type Ref, type StoredObject, toObject } from '../../src/store/format/object-ref.ts'
import type { Account } from '../../src/domain/settings-types.ts'
import { writeRoot } from '../../src/store/format/content-root.ts'
import type { Obj } from '../../src/store/format/decode-json.ts'
import { GLOBALS } from '../sdk/globals.ts'
import { type Case, type CaseAnswer, bad, good, model, series } from './cases.ts'
import { ACCOUNTS, type Forgery, REFRESH, VectorStore, at } from './publisher.ts'

const DAMAGED = 'store_damaged'
const HOUR = 3_600_000
const STAGES = [{ accounts: ['acme'] }, { bp: 500 }, { bp: 5_000 }, { bp: 10_000 }]
const NEXT: Readonly<Record<string, Account>> = {
  ...ACCOUNTS,
  acme: { plan: 'growth', overrides: { openai: { max_tokens: 4_242 } } },
  globex: { plan: 'starter', overrides: { openai: { max_tokens: 77 } } },
}
const release = (account: string, now?: string): CaseAnswer => ({
  question: { ask: 'release', account },
  ...(now !== undefined && { now }),
})
/** r1/acme is 785, r1/globex 713. */
const WHO = ['acme', 'globex', 'initech', 'nobody', 'a1'].flatMap((id) => [release(id), model(id)])

/** A release with a candidate, of which a vector changes what it wants. */
function rolling(s: VectorStore, candidate: Obj = {}, rollout: Obj | null = {}, over: Obj = {}): Obj {
  const root = s.content({ accounts: NEXT })
  return s.release({
    candidate: {
      id: 'r1',
      commit: 'next',
      tree: null,
      root,
      stages: STAGES,
      exclude: [],
      until: at(240 * HOUR),
      ...candidate,
    },
    rollout: rollout === null ? null : { stage: 0, since: at(0), expires: at(HOUR), ...rollout },
    ...over,
  })
}
const stage =
  (n: number | string, over: Obj = {}): ((s: VectorStore) => Obj) =>
  (s) =>
    rolling(s, {}, { stage: n, ...over })
const store = (make: (s: VectorStore) => Obj, forgery: Forgery = {}): VectorStore => {
  const made = new VectorStore()
  made.publish(make(made), forgery)
  return made
}
const steps = (
  first: number | string,
  second: number | string,
  secondOver: Obj = {},
  error?: string,
): Case['steps'] => [
  { store: store(stage(first)), answers: WHO },
  {
    store: store(stage(second, secondOver), { by: [REFRESH] }),
    ...(error === undefined ? { answers: WHO } : { error }),
  },
]

/** A release with packs, which a vector spoils. */
function packed(
  spoil: (s: VectorStore, packs: readonly StoredObject[], list: StoredObject) => Ref | null,
  isBare = false,
) {
  return (s: VectorStore): Obj => {
    const root = s.content()
    const objects = [...s.objects.values()].map((bytes) => toObject(bytes))
    const first = objects.find(({ ref }) => ref === root)
    const packs = writePacks([...(first === undefined ? [] : [first]), ...objects.filter((one) => one !== first)])
    for (const pack of packs) s.put(pack)
    const list = writePackList(packs.map(({ ref }) => ref))
    s.put(list)
    if (isBare) for (const { ref } of objects) s.drop(ref)
    return s.release({ root, packs: spoil(s, packs, list) })
  }
}
const listOf = (s: VectorStore, text: string): Ref => s.text(text)

export const ROLLOUT_CASES: readonly Case[] = [
  good('stage-accounts', 'the accounts of a ring are on the candidate', stage(0), { answers: WHO }),
  good('stage-bp', 'rings are cumulative, and 500 basis points are the cohorts below 500', stage(1), { answers: WHO }),
  good('stage-half', '5,000 basis points are the cohorts below 5,000, of unknown accounts, too', stage(2), {
    answers: WHO,
  }),
  good('stage-all', 'the last stage is everybody, and may be without an end', stage(3, { expires: null }), {
    answers: WHO,
  }),
  good('stage-stopped', 'a rollout that is stopped has nobody', stage('stopped'), { answers: WHO }),
  good(
    'stage-excluded',
    'an account that is excluded is on no stage',
    (s) => rolling(s, { exclude: ['acme'] }, { stage: 3, expires: null }),
    { answers: WHO },
  ),
  good('stage-expired', 'a stage that was not set anew in time ends the rollout, by the clock alone', stage(3), {
    answers: [release('acme', at(HOUR - 1_000)), release('acme', at(HOUR)), model('acme')],
  }),
  good(
    'candidate-until',
    'after until nobody is on the candidate',
    (s) => rolling(s, { until: at(2 * HOUR) }, { stage: 3, expires: null }),
    {
      answers: [release('acme', at(2 * HOUR - 1_000)), release('acme', at(2 * HOUR)), model('acme')],
    },
  ),
  good(
    'candidate-clock',
    'a clock before the issue counts as the issue',
    (s) => rolling(s, {}, {}, { issued: at(5 * HOUR), expires: at(30 * HOUR) }),
    {
      answers: [release('acme')],
    },
  ),
  good('candidate-plans', 'a live plan is asked of the release that answers', stage(0), {
    answers: [model('acme', { plan: 'free' }), model('acme', { plan: 'scale' })],
  }),
  good(
    'candidate-missing',
    'a candidate whose root is not there is not used, and the release is',
    (s) => {
      const made = rolling(s)
      s.drop(String(Object(made['candidate'])['root']))
      return made
    },
    { answers: WHO },
  ),
  good(
    'candidate-secret',
    'a candidate that uses a secret which the root does not grant is not used',
    (s) => {
      const { openai, ...providers } = GLOBALS.providers
      const globals = {
        ...GLOBALS,
        providers: { ...providers, openai: { fields: openai?.fields ?? {}, secret: 'ANTHROPIC_API_KEY' } },
      }
      return rolling(s, { root: s.content({ globals, accounts: NEXT }) })
    },
    { answers: WHO },
  ),
  good(
    'candidate-globals',
    'a candidate whose globals are malformed is not used',
    (s) => rolling(s, { root: s.bytes(writeRoot({ ...s.rootOf({ accounts: NEXT }), globals: s.text('{') })) }),
    { answers: WHO },
  ),
  good(
    'candidate-shrinks',
    'a candidate that loses most accounts is not used',
    (s) => {
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, { plan: 'free' } as const]))
      return rolling(
        s,
        { root: s.content({ accounts: ACCOUNTS }) },
        {},
        { root: s.content({ accounts: { ...many, ...ACCOUNTS } }) },
      )
    },
    { answers: [release('acme'), model('acme')] },
  ),
  good(
    'candidate-shrinks-as-meant',
    'a candidate may lose most accounts where this release says so',
    (s) => {
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, { plan: 'free' } as const]))
      return rolling(
        s,
        { root: s.content({ accounts: ACCOUNTS }) },
        {},
        { seq: 3, shrunk_at: 3, root: s.content({ accounts: { ...many, ...ACCOUNTS } }) },
      )
    },
    { answers: [release('acme'), model('acme')] },
  ),
  series('stage-forward', 'a later stage of the same release is newer; a refresh key sets it', steps(0, 2)),
  series('stage-stop', 'stopped is above every stage', steps(2, 'stopped')),
  series('stage-renewed', 'the same stage with a later end is newer', [
    { store: store(stage(2)) },
    { store: store(stage(2, { expires: at(9 * HOUR) }), { by: [REFRESH] }), answers: [release('acme', at(8 * HOUR))] },
  ]),
  series('stage-older-end', 'the same stage with an earlier end is nothing new', [
    { store: store(stage(2, { expires: at(9 * HOUR) })) },
    { store: store(stage(2), { by: [REFRESH] }), answers: [release('acme', at(8 * HOUR))] },
  ]),
  series('rollout-finished', 'what was the candidate may be the next release', [
    { store: store(stage(2)) },
    { store: store((s) => s.release({ seq: 2, root: s.content({ accounts: NEXT }) })), answers: WHO },
  ]),
  series('stage-back', 'a lower stage is refused', steps(2, 1, {}, 'rollback_refused')),
  series('stage-after-stopped', 'stopped is final', steps('stopped', 3, { expires: null }, 'rollback_refused')),
  series('candidate-other', 'the candidate is in the signed part, and the same for one seq', [
    { store: store(stage(0)) },
    { store: store((s) => rolling(s, { exclude: ['globex'] })), error: 'rollback_refused' },
  ]),
  bad('candidate-signed', 'a refresh key cannot bring a candidate', 'signature_invalid', (s) => ({
    release: rolling(s),
    forgery: { core: [REFRESH], by: [REFRESH] },
  })),
  bad('candidate-root-same', 'a candidate has another root than the release', DAMAGED, (s) =>
    rolling(s, { root: s.content() }),
  ),
  bad('candidate-without-rollout', 'a candidate has a rollout', DAMAGED, (s) => rolling(s, {}, null)),
  bad('rollout-without-candidate', 'a rollout has a candidate', DAMAGED, (s) => ({ ...rolling(s), candidate: null })),
  bad('candidate-unknown-member', 'a member of the candidate that the page does not name is refused', DAMAGED, (s) =>
    rolling(s, { later: 1 }),
  ),
  bad('rollout-unknown-member', 'a member of the rollout that the page does not name is refused', DAMAGED, (s) =>
    rolling(s, {}, { later: 1 }),
  ),
  bad('candidate-member-missing', 'tree is there, and null where it is unknown', DAMAGED, (s) => {
    const made = rolling(s)
    const { tree: _, ...rest }: Obj = Object(made['candidate'])
    return { ...made, candidate: rest }
  }),
  bad('candidate-id', 'an id is spelled like that of an account', DAMAGED, (s) => rolling(s, { id: 'R1' })),
  bad('candidate-id-line-feed', 'a pattern matches the whole id', DAMAGED, (s) => rolling(s, { id: 'r1\n' })),
  bad('stages-none', 'there is a stage', DAMAGED, (s) => rolling(s, { stages: [] })),
  bad('stages-17', 'there are 16 stages at most', DAMAGED, (s) =>
    rolling(s, { stages: Array.from({ length: 17 }, (_, i) => ({ bp: i + 1 })) }),
  ),
  bad('stages-shrink', 'basis points grow from one ring to the next', DAMAGED, (s) =>
    rolling(s, { stages: [{ bp: 500 }, { bp: 500 }] }),
  ),
  bad('stages-bp-0', 'a ring is of 1 basis point at least', DAMAGED, (s) => rolling(s, { stages: [{ bp: 0 }] })),
  bad('stages-bp-10001', 'a ring is of 10,000 basis points at most', DAMAGED, (s) =>
    rolling(s, { stages: [{ bp: 10_001 }] }),
  ),
  bad('stages-bp-fraction', 'basis points are integral', DAMAGED, (s) => rolling(s, { stages: [{ bp: 0.5 }] })),
  bad('stages-bp-true', 'true is no number', DAMAGED, (s) => rolling(s, { stages: [{ bp: true }] })),
  bad('stages-both', 'a ring has accounts or basis points', DAMAGED, (s) =>
    rolling(s, { stages: [{ bp: 5, accounts: [] }] }),
  ),
  bad('stages-account-twice', 'an account occurs once in a list', DAMAGED, (s) =>
    rolling(s, { stages: [{ accounts: ['acme', 'acme'] }] }),
  ),
  bad('stages-account-id', 'accounts are named by their ids', DAMAGED, (s) => rolling(s, { exclude: ['Acme'] })),
  bad('stages-101-accounts', 'all lists together have 100 accounts at most', DAMAGED, (s) =>
    rolling(s, {
      stages: [{ accounts: Array.from({ length: 60 }, (_, i) => `a${i}`) }],
      exclude: Array.from({ length: 41 }, (_, i) => `b${i}`),
    }),
  ),
  bad('stage-beyond', 'a stage is one of the ladder', DAMAGED, stage(4)),
  bad('stage-negative', 'a stage is from 0', DAMAGED, stage(-1)),
  bad('stage-word', 'stopped is the only word for a stage', DAMAGED, stage('paused')),
  bad('stage-endless', 'only the last stage of everybody is without an end', DAMAGED, stage(2, { expires: null })),
  bad('candidate-until-null', 'a candidate has an end', DAMAGED, (s) => rolling(s, { until: null })),

  good(
    'packs',
    'everything may be read from packs',
    packed((_s, _packs, list) => list.ref),
    { isFullOnly: true },
  ),
  good(
    'packs-alone',
    'what is in a pack need not be there singly for whoever loads all',
    packed((_s, _packs, list) => list.ref, true),
    { isFullOnly: true },
  ),
  good(
    'packs-strangers',
    'objects in a pack that nothing refers to are dropped',
    packed((s, packs) => {
      const [strange] = writePacks([
        toObject(Buffer.from('a stranger')),
        ...packs.map(({ bytes }) => toObject(bytes.subarray(3, 100))),
      ])
      return s.put(writePackList([...packs.map(({ ref }) => ref), strange === undefined ? '' : s.put(strange)]))
    }),
    { isFullOnly: true },
  ),
  good(
    'packs-list-missing',
    'a list of packs that is not there costs an event',
    packed((s, _packs, list) => {
      s.drop(list.ref)
      return list.ref
    }),
    { isFullOnly: true },
  ),
  good(
    'packs-missing',
    'a pack that is not there costs an event',
    packed((s, packs, list) => {
      for (const { ref } of packs) s.drop(ref)
      return list.ref
    }),
    { isFullOnly: true },
  ),
  good(
    'packs-cut',
    'a pack that is cut within an object costs an event',
    packed((s, packs) => {
      const cut = s.bytes((packs[0]?.bytes ?? Buffer.alloc(0)).subarray(0, -3))
      return s.put(writePackList([cut]))
    }),
    { isFullOnly: true },
  ),
  good(
    'packs-flipped',
    'a pack with a flipped byte costs an event',
    packed((s, packs, list) => {
      s.replace(packs[0]?.ref ?? '', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte))))
      return list.ref
    }),
    { isFullOnly: true },
  ),
  good(
    'packs-empty-object',
    'a pack holds no empty object',
    packed((s) => s.put(writePackList([s.bytes(Buffer.from([0, 0, 0]))]))),
    { isFullOnly: true },
  ),
  good(
    'packs-list-empty',
    'a list of packs has 1 at least',
    packed((s) => listOf(s, '[]')),
    { isFullOnly: true },
  ),
  good(
    'packs-list-space',
    'a list of packs has one encoding',
    packed((s, packs) => listOf(s, `[ "${packs[0]?.ref ?? ''}" ]`)),
    { isFullOnly: true },
  ),
  good(
    'packs-list-twice',
    'a list of packs names each once',
    packed((s, packs) => listOf(s, JSON.stringify([packs[0]?.ref, packs[0]?.ref]))),
    { isFullOnly: true },
  ),
  good(
    'packs-list-65',
    'a list of packs names 64 at most',
    packed((s, packs) =>
      listOf(
        s,
        JSON.stringify(
          Array.from({ length: 65 }, (_, i) => s.text(String(i))).map((ref, i) => (i === 0 ? packs[0]?.ref : ref)),
        ),
      ),
    ),
    { isFullOnly: true },
  ),
  bad('packs-no-reference', 'packs is a reference, or null', DAMAGED, (s) => s.release({ packs: 'x' })),
]
