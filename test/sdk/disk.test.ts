import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { runs, stride } from '../properties/seed.ts'
import { Service } from './child.ts'
import { RootedStore, codesOf, numbered, numbersIn, rootedStore } from './rooted.ts'
import { manyAccounts, openai } from './store.ts'

const isRoot = process.getuid?.() === 0
// In a mount namespace of its own, so that the trial leaves nothing behind.
const TRIAL = ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', '/mnt']
const CAN_MOUNT = process.platform === 'linux' && isRoot && spawnSync('unshare', TRIAL).status === 0
const KILLS = runs(30).numRuns

test.runIf(process.platform === 'linux')('a folder where there is no place for one: the same', async () => {
  const store = await rootedStore()
  const settings = await store.open({ cacheDir: '/proc/none/cache' })
  const errors = codesOf(settings)
  await new Promise((done) => setImmediate(done))
  expect([errors, settings.status.state]).toEqual([['cache_failed'], 'ready'])
})

test('a folder that cannot be made: one error, and the service goes on without', async () => {
  const store = await rootedStore()
  const file = join(store.base, 'file')
  writeFileSync(file, '')
  const settings = await store.open({ cacheDir: join(file, 'cache') })
  const errors = codesOf(settings)
  await new Promise((done) => setImmediate(done))
  await store.publish(numbered(2))
  expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
  // Looking again and again does not repeat it again and again.
  for (let i = 0; i < 5; i++) await settings.refresh()
  expect([errors, settings.status.state]).toEqual([['cache_failed', 'cache_failed'], 'ready'])
  rmSync(file)
  store.clock.now += 60_000
  await settings.refresh()
  expect(errors.length).toBe(2)
  expect(numbersIn(await store.open({ cacheDir: join(file, 'cache'), store: `file:${store.base}/none` }))).toEqual([
    2, 2,
  ])
})

test.skipIf(process.platform === 'win32')(
  'a folder that may only be read serves, and is reported once a release',
  async () => {
    const store = await rootedStore()
    const cacheDir = join(store.base, 'cache')
    await (await store.open({ cacheDir })).close()
    const service = new Service(store, isRoot ? 'process.setgid(65534); process.setuid(65534)' : '')
    execFileSync('chmod', ['-R', 'a+rX,a-w', store.base])
    onTestFinished(() => chmodSync(cacheDir, 0o755))
    const alone = service.start(cacheDir, 0, `file:${store.base}/none`)
    await alone.ended
    expect(alone.lines).toEqual(['error store_not_found', 'open 1 stale'])
    if (!isRoot) chmodSync(store.base, 0o755)
    execFileSync('chmod', ['-R', 'u+w', store.folder])
    await store.publish(numbered(2))
    execFileSync('chmod', ['-R', 'a+rX', store.folder])
    const child = service.start(cacheDir, 20)
    await child.ended
    expect(child.lines).toEqual(['error cache_failed', 'open 2 ready'])
    const empty = join(store.base, 'empty')
    mkdirSync(empty, { mode: 0o555 })
    const first = service.start(empty, 5)
    await first.ended
    expect(first.lines).toEqual(['error cache_failed', 'open 2 ready'])
    execFileSync('chmod', ['-R', 'u+w', store.base])
  },
)

describe.skipIf(!CAN_MOUNT)('a full disk', () => {
  test.each([1, 3, 8, 20, 40])(
    'with %i free pages: what was kept stays whole, and what answers is kept when there is room',
    async (pages) => {
      const store = new RootedStore()
      await store.publish(numbered(1, manyAccounts(300)))
      const disk = join(store.base, 'disk')
      mkdirSync(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
      onTestFinished(() => {
        spawnSync('umount', [disk])
      })
      const cacheDir = join(disk, 'cache')
      const settings = await store.open({ cacheDir })
      const errors = codesOf(settings)
      const alone = (): Promise<number[]> => store.open({ cacheDir, store: `file:${store.base}/none` }).then(numbersIn)
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k'])
      const { size } = statSync(join(disk, 'ballast'))
      execFileSync('truncate', ['-s', String(size - pages * 4096), join(disk, 'ballast')])
      const accounts = Object.fromEntries(
        Object.entries(manyAccounts(300)).map(([id]) => [id, { plan: 'free' } as const]),
      )
      await store.publish(numbered(2, accounts))
      expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
      const isKept = readFileSync(join(cacheDir, 'head.json')).equals(readFileSync(store.headFile))
      expect(errors).toEqual(isKept ? [] : ['cache_failed'])
      expect(await alone()).toEqual(isKept ? [2, 2] : [1, 1])
      rmSync(join(disk, 'ballast'))
      store.clock.now += 60_000
      expect([await settings.refresh(), await alone()]).toEqual([false, [2, 2]])
      await settings.close()
    },
  )
})

test.skipIf(process.platform === 'win32')(
  `${KILLS} kills in the middle of persisting: the next start works, from the old release or the new one`,
  async () => {
    const store = new RootedStore()
    const cacheDir = join(store.base, 'cache')
    let n = 0
    const ids = Array.from({ length: 20 }, (_, i) => `a${i}`)
    const publish = (): Promise<unknown> => {
      n++
      return store.publish(numbered(n, Object.fromEntries(ids.map((id) => [id, openai('growth', { max_tokens: n })]))))
    }
    const service = new Service(store)
    let last = 0
    let whileWriting = 0
    for (let kills = 0; kills < KILLS; kills++) {
      const at = kills * stride(1)
      await publish()
      // First while it starts, then while it goes on to the next release.
      const child = service.start(cacheDir, 1_000_000, store.url, { at, near: cacheDir })
      if (await child.opened) await publish()
      expect([await child.ended, child.lines.filter((line) => line.startsWith('failed'))]).toEqual(['SIGKILL', []])
      if (spawnSync('find', [cacheDir, '-name', '*.tmp']).stdout.length > 0) whileWriting++
      if (!existsSync(join(cacheDir, 'head.json'))) continue
      const copy = join(store.base, 'copy')
      rmSync(copy, { recursive: true, force: true })
      cpSync(cacheDir, copy, { recursive: true })
      const settings = await store.open({
        cacheDir: copy,
        store: `file:${store.base}/none`,
        trust: writeRootDocument(store.first),
      })
      const [a, b] = numbersIn(settings)
      expect(a).toBe(b)
      expect(a).toBeGreaterThanOrEqual(last)
      expect(settings.getModelConfig('generate_content', 'a7').maxTokens).toBe(a)
      last = a ?? 0
      await settings.close()
    }
    expect(last).toBeGreaterThan(KILLS / 2)
    expect(whileWriting).toBeGreaterThan(2)
  },
)
