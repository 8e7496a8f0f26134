import { expect, test } from 'vitest'
import { Buckets } from '../../src/sdk/memory/bucket-pages.ts'
import { randomFrom } from '../support/corpus.ts'

test('each release has its own buckets, whatever others write to the pages that they share', () => {
  const random = randomFrom(3)
  const capacity = 50_000
  const tables: { readonly buckets: Buckets; readonly want: Map<number, readonly [number, number]> }[] = [
    { buckets: new Buckets(capacity), want: new Map() },
  ]
  for (let step = 0; step < 4000; step++) {
    const table = random.of(tables)
    if (step % 200 === 0 && tables.length < 12) {
      tables.push({ buckets: new Buckets(capacity, table.buckets), want: new Map(table.want) })
    }
    const [bucket, tag, offset] = [random.below(capacity), random.below(256), random.below(2 ** 32)]
    const writer = random.of(tables)
    writer.buckets.set(bucket, tag, offset)
    writer.want.set(bucket, [tag, offset])
  }
  for (const { buckets, want } of tables) {
    for (const [bucket, wanted] of want) expect([buckets.tagAt(bucket), buckets.offsetAt(bucket)]).toEqual(wanted)
  }
  expect([new Buckets(10).next(9), new Buckets(10).next(3)]).toEqual([0, 4])
})

test('a copy of many buckets copies none of them', () => {
  const large = new Buckets(4_000_000)
  const before = process.memoryUsage().arrayBuffers
  const copies = Array.from({ length: 20 }, () => new Buckets(large.capacity, large))
  for (const [i, copy] of copies.entries()) copy.set(i * 1000, 1, 1)
  // A page each, where whole copies would be 400 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 200_000)
  expect(large.tagAt(1000)).toBe(0)
})
