import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeAccount, writeLeaf } from '../../src/store/format/account-leaf.ts'
import { type Ref, type StoredObject, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { type Provenance, provenanceLine, writeProvenance } from '../../src/store/format/provenance.ts'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { readGlobals, readRoot, writeGlobals, writeRoot } from '../../src/store/format/content-root.ts'
import { LEAF_BYTES, type Region, bitAt, hashId, writeRegion } from '../../src/store/format/account-tree.ts'
import { currentHead } from '../../src/store/backend-types.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { verify } from '../../src/release/verify-store.ts'
import { writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

/**
 * What a publisher with the right keys and another program might write: digests, lengths and references are right in
 * all of this, and it is not what the format says.
 */
async function store(): Promise<Forger> {
  const folder = writeConfig()
  expect(await tenfold(['compile', '--quiet'], folder)).toMatchObject({ code: 0 })
  return new Forger(new FileBackend(join(folder, '.tenfold/store')))
}

/** What matters of a root of trust, and until when the release is good. */
interface Under {
  readonly secrets: Readonly<Record<string, readonly string[]>>
  readonly times?: Pick<Release, 'issued' | 'expires'>
}

class Forger {
  readonly #written = new Map<Ref, StoredObject>()
  readonly #target: FileBackend

  constructor(target: FileBackend) {
    this.#target = target
  }

  put(object: StoredObject): Ref {
    this.#written.set(object.ref, object)
    return object.ref
  }

  /** A leaf of accounts by id; a line of another account's may be given. */
  leaf(lines: Readonly<Record<string, string>>, origin: Partial<Provenance> = {}): string {
    const ids = Object.keys(lines).sort()
    const full = (id: string): Provenance => ({
      file: `accounts/${id}.yaml`,
      blob: 'a'.repeat(40),
      at: { plan: [2, 7] },
      ...origin,
    })
    const origins = new Map(ids.map((id) => [id, provenanceLine(id, full(id))]))
    const provenance = this.put(textObject(writeProvenance(origins)))
    return `L${this.put(textObject(writeLeaf({ provenance, lines: new Map(ids.map((id) => [id, lines[id] ?? ''])) })))}`
  }

  /** A node whose region is this one. */
  node(region: Region): string {
    return `N${this.put(toObject(writeRegion(region)))}`
  }

  /** What is wrong with a release of these accounts. */
  async problems(accounts: Region, count: number, provenance?: string, under?: Under): Promise<readonly string[]> {
    const head = await currentHead(this.#target)
    const { release } = readHead(head ?? new Uint8Array())
    const root = readRoot(await this.#target.read(release.root))
    let globals = root.globals
    if (provenance !== undefined) {
      const said = readGlobals(await this.#target.read(root.globals))
      globals = this.put(textObject(writeGlobals({ ...said, provenance: this.put(textObject(provenance)) })))
    }
    const forged = this.put(toObject(writeRoot({ ...root, accounts, count, globals })))
    await this.#target.publish({
      objects: this.#written.values(),
      expected: head,
      head: Buffer.from(head ?? '').toString(),
    })
    return (await verify(this.#target, { ...release, ...under?.times, root: forged }, under?.secrets)).problems
  }
}

const plain = (id: string): string => writeAccount(id, { plan: 'growth' })
const bulky = (id: string): string =>
  writeAccount(id, { plan: 'growth', author_profiles: { house: { name: 'n'.repeat(LEAF_BYTES / 2) } } })

/** An id whose hash begins with these bits. */
function idAt(bits: string, salt = ''): string {
  for (let i = 0; ; i++) {
    const id = `t${salt}${i}`
    const hash = hashId(id)
    if ([...bits].every((bit, at) => String(bitAt(hash, at)) === bit)) return id
  }
}

test('one leaf, and two where they do not fit into one, are whole', async () => {
  const forger = await store()
  const [a, b] = [idAt('0'), idAt('1')]
  expect(await forger.problems(null, 0)).toEqual([])
  expect(await forger.problems(forger.leaf({ [a]: plain(a), [b]: plain(b) }), 2)).toEqual([])
  expect(await forger.problems([forger.leaf({ [a]: bulky(a) }), forger.leaf({ [b]: bulky(b) })], 2)).toEqual([])
  const c = idAt('00', 'c')
  const halves: Region = [
    forger.leaf({ [idAt('00')]: bulky(idAt('00')) }),
    forger.leaf({ [idAt('01')]: bulky(idAt('01')) }),
  ]
  expect(await forger.problems([halves, null], 2)).toEqual([])
  expect(await forger.problems([forger.leaf({ [c]: plain(c) }), forger.leaf({ [b]: plain(b) })], 2)).not.toEqual([])
})

test('the tree has one shape: what fits into a leaf is one, and a leaf has somebody in it', async () => {
  const forger = await store()
  const [a, b] = [idAt('0'), idAt('1')]
  const [zero, one] = [forger.leaf({ [a]: plain(a) }), forger.leaf({ [b]: plain(b) })]
  const apart = 'accounts that fit into one leaf are in two halves'
  expect(await forger.problems([zero, one], 2)).toEqual([expect.stringContaining(apart)])
  expect(await forger.problems([null, null], 0)).toEqual([expect.stringContaining(apart)])
  expect(await forger.problems([zero, null], 1)).toEqual([expect.stringContaining(apart)])
  // However long its line is, a single account is one leaf.
  const long = writeAccount(a, { plan: 'growth', author_profiles: { house: { name: 'n'.repeat(3 * LEAF_BYTES) } } })
  expect(await forger.problems([forger.leaf({ [a]: long }), null], 1)).toEqual([expect.stringContaining(apart)])
  expect(await forger.problems(forger.leaf({}), 0)).toEqual([expect.stringContaining('holds nobody')])

  // The same behind a node object, seven levels down.
  const deep = '0'.repeat(7)
  const [c, d] = [idAt(`${deep}0`), idAt(`${deep}1`)]
  const wrap = (region: Region): Region => deep.split('').reduceRight<Region>((inner) => [inner, null], region)
  const bulkyNode = forger.node([forger.leaf({ [c]: bulky(c) }), forger.leaf({ [d]: bulky(d) })])
  expect(await forger.problems(wrap(bulkyNode), 2)).toEqual([])
  const smallNode = forger.node([forger.leaf({ [c]: plain(c) }), forger.leaf({ [d]: plain(d) })])
  expect(await forger.problems(wrap(smallNode), 2)).toContainEqual(expect.stringContaining(apart))
})

test('what holds nothing is left out of an account’s line', async () => {
  const forger = await store()
  const lines: Readonly<Record<string, string>> = {
    'an empty section': '{"overrides":{"openai":{}}}',
    'no overrides': '{"overrides":{}}',
    'no prompts': '{"prompts":{}}',
    'no profiles': '{"author_profiles":{}}',
    'no strategies': '{"strategies":{}}',
    'nothing at all': '{}',
  }
  for (const [what, said] of Object.entries(lines)) {
    const problems = await forger.problems(forger.leaf({ acme: `["acme","growth",${said}]` }), 1)
    expect(problems, what).toEqual([expect.stringContaining('account "acme" is not in its one encoding')])
  }
})

test('provenance has git’s ids, places that count from 1, and is sorted', async () => {
  const forger = await store()
  const whole = forger.leaf({ acme: plain('acme') })
  for (const origin of [
    { blob: 'A'.repeat(40) },
    { blob: 'a' },
    { at: { plan: [0, 7] } },
    { at: { plan: [2, 0] } },
  ] satisfies Partial<Provenance>[]) {
    const problems = await forger.problems(forger.leaf({ acme: plain('acme') }, origin), 1)
    expect(problems, JSON.stringify(origin)).toEqual([expect.stringContaining('the provenance of "acme"')])
  }
  const line = (file: string): string => `${provenanceLine(file, { file, blob: 'b'.repeat(40), at: {} })}\n`
  expect(await forger.problems(whole, 1, line('models.yaml') + line('plans.yaml'))).toEqual([])
  for (const lines of [line('plans.yaml') + line('models.yaml'), line('plans.yaml') + line('plans.yaml')]) {
    expect(await forger.problems(whole, 1, lines)).toEqual([expect.stringContaining('not sorted')])
  }
})

test('under a root, a release that no service would take is not whole: it never expires, or a secret is not the provider’s', async () => {
  const forger = await store()
  const times = { issued: '2026-01-01T00:00:00.000Z', expires: '2026-01-31T00:00:00.000Z' }
  const names = ['openai', 'anthropic', 'dalle', 'runware'].map(
    (provider) => [provider, [`${provider.toUpperCase()}_API_KEY`]] as const,
  )
  const secrets = Object.fromEntries(names)
  expect(await forger.problems(null, 0, undefined, { secrets, times })).toEqual([])
  expect(await forger.problems(null, 0, undefined, { secrets })).toEqual([expect.stringContaining('never expire')])
  const swapped = { ...secrets, openai: ['DALLE_API_KEY'], dalle: ['OPENAI_API_KEY'] }
  expect(await forger.problems(null, 0, undefined, { secrets: swapped, times })).toEqual([
    expect.stringContaining('"dalle" use the secret "DALLE_API_KEY"'),
    expect.stringContaining('"openai" use the secret "OPENAI_API_KEY"'),
  ])
  const { openai: _, ...none } = secrets
  expect(await forger.problems(null, 0, undefined, { secrets: none, times })).toEqual([
    expect.stringContaining('"openai"'),
  ])
})
