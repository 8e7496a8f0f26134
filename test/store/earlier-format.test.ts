import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publish } from '../../src/release/publish-copy.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { compile } from '../../src/pipeline.ts'
import { readableHead } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { GitBackend } from '../../src/store/backends/git-backend.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { readRoot, writeRoot } from '../../src/store/format/content-root.ts'
import { Malformed, OtherFormat } from '../../src/store/format/decode-json.ts'
import { readHead } from '../../src/store/format/release-manifest.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { asFormat1, withRelease } from '../support/earlier-format.ts'
import { git } from '../support/run.ts'
import { wholeStore } from '../support/trust.ts'
import { codesOf, numbered, numbersIn, rootedStore } from '../sdk/rooted.ts'
import { codeOf } from '../sdk/store.ts'
import { compiled } from './backends.ts'

/** A store whose head is that of version 1. */
async function outdated(): Promise<FileBackend> {
  const { store } = await compiled({})
  const file = join(store.folder, 'head.json')
  writeFileSync(file, asFormat1(readFileSync(file)))
  return store
}

describe('a store of format 1 counts as absent', () => {
  test('for the next compile: nothing is built upon, nothing is said, and the head is replaced', async () => {
    const target = await outdated()
    const notes: string[] = []
    const origin = await openConfiguration(
      join(writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' }), 'config'),
    )
    const options = { fingerprint: 'test', publisher: unsigned, note: (text: string) => notes.push(text) }
    const { emitted } = await compile(origin, target, options)
    expect([emitted?.release.seq, emitted?.release.history, notes]).toEqual([1, [], []])
    expect(await wholeStore(target)).toMatchObject({ problems: [] })
  })

  test('for whoever publishes to it, also on a branch', async () => {
    const from = await compiled({})
    const target = await outdated()
    const { release } = await publish(from.store, from.release, target)
    expect([release.seq, await wholeStore(target)]).toEqual([1, expect.objectContaining({ problems: [] })])

    const [folder, clone] = [temporaryFolder(), temporaryFolder()]
    await git(folder, 'init', '-q', '--bare', '.')
    const open = (): GitBackend => new GitBackend({ remote: folder, branch: 'store' }, { folder, pauses: [] })
    await publish(from.store, from.release, open())
    await git(clone, 'clone', '-q', '-b', 'store', folder, '.')
    const file = join(clone, 'head.json')
    writeFileSync(file, asFormat1(readFileSync(file)))
    await git(clone, 'commit', '-q', '-a', '-m', 'production 1')
    expect((await git(clone, 'push', '-q', folder, 'HEAD:store')).code).toBe(0)
    expect(await readableHead(open())).toBeUndefined()
    const again = await publish(from.store, from.release, open())
    expect([again.release.seq, await wholeStore(open())]).toEqual([1, expect.objectContaining({ problems: [] })])
  })

  test('for a service: there is no store, whatever its objects are', async () => {
    const store = await rootedStore()
    store.write(asFormat1(readFileSync(store.headFile)))
    expect(await codeOf(() => store.open())).toBe('store_not_found')
  })

  test('for a running service, which goes on with what it has', async () => {
    const store = await rootedStore()
    const settings = await store.open()
    const codes = codesOf(settings)
    store.write(asFormat1(readFileSync(store.headFile)))
    expect([await settings.refresh(), codes, numbersIn(settings)]).toEqual([false, ['store_not_found'], [1, 1]])
  })

  test('in a cache: it is as if there were none, and it is replaced', async () => {
    const store = await rootedStore()
    const cacheDir = join(store.base, 'cache')
    await (await store.open({ cacheDir })).close()
    const kept = join(cacheDir, 'head.json')
    writeFileSync(kept, asFormat1(readFileSync(kept)))
    const settings = await store.open({ cacheDir })
    const codes = codesOf(settings)
    await new Promise((done) => setImmediate(done))
    expect([codes, settings.status.state]).toEqual([[], 'ready'])
    expect(readFileSync(kept).equals(readFileSync(store.headFile))).toBe(true)
    writeFileSync(kept, asFormat1(readFileSync(kept)))
    expect(await codeOf(() => store.open({ cacheDir, store: `file:${store.base}/none` }))).toBe('store_not_found')
  })
})

describe('what a later version adds', () => {
  test('is ignored in ext, in and outside the signed part', async () => {
    const store = await rootedStore()
    await store.publish(numbered(2), { ext: { later: [1, { a: null }] }, refresh_ext: { also: true } })
    const settings = await store.open()
    expect(numbersIn(settings)).toEqual([2, 2])
    const { ext, refresh_ext } = readHead(readFileSync(store.headFile)).release
    expect([ext, refresh_ext]).toEqual([{ later: [1, { a: null }] }, { also: true }])
  })

  test.each(['ext', 'refresh_ext'])('%s is an object, and never left out', async (name) => {
    const store = await rootedStore()
    const head = readFileSync(store.headFile)
    for (const wrong of [undefined, null, [], 1, 'x']) {
      expect(() => readHead(withRelease(head, (release) => ({ ...release, [name]: wrong })))).toThrow(Malformed)
    }
  })

  test('any other member is refused, in the release and in the root', async () => {
    const store = await rootedStore()
    const head = withRelease(readFileSync(store.headFile), (release) => ({ ...release, surprise: 1 }))
    expect(() => readHead(head)).toThrow('a member that the format does not name: "surprise"')
    const root = readRoot(readFileSync(store.file(store.head().root)))
    const written = writeRoot(root).toString('latin1')
    const more = written.replace('{"count"', '{"also":1,"count"')
    expect(() => readRoot(Buffer.from(more, 'latin1'))).toThrow('a member that the format does not name: "also"')
  })

  test('a later format needs a newer program', async () => {
    const store = await rootedStore()
    const head = withRelease(readFileSync(store.headFile), (release) => ({ ...release, format: 3 }))
    expect(() => readHead(head)).toThrow(OtherFormat)
    store.write(head)
    expect(await codeOf(() => store.open())).toBe('unsupported_format')
    for (const format of [0, -1, 1.5, '1', null]) {
      store.write(withRelease(head, (release) => ({ ...release, format })))
      expect(await codeOf(() => store.open())).toBe('unsupported_format')
    }
  })
})
