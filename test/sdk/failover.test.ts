import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FaultyServer, status } from '../support/faulty-http.ts'
import { PATIENT, RootedStore, codesOf, numbered, numbersIn } from './rooted.ts'

/** One store on two servers, each a copy of it as it was when it was last copied. */
async function mirrored(): Promise<{ store: RootedStore; servers: FaultyServer[]; copyTo: (which: number) => void }> {
  const store = new RootedStore()
  const servers: FaultyServer[] = []
  for (const name of ['a', 'b']) servers.push(await new FaultyServer(join(store.base, name)).listen())
  const copyTo = (which: number): void => {
    const { folder = '' } = servers[which] ?? {}
    rmSync(folder, { recursive: true, force: true })
    cpSync(store.folder, folder, { recursive: true })
  }
  await store.publish(numbered(1))
  copyTo(0)
  copyTo(1)
  return { store, servers, copyTo }
}

const urls = (servers: readonly FaultyServer[]): string[] => servers.map(({ origin }) => origin)

test('the later head wins, whichever store has it, and the other one is asked for nothing else', async () => {
  const { store, servers, copyTo } = await mirrored()
  const settings = await store.open({ store: urls(servers), refresh: PATIENT })
  expect(numbersIn(settings)).toEqual([1, 1])
  for (const [i, which] of [1, 0, 0, 1].entries()) {
    await store.publish(numbered(i + 2))
    copyTo(which)
    expect(await settings.refresh()).toBe(true)
    expect(numbersIn(settings)).toEqual([i + 2, i + 2])
  }
  expect(settings.status).toMatchObject({ state: 'ready', seq: 5 })
})

test('one of two that is down costs an event, and nothing else; both down is a failed poll', async () => {
  const { store, servers, copyTo } = await mirrored()
  const [a, b] = servers
  if (a === undefined || b === undefined) throw new Error('there are two')
  a.fault = () => status(403)
  const settings = await store.open({ store: urls(servers), refresh: PATIENT })
  const codes = codesOf(settings)
  expect(numbersIn(settings)).toEqual([1, 1])
  await store.publish(numbered(2))
  copyTo(1)
  expect(await settings.refresh()).toBe(true)
  expect(codes).toContain('store_unreadable')
  expect(settings.status.state).toBe('ready')
  b.fault = () => status(403)
  expect(await settings.refresh()).toBe(false)
  expect(numbersIn(settings)).toEqual([2, 2])
  a.fault = () => undefined
  copyTo(0)
  expect(await settings.refresh()).toBe(false)
  expect(settings.status).toMatchObject({ state: 'ready', seq: 2 })
})

test('a store that lies, is behind or contradicts is not believed, and said', async () => {
  const { store, servers, copyTo } = await mirrored()
  const [a] = servers
  if (a === undefined) throw new Error('there are two')
  await store.publish(numbered(2))
  copyTo(1)
  const settings = await store.open({ store: urls(servers), refresh: PATIENT })
  const codes = codesOf(settings)
  expect(numbersIn(settings)).toEqual([2, 2])
  // Behind: nothing is said, since a copy may be.
  expect(await settings.refresh()).toBe(false)
  expect(codes).toEqual([])
  // Another release under the same seq.
  await store.publish(numbered(3), { seq: 2 })
  copyTo(0)
  expect(await settings.refresh()).toBe(false)
  expect(numbersIn(settings)).toEqual([2, 2])
  expect(codes).toContain('rollback_refused')
  codes.length = 0
  // Signed by nobody.
  await store.publish(numbered(4), { seq: 4 }, { by: [] })
  copyTo(0)
  expect(await settings.refresh()).toBe(false)
  expect(codes).toEqual(['signature_invalid'])
  expect(settings.status).toMatchObject({ state: 'ready', seq: 2 })
})

test('an object that one of them lacks is read from the other', async () => {
  const { store, servers, copyTo } = await mirrored()
  const [a] = servers
  if (a === undefined) throw new Error('there are two')
  await store.publish(numbered(2))
  copyTo(0)
  copyTo(1)
  rmSync(join(a.folder, 'objects'), { recursive: true })
  a.fault = (path) => (path === '/head.json' ? undefined : status(404))
  // Its head names a root of trust that it does not have: it is found to be damaged, and the other one answers.
  const settings = await store.open({ store: urls(servers), refresh: PATIENT })
  expect(numbersIn(settings)).toEqual([2, 2])
})

test('what is no list of stores is refused', async () => {
  const store = new RootedStore()
  await store.publish(numbered(1))
  const wrong: unknown[] = [[], [1], {}, null]
  for (const given of wrong) {
    // @ts-expect-error -- callers in JavaScript may give anything
    await expect(store.open({ store: given })).rejects.toMatchObject({ code: 'invalid_option' })
  }
})
