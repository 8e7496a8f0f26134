import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { textObject } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { generateKey, signHead } from '../../src/trust/sign-head.ts'
import { SEED } from '../properties/seed.ts'
import { FAULTS, FaultyServer } from '../support/faulty-http.ts'
import { RootedStore, numbered, numbersIn } from './rooted.ts'

const STEPS = 250

/** Numbers that look random and are the same for the same seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

test(`${STEPS} random steps of an honest publisher, a hostile writer and a faulty server: seed ${SEED}`, async () => {
  const pick = chance(SEED)
  const store = new RootedStore()
  const server = await new FaultyServer(store.folder).listen()
  const cacheDir = join(store.base, 'cache')
  const faults = Object.values(FAULTS)
  /** What each honest release says, in their order, which its commit names. */
  const legit: number[] = []
  const heads: Buffer[] = []
  let honest = Buffer.of()
  let taken: { path: string; bytes: Buffer } | undefined

  const publish = async (n: number): Promise<void> => {
    mend()
    const commit = `commit-${legit.push(n) - 1}`
    await store.publish(numbered(n), { commit })
    honest = readFileSync(store.headFile)
    heads.push(honest)
  }
  /** The publisher writes again what a hostile writer spoilt. */
  const mend = (): void => {
    if (taken !== undefined) writeFileSync(taken.path, taken.bytes)
    taken = undefined
    if (honest.length > 0) store.write(honest)
  }
  const attacks: (() => unknown)[] = [
    () => store.write(heads[pick(heads.length)] ?? honest),
    () => {
      const bytes = Buffer.from(honest)
      const at = pick(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
      store.write(bytes)
    },
    () => store.write(honest.subarray(0, pick(honest.length))),
    () => store.write(signHead({ ...store.head(), seq: 1_000_000, commit: 'hostile' }, [generateKey()])),
    () => {
      const { release, core, signatures } = readHead(heads[pick(heads.length)] ?? honest)
      store.write(
        writeHead({ ...release, root: readHead(honest).release.root, seq: release.seq + 1 }, core, signatures),
      )
    },
    async () => {
      const stranger = new RootedStore()
      const trust = store.put(textObject(writeRootDocument(stranger.first)))
      await store.publish(numbered(666), { seq: 1_000_000, trust }, { by: [stranger.release] })
    },
    () => {
      const { root, trust } = readHead(honest).release
      const path = store.file(pick(2) === 0 ? root : (trust ?? root))
      taken = { path, bytes: readFileSync(path) }
      if (pick(2) === 0) rmSync(path)
      else writeFileSync(path, 'foreign')
    },
    () => rmSync(store.headFile, { force: true }),
  ]

  await publish(1)
  const open = (): Promise<Settings> =>
    store.open({ store: server.origin, cacheDir, refresh: { everyMs: 0, timeoutMs: 300 } })
  let settings = await open()
  let seen = 0
  const counts = { changes: 0, attacks: 0, faults: 0, restarts: 0, recoveries: 0 }

  const look = (): void => {
    const { commit } = settings.status
    const index = Number(/^commit-(\d+)$/.exec(commit ?? '')?.[1] ?? Number.NaN)
    const value = legit[index]
    expect(numbersIn(settings), `what ${commit} answers`).toEqual([value, value])
    expect(index, 'a release that was rolled back').toBeGreaterThanOrEqual(seen)
    if (index > seen) counts.changes++
    seen = index
    // What is remembered is what answers, whatever else happens.
    expect(existsSync(join(cacheDir, 'head.json'))).toBe(true)
    expect(readHead(readFileSync(join(cacheDir, 'head.json'))).release.commit).toBe(commit)
  }

  for (let step = 0; step < STEPS; step++) {
    const what = pick(100)
    if (what < 22) await publish(pick(50) + 1)
    else if (what < 26) {
      store.rotate(...(['root', 'release', 'refresh'] as const).filter(() => pick(2) === 0))
      await publish(pick(50) + 1)
    } else if (what < 56) {
      counts.attacks++
      mend()
      await attacks[pick(attacks.length)]?.()
    } else if (what < 76) {
      counts.faults++
      let left = 1 + pick(4)
      const fault = faults[pick(faults.length)]
      const isHead = pick(2) === 0
      server.fault = (path) => ((path === '/head.json') === isHead && left-- > 0 ? fault : undefined)
    } else if (what < 84) {
      counts.restarts++
      await settings.close()
      settings = await open()
    } else {
      counts.recoveries++
      mend()
      server.fault = () => undefined
      await settings.refresh()
      expect([settings.status.commit, settings.status.state]).toEqual([`commit-${legit.length - 1}`, 'ready'])
    }
    if (pick(3) > 0) await settings.refresh()
    look()
  }
  mend()
  server.fault = () => undefined
  await settings.refresh()
  look()
  expect(seen).toBe(legit.length - 1)
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(10)
})
