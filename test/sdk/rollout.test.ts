import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import type { Candidate, Rollout } from '../../src/store/format/rollout.ts'
import { signHead } from '../../src/trust/sign-head.ts'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { withRelease } from '../support/earlier-format.ts'
import { DAY, PATIENT, codesOf, numbered, numbersIn, person } from './rooted.ts'
import { MINUTE, RolloutStore, STAGES } from './rollout-store.ts'
import { GLOBALS, codeOf, manyAccounts, openai, objectsOf } from './store.ts'

/** A service on release 1, and release 2 with a candidate whose accounts have another number. */
async function rolling(
  over: Partial<OpenOptions> = {},
): Promise<{ store: RolloutStore; settings: Settings; codes: string[] }> {
  const store = new RolloutStore()
  await store.publish(numbered(1))
  const settings = await store.open(over)
  const codes = codesOf(settings)
  await store.start(numbered(1), numbered(2))
  await settings.refresh()
  return { store, settings, codes }
}

/** `other` is in the cohort of neither of the first percentages: r2/other. */
const stageOf = async (store: RolloutStore, settings: Settings, stage: number | 'stopped'): Promise<number[]> => {
  store.step(stage)
  await settings.refresh()
  return numbersIn(settings)
}

describe('a stage', () => {
  test('answers for its accounts from the candidate, and for the others from the stable release', async () => {
    const { store, settings, codes } = await rolling()
    expect(numbersIn(settings)).toEqual([2, 1])
    expect(await stageOf(store, settings, 1)).toEqual([2, 1])
    expect(await stageOf(store, settings, 3)).toEqual([2, 2])
    expect(codes).toEqual([])
  })

  test('releaseOf says which, the same frozen object for all with the same answer', async () => {
    const { settings } = await rolling()
    const [acme, other] = [settings.releaseOf('acme'), settings.releaseOf('other')]
    expect(acme).toEqual({ release: 'candidate', seq: 2, commit: 'next', id: 'r2' })
    expect(other).toEqual({ release: 'stable', seq: 2, commit: 'commit-2', id: 'r2' })
    expect(settings.releaseOf('nobody')).toBe(other)
    expect(Object.isFrozen(acme)).toBe(true)
    expect(await codeOf(() => Reflect.apply(settings.releaseOf, settings, [1]))).toBe('invalid_option')
    const alone = new RolloutStore()
    await alone.publish(numbered(1))
    const plain = await alone.open()
    expect(plain.releaseOf('acme')).toEqual({ release: 'stable', seq: 1, commit: 'commit-1', id: null })
  })

  test('unknown accounts are hashed, too; the excluded ones stay', async () => {
    const store = new RolloutStore()
    const globals = {
      ...GLOBALS,
      functions: { ...GLOBALS.functions, extra: { kind: 'text', prompts: [], defaults: {}, models: {} } },
    }
    await store.start(numbered(1), { ...numbered(2), globals }, { stages: [{ bp: 5000 }], exclude: ['acme'], id: 'r1' })
    const settings = await store.open()
    // r1/acme is 785, and r1/globex 713.
    expect(settings.releaseOf('acme').release).toBe('stable')
    expect(settings.releaseOf('globex').release).toBe('candidate')
    expect(settings.getModelConfig('extra', 'globex').known).toBe(false)
    expect(await codeOf(() => settings.getModelConfig('extra', 'acme'))).toBe('unknown_function')
  })

  test('every kind of question is answered by the same release', async () => {
    const text = { customized: true, default: 'x', value: 'of the candidate' }
    const next = {
      acme: { plan: 'growth', prompts: { clustering: text }, author_profiles: { own: { name: 'Own' } } },
    } as const
    const store = new RolloutStore()
    await store.start(numbered(1), { accounts: next })
    const settings = await store.open()
    for (const at of [settings, settings.snapshot()]) {
      expect(at.getEffectivePrompt('acme', 'clustering').promptValue).toBe('of the candidate')
      expect(at.compilePrompt('acme', 'clustering', { IGNY8_KEYWORDS: 'a' })).toBe('of the candidate')
      expect(Object.keys(at.getAuthorProfiles('acme'))).toContain('own')
      expect(Object.keys(at.getAuthorProfiles('other'))).not.toContain('own')
      expect(Object.keys(at.getStrategies('acme'))).toEqual(['pillar'])
      expect(await at.explain('acme', 'generate_content')).toMatchObject({ commit: 'next' })
      expect(await at.explain('other', 'generate_content')).toMatchObject({ commit: 'commit-1' })
      expect(await at.account('acme')).toBe(true)
      // It is gone from the candidate, and the stable release answers for it.
      expect(await at.account('other')).toBe(true)
    }
    expect(settings.missingKeys).toEqual([])
  })

  test('hot answers are shared where both releases have the same', async () => {
    const store = new RolloutStore()
    const same = { same: openai('growth', { max_tokens: 77 }) }
    await store.publish(numbered(1, same))
    const settings = await store.open()
    const before = settings.getModelConfig('generate_content', 'same')
    await store.start(numbered(1, same), numbered(2, same), { stages: [{ bp: 10_000 }] })
    await settings.refresh()
    expect(settings.releaseOf('same').release).toBe('candidate')
    expect(settings.getModelConfig('generate_content', 'same')).toBe(before)
  })

  test('a snapshot keeps its stage and its clock', async () => {
    const { store, settings } = await rolling()
    const at = settings.snapshot()
    store.stop()
    await settings.refresh()
    store.clock.now += 60 * DAY
    expect([numbersIn(settings), numbersIn(at), at.releaseOf('acme').release]).toEqual([[1, 1], [2, 1], 'candidate'])
  })
})

describe('the end of a stage', () => {
  test('once it expires everybody is on the stable release, until it is set anew', async () => {
    const { store, settings } = await rolling()
    store.clock.now += store.interval - 1
    expect(numbersIn(settings)).toEqual([2, 1])
    store.clock.now += 1
    expect([numbersIn(settings), settings.releaseOf('acme').release]).toEqual([[1, 1], 'stable'])
    expect(await stageOf(store, settings, 0)).toEqual([2, 1])
  })

  test('after `until` nobody is on the candidate, whatever the stage', async () => {
    const { store, settings } = await rolling()
    store.clock.now += 14 * DAY - 1
    store.step(3, { expires: null })
    await settings.refresh()
    expect(numbersIn(settings)).toEqual([2, 2])
    store.clock.now += 1
    expect(numbersIn(settings)).toEqual([1, 1])
    store.step(3, { expires: null })
    await settings.refresh()
    expect([numbersIn(settings), numbersIn(await store.open())]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('a settled rollout needs nobody, up to `until`', async () => {
    const { store, settings } = await rolling()
    store.step(3, { expires: null })
    await settings.refresh()
    store.clock.now += 7 * DAY
    expect(numbersIn(settings)).toEqual([2, 2])
  })

  test('a clock that was set back counts as the time of issue', async () => {
    const { store, settings } = await rolling()
    store.clock.now -= 365 * DAY
    expect(numbersIn(settings)).toEqual([2, 1])
    const { now } = store.clock
    store.clock.now = Number.NaN
    expect(numbersIn(settings)).toEqual([1, 1])
    store.clock.now = now + 365 * DAY + store.interval
    expect(numbersIn(settings)).toEqual([1, 1])
  })

  test('the next release begins anew, and `finish` reads nothing of what was the candidate', async () => {
    const store = new RolloutStore()
    const server = await new FaultyServer(store.folder).listen()
    await store.start(numbered(1, manyAccounts(300)), numbered(2, manyAccounts(300)))
    const settings = await store.open({ store: server.origin })
    await store.finish(numbered(2, manyAccounts(300)))
    server.take()
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
    expect(server.take().map(({ path }) => path)).toEqual(['/head.json'])
    expect(settings.releaseOf('acme')).toEqual({ release: 'stable', seq: 2, commit: 'commit-2', id: null })
  })
})

describe('`changed`', () => {
  test('is told for a release, for a stage and for the end of one, once each', async () => {
    const store = new RolloutStore()
    await store.publish(numbered(1))
    const settings = await store.open()
    const stages: (number | null)[] = []
    settings.on('changed', ({ stage }) => stages.push(stage))
    await store.start(numbered(1), numbered(2))
    const steps: (() => unknown)[] = [
      () => undefined,
      () => store.step(1),
      // The same stage for longer is no change.
      () => store.step(1, { expires: store.time(2 * store.interval) }),
      () => (store.clock.now += 3 * store.interval),
      () => store.step(2),
      () => store.stop(),
    ]
    const changed: boolean[] = []
    for (const step of steps) {
      step()
      changed.push(await settings.refresh())
    }
    expect(changed).toEqual([true, true, false, true, true, true])
    expect(stages).toEqual([0, 1, null, 2, null])
  })

  test('by the clock alone, while the store cannot be reached', async () => {
    const { store, settings } = await rolling({ refresh: { everyMs: 20, staleAfterMs: 20 } })
    const turned = new Promise<number | null>((done) => settings.once('changed', ({ stage }) => done(stage)))
    rmSync(store.headFile)
    store.clock.now += store.interval
    expect(await turned).toBeNull()
  })
})

describe('the order of heads', () => {
  test('an earlier stage is refused, and so is anything after `stopped`', async () => {
    const { store, settings, codes } = await rolling()
    await stageOf(store, settings, 2)
    expect([await stageOf(store, settings, 1), codes]).toEqual([[2, 2], ['rollback_refused']])
    expect(await stageOf(store, settings, 'stopped')).toEqual([1, 1])
    expect([await stageOf(store, settings, 3), codes]).toEqual([
      [1, 1],
      ['rollback_refused', 'rollback_refused'],
    ])
  })

  test('an older head of the same stage is nothing new', async () => {
    const { store, settings, codes } = await rolling()
    const early = readFileSync(store.headFile)
    store.clock.now += MINUTE
    store.step(0)
    await settings.refresh()
    store.write(early)
    expect([await settings.refresh(), codes]).toEqual([false, []])
    store.clock.now += store.interval - MINUTE
    expect(numbersIn(settings)).toEqual([2, 1])
  })

  test('a later stage counts although the head before it was signed for longer', async () => {
    const { store, settings, codes } = await rolling()
    store.resign({ issued: store.time(0), expires: store.time(3650 * DAY), rollout: store.at(0) })
    await settings.refresh()
    expect([await stageOf(store, settings, 'stopped'), codes]).toEqual([[1, 1], []])
  })

  test('of two that expire together, the one whose stage lasts longer counts', async () => {
    const { store, settings } = await rolling()
    const times = { issued: store.time(0), expires: store.time(DAY) }
    const shorter = { ...store.at(0), expires: store.time(MINUTE) }
    store.resign({ ...times, rollout: store.at(0) })
    await settings.refresh()
    store.resign({ ...times, rollout: shorter })
    expect(await settings.refresh()).toBe(false)
    store.clock.now += MINUTE
    expect(numbersIn(settings)).toEqual([2, 1])
  })

  test('two heads of one number with different signed parts: the second is refused', async () => {
    const { store, settings, codes } = await rolling()
    const { release } = readHead(readFileSync(store.headFile))
    const others: Partial<Release>[] = [
      { candidate: null, rollout: null },
      { candidate: { ...sure(release.candidate), exclude: ['acme'] } },
      { candidate: { ...sure(release.candidate), until: store.time(DAY) } },
      { shrunk_at: 2 },
      { ext: { more: 1 } },
    ]
    for (const other of others) {
      store.write(signHead({ ...release, ...other }, [store.release]))
      expect(await settings.refresh()).toBe(false)
    }
    expect([codes, numbersIn(settings)]).toEqual([others.map(() => 'rollback_refused'), [2, 1]])
  })

  test('the refresh key changes no member of the signed part', async () => {
    const { store, settings, codes } = await rolling()
    const { release, core } = readHead(readFileSync(store.headFile))
    const forged = { ...release, candidate: { ...sure(release.candidate), until: store.time(365 * DAY) } }
    store.write(withRelease(readFileSync(store.headFile), () => ({ ...forged, core, format: 2 })))
    expect([await settings.refresh(), codes]).toEqual([false, ['signature_invalid']])
  })

  test('the highest stage survives a restart with a cacheDir; without one any signed head is believed', async () => {
    const store = new RolloutStore()
    await store.start(numbered(1), numbered(2))
    const cacheDir = join(store.base, 'cache')
    const settings = await store.open({ cacheDir })
    const early = readFileSync(store.headFile)
    expect(await stageOf(store, settings, 'stopped')).toEqual([1, 1])
    store.write(early)
    const again = await store.open({ cacheDir })
    expect([numbersIn(again), again.status.state]).toEqual([[1, 1], 'stale'])
    expect(numbersIn(await store.open())).toEqual([2, 1])
    store.clock.now += store.interval
    expect(numbersIn(await store.open())).toEqual([1, 1])
  })
})

describe('a candidate of no use is an event, and everybody stays on the stable release', () => {
  const unusable = async (start: (store: RolloutStore) => Promise<unknown>): Promise<void> => {
    const store = new RolloutStore()
    await store.publish(numbered(1))
    const settings = await store.open()
    const codes = codesOf(settings)
    await start(store)
    await settings.refresh()
    expect([codes, numbersIn(settings), settings.status.state]).toEqual([['candidate_unusable'], [1, 1], 'ready'])
    const cold = await store.open()
    const told = codesOf(cold)
    await new Promise((done) => setImmediate(done))
    expect([told, numbersIn(cold), cold.releaseOf('acme').release]).toEqual([['candidate_unusable'], [1, 1], 'stable'])
  }

  test.each(['root', 'globals', 'leaf'] as const)('its %s is missing', async (which) => {
    await unusable(async (store) => {
      const globals = { ...GLOBALS, strategies: {} }
      const next = { ...numbered(2), globals }
      const release = await store.start(numbered(1), next)
      const own = objectsOf(numbered(1)).objects.map(({ ref }) => ref)
      const objects = objectsOf(next).objects.filter(({ ref }) => !own.includes(ref))
      const root = sure(release.candidate).root
      const isGlobals = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString().startsWith('{"author_profiles"')
      const isLeaf = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString().startsWith('{"provenance"')
      const found = objects.find(({ ref, bytes }) => {
        return which === 'root' ? ref === root : which === 'globals' ? isGlobals(bytes) : isLeaf(bytes)
      })
      rmSync(store.file(found?.ref ?? ''))
    })
  })

  test('it loses most accounts, and its release does not say that this is meant', async () => {
    const many = manyAccounts(60)
    await unusable((store) => store.start(numbered(1, many), numbered(2)))
    // A permission of an earlier release does not count.
    await unusable((store) => store.start(numbered(1, many), numbered(2), {}, { shrunk_at: 1 }))
    const store = new RolloutStore()
    await store.start(numbered(1, many), numbered(2), {}, { shrunk_at: 1 })
    expect(numbersIn(await store.open())).toEqual([2, 1])
  })

  test('it would send a provider another secret than the root grants', async () => {
    const openai = { ...sure(GLOBALS.providers['openai']), secret: 'DALLE_API_KEY' }
    const globals = { ...GLOBALS, providers: { ...GLOBALS.providers, openai } }
    await unusable((store) => store.start(numbered(1), { ...numbered(2), globals }))
  })

  test('a running one goes on answering as it did, until the next head finds it whole', async () => {
    const store = new RolloutStore()
    const release = await store.start(numbered(1), numbered(2))
    const root = store.file(sure(release.candidate).root)
    const bytes = readFileSync(root)
    rmSync(root)
    const settings = await store.open()
    expect(numbersIn(settings)).toEqual([1, 1])
    store.put({ ref: sure(release.candidate).root, bytes })
    store.clock.now += MINUTE
    expect(await stageOf(store, settings, 0)).toEqual([2, 1])
  })
})

test('the sealed keys are one set for both', async () => {
  const { identity, recipient } = await person()
  const store = new RolloutStore()
  const keys = { OPENAI_API_KEY: 'sk-both-of-them-0123456789', ANTHROPIC_API_KEY: 'sk-ant-of-one-0123456789' }
  const next = {
    globals: { ...GLOBALS, sections: { ...GLOBALS.sections, text: { provider: 'anthropic', fields: {} } } },
  }
  const { secrets } = await store.make(numbered(1), {}, { keys, to: [recipient] })
  await store.start(numbered(1), next, {}, { secrets })
  const settings = await store.open({ keys: { from: 'sealed', identity } })
  expect(settings.getModelConfig('generate_content', 'acme').apiKey).toBe(keys.ANTHROPIC_API_KEY)
  expect(settings.getModelConfig('generate_content', 'other').apiKey).toBe(keys.OPENAI_API_KEY)
})

describe('lazily', () => {
  test('the stable line is read always, and the candidate’s where any stage admits it; both stay', async () => {
    const store = new RolloutStore()
    const server = await new FaultyServer(store.folder).listen()
    const stages = [{ accounts: ['other'] }, { accounts: ['acme'] }]
    await store.start(numbered(1, manyAccounts(900)), numbered(2, manyAccounts(900)), { stages })
    const settings = await store.open({ store: server.origin, mode: 'lazy' })
    expect(await codeOf(() => settings.getModelConfig('generate_content', 'acme'))).toBe('account_not_loaded')
    expect([await settings.account('acme'), await settings.account('other')]).toEqual([true, true])
    expect(numbersIn(settings)).toEqual([1, 2])
    server.take()
    expect(await stageOf(store, settings, 1)).toEqual([2, 2])
    expect(await stageOf(store, settings, 'stopped')).toEqual([1, 1])
    expect(server.take().filter(({ path }) => path !== '/head.json')).toEqual([])
    await settings.account('a5')
    // Nobody comes to its line in the candidate.
    expect(server.take().length).toBeLessThanOrEqual(2)
  })

  test('accounts in use follow into a candidate before it answers', async () => {
    const store = new RolloutStore()
    await store.publish(numbered(1))
    const settings = await store.open({ mode: 'lazy' })
    for (const id of ['acme', 'other']) await settings.account(id)
    await store.start(numbered(1), numbered(2), { stages: [{ bp: 10_000 }] })
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
    store.clock.now += store.interval
    expect(numbersIn(settings)).toEqual([1, 1])
    await store.finish(numbered(3))
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [3, 3]])
  })

  test('an account asked for once the stage has expired is there when it is set anew', async () => {
    const store = new RolloutStore()
    await store.start(numbered(1), numbered(2))
    const settings = await store.open({ mode: 'lazy' })
    store.clock.now += store.interval
    for (const id of ['acme', 'other']) await settings.account(id)
    expect([numbersIn(settings), await stageOf(store, settings, 0)]).toEqual([
      [1, 1],
      [2, 1],
    ])
  })
})

test('a cacheDir keeps what a candidate needs, also when it is tidied', async () => {
  const store = new RolloutStore()
  const cacheDir = join(store.base, 'cache')
  const globals = { ...GLOBALS, strategies: {} }
  await store.start(numbered(1, manyAccounts(50)), { ...numbered(2, manyAccounts(49)), globals })
  const settings = await store.open({ cacheDir })
  store.clock.now += MINUTE
  store.step(1)
  await settings.refresh()
  const alone = await store.open({ cacheDir, store: `file:${store.base}/none`, refresh: PATIENT })
  expect([numbersIn(alone), alone.releaseOf('acme').release]).toEqual([[2, 1], 'candidate'])
})

describe('a head with a candidate is refused', () => {
  const wrong: readonly (readonly [name: string, change: (candidate: Candidate, rollout: Rollout) => unknown])[] = [
    ['no rollout', () => ({ rollout: null })],
    ['a rollout alone', () => ({ candidate: null })],
    ['the stable root', (candidate) => ({ candidate: { ...candidate, root: STABLE } })],
    ['an id that is none', (candidate) => ({ candidate: { ...candidate, id: 'R 1' } })],
    ['another member', (candidate) => ({ candidate: { ...candidate, ext: {} } })],
    ['no tree', ({ tree: _, ...candidate }) => ({ candidate })],
    ['no stages', (candidate) => ({ candidate: { ...candidate, stages: [] } })],
    [
      '17 stages',
      (candidate) => ({ candidate: { ...candidate, stages: Array.from({ length: 17 }, (_, i) => ({ bp: i + 1 })) } }),
    ],
    ['no basis points', (candidate) => ({ candidate: { ...candidate, stages: [{ bp: 0 }] } })],
    ['too many basis points', (candidate) => ({ candidate: { ...candidate, stages: [{ bp: 10_001 }] } })],
    ['a part of a basis point', (candidate) => ({ candidate: { ...candidate, stages: [{ bp: 1.5 }] } })],
    ['stages that shrink', (candidate) => ({ candidate: { ...candidate, stages: [{ bp: 500 }, { bp: 400 }] } })],
    ['a stage of both kinds', (candidate) => ({ candidate: { ...candidate, stages: [{ bp: 500, accounts: [] }] } })],
    ['a stage of neither', (candidate) => ({ candidate: { ...candidate, stages: [{}] } })],
    ['an account twice', (candidate) => ({ candidate: { ...candidate, exclude: ['a', 'a'] } })],
    ['an account that is none', (candidate) => ({ candidate: { ...candidate, exclude: ['../a'] } })],
    [
      '101 accounts',
      (candidate) => ({ candidate: { ...candidate, exclude: Array.from({ length: 100 }, (_, i) => `a${i}`) } }),
    ],
    ['no end', (candidate) => ({ candidate: { ...candidate, until: null } })],
    ['an end that is no time', (candidate) => ({ candidate: { ...candidate, until: '2026-02-31T00:00:00Z' } })],
    ['a stage beyond the ladder', (_, rollout) => ({ rollout: { ...rollout, stage: 4 } })],
    ['a negative stage', (_, rollout) => ({ rollout: { ...rollout, stage: -1 } })],
    ['a stage by another name', (_, rollout) => ({ rollout: { ...rollout, stage: 'paused' } })],
    ['a stage that never expires', (_, rollout) => ({ rollout: { ...rollout, stage: 2, expires: null } })],
    ['an end that never expires', (_, rollout) => ({ rollout: { ...rollout, stage: 'stopped', expires: null } })],
    ['a rollout of more', (_, rollout) => ({ rollout: { ...rollout, by: 'me' } })],
    ['no beginning', (_, rollout) => ({ rollout: { ...rollout, since: null } })],
  ]
  const STABLE = objectsOf(numbered(1)).root

  test.each(wrong)('%s', async (_, change) => {
    const { store, settings, codes } = await rolling()
    const good = readFileSync(store.headFile)
    const { candidate, rollout } = readHead(good).release
    const head = withRelease(good, (release) => ({ ...release, ...Object(change(sure(candidate), sure(rollout))) }))
    expect(() => readHead(head)).toThrow(Malformed)
    store.write(head)
    expect([await settings.refresh(), codes, numbersIn(settings)]).toEqual([false, ['store_damaged'], [2, 1]])
  })

  test('16 stages and 100 accounts are read', async () => {
    const store = new RolloutStore()
    const exclude = Array.from({ length: 99 }, (_, i) => `a${i}`)
    const stages = [{ accounts: ['acme'] }, ...Array.from({ length: 15 }, (_, i) => ({ bp: (i + 1) * 600 }))]
    await store.start(numbered(1), numbered(2), { stages, exclude })
    expect(numbersIn(await store.open())).toEqual([2, 1])
    expect(STAGES.length).toBeLessThan(16)
  })
})

function sure<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('there is none')
  return value
}
