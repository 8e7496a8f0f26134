import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { signedHead } from '../support/trust.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { GLOBALS, codeOf, manyAccounts, objectsOf, openai, storeWith } from './store.ts'

const FIRST = { accounts: { acme: openai('growth', { max_tokens: 1 }), other: openai('scale', { max_tokens: 7 }) } }
const SECOND = { accounts: { acme: openai('growth', { max_tokens: 2 }), other: openai('scale', { max_tokens: 7 }) } }

function tokens(settings: Pick<Settings, 'getModelConfig'>, account = 'acme'): number | undefined {
  return settings.getModelConfig('generate_content', account).maxTokens
}

function errorsOf(settings: Settings): string[] {
  const codes: string[] = []
  settings.on('error', ({ code }) => codes.push(code))
  return codes
}

test('the next release answers once it is seen; a snapshot stays with its own', async () => {
  const store = await storeWith(FIRST)
  const settings = await store.open()
  const changed: unknown[] = []
  settings.on('changed', (event) => changed.push(event))
  const at = settings.snapshot()
  expect(Object.isFrozen(at)).toBe(true)
  expect(await settings.refresh()).toBe(false)
  await store.publish(SECOND)
  expect(tokens(settings)).toBe(1)
  expect(await settings.refresh()).toBe(true)
  expect([tokens(settings), tokens(settings, 'other'), tokens(at)]).toEqual([2, 7, 1])
  expect([at.seq, at.commit, settings.snapshot().seq]).toEqual([1, 'commit-1', 2])
  expect(settings.status).toMatchObject({ seq: 2, commit: 'commit-2' })
  expect(changed).toEqual([{ seq: 2, commit: 'commit-2', stage: null }])
})

test('accounts come and go, globals move, over many releases', async () => {
  const store = await storeWith({})
  const settings = await store.open()
  const accounts: Record<string, ReturnType<typeof openai>> = {}
  for (let round = 1; round <= 12; round++) {
    for (let i = 0; i < 40; i++) {
      const id = `a${(round * 37 + i * 11) % 300}`
      if (i % 3 === 0) delete accounts[id]
      else accounts[id] = openai('growth', { max_tokens: round * 100 + i })
    }
    const globals = { ...GLOBALS, image: { provider: 'runware', max_in_article: round % 10 } }
    await store.publish({ globals, accounts })
    expect(await settings.refresh()).toBe(true)
    for (let i = 0; i < 300; i++) {
      const answer = settings.getModelConfig('generate_content', `a${i}`)
      expect([answer.known, answer.maxTokens]).toEqual(
        accounts[`a${i}`] ? [true, accounts[`a${i}`]?.overrides?.['openai']?.['max_tokens']] : [false, 8192],
      )
    }
    expect(settings.getModelConfig('generate_images', 'a1').maxInArticle).toBe(round % 10)
  }
})

test('what did not change is not read again', async () => {
  const accounts = manyAccounts(2000)
  const store = await storeWith({ accounts })
  const settings = await store.open()
  const next = { accounts: { ...accounts, a5: openai('growth', { max_tokens: 5000 }) } }
  const before = new Set(objectsOf({ accounts }).objects.map(({ ref }) => ref))
  await store.publish(next)
  const { objects } = objectsOf(next)
  expect(objects.length).toBeGreaterThan(20)
  for (const { ref } of objects) if (before.has(ref)) rmSync(store.file(ref), { force: true })
  expect(await settings.refresh()).toBe(true)
  expect([tokens(settings, 'a5'), tokens(settings, 'a6'), tokens(settings, 'a1999')]).toEqual([5000, 7, 2000])
})

test('a damaged, missing or foreign object leaves the last good release in place', async () => {
  const store = await storeWith(FIRST)
  const settings = await store.open()
  const errors = errorsOf(settings)
  const { root } = await store.publish(SECOND)
  const good = objectsOf(SECOND).objects.find(({ ref }) => ref === root)?.bytes ?? new Uint8Array()
  store.damage(root)
  expect(await settings.refresh()).toBe(false)
  rmSync(store.file(root))
  expect(await settings.refresh()).toBe(false)
  writeFileSync(store.file(root), 'foreign')
  expect(await settings.refresh()).toBe(false)
  expect(errors).toEqual(['store_damaged', 'store_damaged', 'store_damaged'])
  expect([tokens(settings), settings.status.seq, settings.status.state]).toEqual([1, 1, 'ready'])
  writeFileSync(store.file(root), good)
  expect(await settings.refresh()).toBe(true)
  expect(tokens(settings)).toBe(2)
})

test('an older release, or another one under the same number, is refused', async () => {
  const store = await storeWith(FIRST)
  await store.publish(SECOND)
  const settings = await store.open()
  const errors = errorsOf(settings)
  await store.publish(FIRST, { seq: 1 })
  expect(await settings.refresh()).toBe(false)
  await store.publish(FIRST, { seq: 2 })
  expect(await settings.refresh()).toBe(false)
  await store.publish(SECOND, { seq: 3, environment: 'staging' })
  expect(await settings.refresh()).toBe(false)
  expect(errors).toEqual(['rollback_refused', 'rollback_refused', 'environment_changed'])
  expect([tokens(settings), settings.status.seq]).toEqual([2, 2])
})

test('the same release signed anew brings its expiry and no change', async () => {
  const store = await storeWith(FIRST)
  let now = Date.parse('2026-01-01T00:00:00Z')
  const expires = new Date(now + 1000).toISOString()
  writeFileSync(store.headFile, signedHead({ ...store.release(), expires }))
  const settings = await store.open({ now: () => now })
  expect(settings.status.state).toBe('ready')
  now += 1000
  expect(settings.status.state).toBe('expired')
  expect(tokens(settings)).toBe(1)
  writeFileSync(store.headFile, signedHead({ ...store.release(), expires: new Date(now + 1000).toISOString() }))
  expect(await settings.refresh()).toBe(false)
  expect(settings.status.state).toBe('ready')
})

test('a malformed or missing head keeps the last good release; without a listener nothing crashes', async () => {
  const store = await storeWith(FIRST)
  const settings = await store.open()
  writeFileSync(store.headFile, 'not a head')
  expect(await settings.refresh()).toBe(false)
  const errors = errorsOf(settings)
  rmSync(store.folder, { recursive: true })
  expect(await settings.refresh()).toBe(false)
  expect(errors).toEqual(['store_not_found'])
  expect(tokens(settings)).toBe(1)
})

test('stale after failing for long, said once, and ready again', async () => {
  const store = await storeWith(FIRST)
  let now = 0
  const settings = await store.open({ now: () => now })
  const said: unknown[] = []
  settings.on('stale', (status) => said.push(status))
  const head = signedHead(store.release())
  rmSync(store.headFile)
  now = 60_000
  await settings.refresh()
  expect(settings.status).toEqual({ state: 'ready', seq: 1, commit: 'commit-1', ageMs: 60_000 })
  now = 60_001
  await settings.refresh()
  await settings.refresh()
  expect(settings.status.state).toBe('stale')
  expect(said).toEqual([{ state: 'stale', seq: 1, commit: 'commit-1', ageMs: 60_001 }])
  writeFileSync(store.headFile, head)
  await settings.refresh()
  expect(settings.status).toMatchObject({ state: 'ready', ageMs: 0 })
  now = -5
  expect(settings.status.ageMs).toBeGreaterThanOrEqual(0)
  expect(settings.status.ageMs).toBeLessThan(5_000)
})

test('a clock that is set back hides no store that cannot be read', async () => {
  const store = await storeWith(FIRST)
  let now = 10_000_000
  const settings = await store.open({ now: () => now })
  rmSync(store.headFile)
  await settings.refresh()
  now = 1_000_000
  expect(settings.status.state).toBe('ready')
  const begun = performance.now()
  const tick = vi.spyOn(performance, 'now').mockReturnValue(begun + 3_000_000)
  onTestFinished(() => tick.mockRestore())
  now += 3_000_000
  expect(settings.status.state).toBe('stale')
  expect(settings.status.ageMs).toBeGreaterThanOrEqual(2_999_000)
})

test('it is told when the time is up, and not when the next look has failed as well', async () => {
  const store = await storeWith(FIRST)
  const [issued, expires] = [0, 1_000_000].map((ms) => new Date(ms).toISOString())
  await store.publish(SECOND, { issued: issued ?? null, expires: expires ?? null })
  let now = 0
  // After failures it is looked again ever more slowly: the next look may be a minute away.
  const settings = await store.open({ now: () => now, refresh: { everyMs: 60_000, staleAfterMs: 50 } })
  rmSync(store.headFile)
  await settings.refresh()
  expect(settings.status.state).toBe('ready')
  now = 51
  expect(await once(settings, 'stale')).toEqual([{ state: 'stale', seq: 2, commit: 'commit-2', ageMs: 51 }])
  now = 1_000_000
  expect(await once(settings, 'stale')).toMatchObject([{ state: 'expired' }])
})

test('a running service polls, and stops when it is closed', async () => {
  const store = await storeWith(FIRST)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const settings = await store.open({ refresh: { everyMs: 60_000 } })
  await store.publish(SECOND)
  const changed = once(settings, 'changed')
  vi.advanceTimersByTime(66_000)
  await changed
  expect(tokens(settings)).toBe(2)
  await store.publish(FIRST)
  await settings.close()
  expect([vi.getTimerCount(), await settings.refresh()]).toEqual([0, false])
  expect(tokens(settings)).toBe(2)
})

test('a refresh that is asked for sees what was published before it, even during another one', async () => {
  const store = await storeWith(FIRST)
  const settings = await store.open()
  let running = 0
  settings.on('changed', () => running++)
  const first = settings.refresh()
  await store.publish(SECOND)
  const results = await Promise.all([first, settings.refresh(), settings.refresh()])
  expect(results.some(Boolean)).toBe(true)
  expect([tokens(settings), running]).toEqual([2, 1])
})

test('an account whose line makes no sense is an error for that account alone', async () => {
  const accounts = { acme: openai('growth', { max_tokens: 'many' }), other: openai('growth', { max_tokens: 7 }) }
  const settings = await (await storeWith({ accounts })).open()
  expect(await codeOf(() => tokens(settings))).toBe('store_damaged')
  expect(tokens(settings, 'other')).toBe(7)
})
