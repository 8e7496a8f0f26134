import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compile } from '../../src/pipeline.ts'
import { publish } from '../../src/release/publish-copy.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { GitBackend } from '../../src/store/backends/git-backend.ts'
import { type Ref, hexOf, pathOf, toObject } from '../../src/store/format/object-ref.ts'
import { readPackList, writePackList, writePacks } from '../../src/store/format/pack.ts'
import { type Release, readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { git } from '../support/run.ts'
import { wholeStore } from '../support/trust.ts'

const accounts = (tokens: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [
      `accounts/a${i}.yaml`,
      `id: a${i}\nplan: growth\noverrides:\n  openai: { max_tokens: ${i === 0 ? tokens : i + 1} }\n` +
        `prompts:\n  clustering: { customized: true, default: "Group these keywords: [IGNY8_KEYWORDS]\\n", value: "${i} [IGNY8_KEYWORDS]" }\n`,
    ]),
  )

/** A configuration in a folder, with the store that it is compiled into. */
class Place {
  readonly folder = writeConfig(accounts(1))
  readonly store = new FileBackend(join(temporaryFolder(), 'store'))

  async compile(tokens: number): Promise<{ release: Release; written: number }> {
    writeFileSync(join(this.folder, 'config', 'accounts', 'a0.yaml'), accounts(tokens)['accounts/a0.yaml'] ?? '')
    const origin = await openConfiguration(join(this.folder, 'config'))
    const { emitted, diagnostics } = await compile(origin, this.store, { fingerprint: 'test', publisher: unsigned })
    if (emitted === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)))
    return { release: emitted.release, written: emitted.published.written }
  }

  packs({ packs }: Release): Ref[] {
    return readPackList(readFileSync(join(this.store.folder, pathOf(packs ?? ''))))
  }
}

test('a compile packs, one change does not, and a copy has the packs of its source, but on a branch', async () => {
  const place = new Place()
  const first = await place.compile(1)
  expect(await wholeStore(place.store)).toMatchObject({ problems: [] })
  expect(place.packs(first.release).length).toBe(1)
  const target = new FileBackend(join(temporaryFolder(), 'copy'))
  expect((await publish(place.store, first.release, target)).release.packs).toBe(first.release.packs)

  const next = await place.compile(2)
  // The root, the leaf, and its provenance.
  expect([next.written, next.release.packs]).toEqual([3, first.release.packs])
  const copied = await publish(place.store, next.release, target)
  expect([copied.published.written, copied.release.packs]).toEqual([3, first.release.packs])
  expect(await wholeStore(target)).toMatchObject({ problems: [] })

  const folder = temporaryFolder()
  await git(folder, 'init', '-q', '--bare', '.')
  const branch = new GitBackend({ remote: folder, branch: 'store' }, { folder, pauses: [] })
  const onBranch = await publish(place.store, next.release, branch)
  expect([onBranch.release.packs, await wholeStore(branch)]).toEqual([null, expect.objectContaining({ problems: [] })])
})

test('another machine that packed anew keeps the packs of the target', async () => {
  const [one, other] = [new Place(), new Place()]
  const target = new FileBackend(join(temporaryFolder(), 'copy'))
  const { release } = await one.compile(1)
  await publish(one.store, release, target)
  const fresh = await other.compile(3)
  expect(fresh.release.packs).not.toBe(release.packs)
  const { published, release: copied } = await publish(other.store, fresh.release, target)
  expect([copied.packs, published.written]).toEqual([release.packs, 3])
})

test('packs that are damaged cost nothing but themselves: they are made anew', async () => {
  const place = new Place()
  const { release } = await place.compile(1)
  const [pack = ''] = place.packs(release)
  rmSync(join(place.store.folder, pathOf(pack)))
  expect((await wholeStore(place.store)).problems).toEqual([`object ${hexOf(pack)} is missing`])
  const next = await place.compile(2)
  expect(next.release.packs).not.toBe(release.packs)
  expect((await wholeStore(place.store)).problems).toEqual([])
})

test('verify says what is wrong with packs', async () => {
  const place = new Place()
  const { release } = await place.compile(1)
  const packed = async (packs: readonly Uint8Array[], list?: Uint8Array): Promise<readonly string[]> => {
    const objects = packs.map(toObject)
    const named = list === undefined ? writePackList(objects.map(({ ref }) => ref)) : toObject(list)
    const head = writeHead({ ...release, packs: named.ref })
    const expected = place.store.headNow()
    await place.store.publish({ objects: [...objects, named], expected, head })
    expect(readHead(Buffer.from(head)).release.packs).toBe(named.ref)
    return (await wholeStore(place.store)).problems
  }
  const cut = Buffer.from('\0\0\x05one', 'latin1')
  expect(await packed([cut])).toEqual([`pack ${hexOf(toObject(cut).ref)}: a pack ends within an object`])
  expect(await packed([], Buffer.from('{}'))).toEqual(['packs: the list of packs is not a list'])
  const { provenance } = JSON.parse(readFileSync(leafOf(place, release), 'utf8').split('\n')[0] ?? '')
  const bytes = readFileSync(join(place.store.folder, pathOf(String(provenance))))
  const [pack] = writePacks([{ ref: String(provenance), bytes }])
  expect(await packed([pack?.bytes ?? cut])).toEqual([
    `pack ${hexOf(pack?.ref ?? '')} holds provenance, sealed keys or a root document`,
  ])
})

/** The path of some leaf: the first object that begins as one. */
function leafOf(place: Place, release: Release): string {
  const pack = readFileSync(join(place.store.folder, pathOf(place.packs(release)[0] ?? '')))
  const at = pack.indexOf('{"provenance":"')
  const length = pack.readUIntBE(at - 3, 3)
  return join(place.store.folder, pathOf(toObject(pack.subarray(at, at + length)).ref))
}
