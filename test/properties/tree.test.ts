import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { HEADER_BYTES, readLeaf } from '../../src/store/format/account-leaf.ts'
import type { StoredObject } from '../../src/store/format/object-ref.ts'
import { readProvenance } from '../../src/store/format/provenance.ts'
import {
  LEAF_BYTES,
  NODE_BITS,
  ROOT_BITS,
  type Region,
  bitAt,
  findIn,
  hashId,
  readRegion,
  refsOf,
} from '../../src/store/format/account-tree.ts'
import { emitAccounts } from '../../src/compile/emit-content.ts'
import type { StoredEntry } from '../../src/store/format/account-leaf.ts'
import { randomFrom } from '../support/corpus.ts'
import { SLOW, runs, settle } from './seed.ts'

beforeAll(settle)

/** Objects in memory; what is read has to have been written. */
class Heap {
  readonly objects = new Map<string, StoredObject>()
  written = 0

  read(ref: string): Uint8Array {
    const object = this.objects.get(ref)
    if (object === undefined) throw new Error(`${ref} was never written`)
    return object.bytes
  }

  write(object: StoredObject): void {
    if (!this.objects.has(object.ref)) this.written++
    this.objects.set(object.ref, object)
  }
}

type Accounts = ReadonlyMap<string, StoredEntry>

function entry(id: string, bytes: number, salt: number): StoredEntry {
  return {
    line: JSON.stringify([id, 'growth', { note: `${salt}${'ü'.repeat(bytes / 2)}` }]),
    provenance: JSON.stringify([id, `accounts/${id}.yaml`, `${salt}`, {}]),
  }
}

/** `expect` costs a stack trace, and these run a million times. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Every bound and every place of a tree; and exactly these accounts in it. */
function expectWhole(region: Region, heap: Heap, accounts: Accounts): void {
  const found = new Map<string, StoredEntry>()
  const visit = (value: Region, depth: number, bits: string): number | undefined => {
    if (value === null) return 0
    if (typeof value !== 'string') {
      const zeros = visit(value[0], depth + 1, `${bits}0`)
      const ones = visit(value[1], depth + 1, `${bits}1`)
      must(zeros !== 0 || ones !== 0, 'a split of nothing')
      must(zeros === undefined || ones === undefined || zeros + ones > LEAF_BYTES, 'two leaves that fit into one')
      must((zeros !== 0 || ones === undefined) && (ones !== 0 || zeros === undefined), 'a leaf beside nothing')
      return undefined
    }
    if (value.startsWith('N')) {
      must(depth >= ROOT_BITS && (depth - ROOT_BITS) % NODE_BITS === 0, `a node begins at ${depth}`)
      const node = readRegion(heap.read(value.slice(1)), depth)
      must(Array.isArray(node), 'a node that is no split')
      return visit(node, depth, bits)
    }
    const bytes = heap.read(value.slice(1))
    const { lines, provenance } = readLeaf(bytes)
    const origins = readProvenance(heap.read(provenance))
    must(lines.size === 1 || (lines.size > 1 && bytes.length - HEADER_BYTES <= LEAF_BYTES), 'a leaf beyond its bound')
    must([...origins.keys()].join() === [...lines.keys()].join(), 'provenance for others')
    for (const [id, line] of lines) {
      const hash = hashId(id)
      must(
        [...bits].every((bit, i) => String(bitAt(hash, i)) === bit),
        `${id} lies in a wrong leaf`,
      )
      found.set(id, { line, provenance: origins.get(id) ?? '' })
    }
    return bytes.length - HEADER_BYTES
  }
  visit(region, 0, '')
  must(found.size === accounts.size, `${found.size} accounts instead of ${accounts.size}`)
  for (const [id, one] of accounts) {
    must(found.get(id)?.line === one.line && found.get(id)?.provenance === one.provenance, `${id} is not what it was`)
  }
}

interface Step {
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
}

/** Few changes, or many. */
const step: fc.Arbitrary<Step> = fc.record({
  inserts: fc.oneof(fc.nat(5), fc.nat(1000)),
  updates: fc.oneof(fc.nat(3), fc.nat(200)),
  deletes: fc.oneof(fc.nat(3), fc.nat(1200)),
})

test(
  'after any inserts, updates and deletes the tree is what building it at once gives',
  () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { minLength: 1, maxLength: 8 }), (seed, steps) => {
        const random = randomFrom(seed)
        // Mostly small lines; some a leaf's size and beyond; one in a thousand exactly at a bound.
        const bytes = (): number => {
          const kind = random.below(1000)
          return kind === 0
            ? LEAF_BYTES - 40 + random.below(40)
            : kind < 8
              ? random.below(3 * LEAF_BYTES)
              : random.below(400)
        }
        const heap = new Heap()
        let accounts = new Map<string, StoredEntry>()
        let region: Region = null
        let count = 0
        for (const { inserts, updates, deletes } of steps) {
          const changes = new Map<string, StoredEntry | null>()
          const ids = [...accounts.keys()]
          for (let i = 0; i < inserts; i++) {
            const id = `t${random.below(1_000_000)}`
            changes.set(id, entry(id, bytes(), i))
          }
          for (let i = 0; i < updates && ids.length > 0; i++) {
            const id = random.of(ids)
            changes.set(id, entry(id, bytes(), random.below(100)))
          }
          // Some of these were never there.
          for (let i = 0; i < deletes; i++)
            changes.set(ids.length > 0 && random.below(10) > 0 ? random.of(ids) : `gone${i}`, null)
          const next = new Map(accounts)
          for (const [id, one] of changes) {
            if (one === null) next.delete(id)
            else next.set(id, one)
          }
          const after = emitAccounts(region, changes, heap)
          region = after.region
          count += after.count
          accounts = next
          const scratch = new Heap()
          const built = emitAccounts(null, accounts, scratch)
          must(JSON.stringify(region) === JSON.stringify(built.region), 'another tree than from scratch')
          must(count === accounts.size && built.count === accounts.size, 'a wrong count')
          for (const [ref, { bytes: content }] of scratch.objects)
            must(Buffer.compare(heap.read(ref), content) === 0, ref)
        }
        expectWhole(region, heap, accounts)
      }),
      runs(25),
    )
  },
  SLOW,
)

test('leaves are joined at the very bound, and not a byte beyond it', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1, max: 1 }), fc.integer({ min: 2, max: 6 }), (seed, beyond, size) => {
      const random = randomFrom(seed)
      const name = (): string => `t${random.below(1_000_000)}`
      const ids = [...new Set(Array.from({ length: size }, name))]
      const padded = (id: string, bytes: number): StoredEntry => {
        const empty = JSON.stringify([id, 'growth', { note: '' }])
        return {
          line: empty.replace('""', `"${'x'.repeat(Math.max(0, bytes - 1 - empty.length))}"`),
          provenance: JSON.stringify([id, 'f', '', {}]),
        }
      }
      // Lines that are together as long as a leaf may be, or a byte less or more.
      const share = Math.floor(LEAF_BYTES / ids.length)
      const kept = new Map(
        ids.map((id, i): [string, StoredEntry] => [
          id,
          padded(id, i > 0 ? share : LEAF_BYTES + beyond - share * (ids.length - 1)),
        ]),
      )
      const extra = new Map(
        Array.from({ length: 1 + random.below(4) }, (): [string, StoredEntry] => {
          const id = `u${random.below(1_000_000)}`
          return [id, padded(id, 200 + random.below(2 * LEAF_BYTES))]
        }),
      )
      const heap = new Heap()
      const before = emitAccounts(null, new Map([...kept, ...extra]), heap)
      const after = emitAccounts(before.region, new Map([...extra.keys()].map((id) => [id, null])), heap)
      must(
        JSON.stringify(after.region) === JSON.stringify(emitAccounts(null, kept, new Heap()).region),
        'another tree than from scratch',
      )
      must((typeof after.region === 'string') === (beyond <= 0 || ids.length === 1), `${beyond} beyond the bound`)
      expectWhole(after.region, heap, kept)
    }),
    runs(300),
  )
})

test('the order of the changes is nothing to the tree', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 2000 }), (seed, size) => {
      const random = randomFrom(seed)
      const all = Array.from({ length: size }, (_, i): [string, StoredEntry] => [
        `t${i}`,
        entry(`t${i}`, random.below(500), i),
      ])
      const shuffled = all
        .map((one) => ({ one, at: random.below(1_000_000) }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one)
      const heaps = [new Heap(), new Heap()] as const
      expect(emitAccounts(null, new Map(all), heaps[0]).region).toEqual(
        emitAccounts(null, new Map(shuffled), heaps[1]).region,
      )
      expect([...heaps[0].objects.keys()].sort()).toEqual([...heaps[1].objects.keys()].sort())
    }),
    runs(20),
  )
})

test('one change among many thousands writes a leaf, its provenance and the nodes above it, and no more', () => {
  const random = randomFrom(42)
  const heap = new Heap()
  const all = new Map(
    Array.from({ length: 30_000 }, (_, i): [string, StoredEntry] => [`t${i}`, entry(`t${i}`, random.below(300), i)]),
  )
  const { region } = emitAccounts(null, all, heap)
  expect([...refsOf(region, 0)].map(({ kind }) => kind)).toEqual(Array.from({ length: 2 ** ROOT_BITS }, () => 'node'))
  for (let i = 0; i < 50; i++) {
    const id = `t${random.below(30_000)}`
    const line = all.get(id)?.line ?? ''
    heap.written = 0
    const after = emitAccounts(
      region,
      new Map([[id, { line, provenance: JSON.stringify([id, 'moved', '', {}]) }]]),
      heap,
    )
    expect(heap.written).toBeLessThanOrEqual(3)
    expect(after.region).not.toEqual(region)
    expect(findIn(after.region, hashId(id), 0).region).not.toEqual(findIn(region, hashId(id), 0).region)
  }
})
