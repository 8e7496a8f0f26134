import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeAccount, writeLeaf } from '../../src/store/format/account-leaf.ts'
import type { Account } from '../../src/domain/settings-types.ts'
import { textObject } from '../../src/store/format/object-ref.ts'
import { type Hash, idHash } from '../../src/sdk/memory/hash-ids.ts'
import { slices } from '../../src/sdk/load/time-slices.ts'
import { AccountTable } from '../../src/sdk/memory/account-table.ts'
import { manyAccounts, openai, storeWith } from './store.ts'

const ALL_THE_SAME: Hash = { of: () => 7, ofBytes: () => 7 }

test('accounts whose hashes collide get their own settings, and unknown ones nobody’s', async () => {
  const accounts = manyAccounts(50)
  const store = await storeWith({ accounts })
  const settings = await store.open({}, ALL_THE_SAME)
  const check = (gone?: string): void => {
    for (let i = 0; i < 60; i++) {
      const { known, maxTokens } = settings.getModelConfig('generate_content', `a${i}`)
      expect([known, maxTokens]).toEqual(i < 50 && `a${i}` !== gone ? [true, i + 1] : [false, 8192])
    }
    for (const id of ['a', 'a1"', 'a1","growth', 'a1\0', '\0', '"', '', 'á1']) {
      expect(settings.getModelConfig('generate_content', id).known).toBe(false)
    }
  }
  check()
  const { a9: _, ...rest } = accounts
  await store.publish({ accounts: rest })
  expect(await settings.refresh()).toBe(true)
  check('a9')
})

test('an answer is the same object in the next release, unless its account or a global has moved', async () => {
  const accounts = manyAccounts(300)
  const store = await storeWith({ accounts })
  const settings = await store.open()
  const ask = (id: string): unknown => settings.getModelConfig('generate_content', id)
  const [first, second, none] = [ask('a1'), ask('a2'), ask('nobody')]
  await store.publish({ accounts: { ...accounts, a2: openai('growth', { max_tokens: 4000 }) } })
  expect(await settings.refresh()).toBe(true)
  expect(ask('a1')).toBe(first)
  expect(ask('nobody')).toBe(none)
  expect(ask('a2')).toMatchObject({ maxTokens: 4000 })
  expect(second).toMatchObject({ maxTokens: 3 })
})

/** What a leaf of these accounts is, and as what it is known. */
function leafOf(accounts: ReadonlyMap<string, Account>): { ref: string; bytes: Buffer } {
  const lines = new Map(
    [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, account]) => [id, writeAccount(id, account)]),
  )
  const bytes = Buffer.from(writeLeaf({ provenance: textObject('').ref, lines }))
  return { ref: textObject(bytes.toString()).ref, bytes }
}

/** Says something of its own, of any length. */
function saying(tokens: number, longer = 0): Account {
  const name = 'x'.repeat(longer)
  return {
    plan: 'growth',
    overrides: { openai: { max_tokens: tokens } },
    ...(longer > 0 && { strategies: { s: { name } } }),
  }
}

const tokensOf = (table: AccountTable, id: string): unknown => {
  const number = table.numberOf(id)
  return number === 0 ? undefined : table.lines.account(number)?.overrides?.['openai']?.['max_tokens']
}

const hashes: readonly Hash[] = [
  idHash,
  ALL_THE_SAME,
  { of: (id) => id.length, ofBytes: (_, start, end) => end - start },
]
const ids = fc.constantFrom(...Array.from({ length: 40 }, (_, i) => `t${i}`))
const release = fc.array(
  fc.record({ id: ids, tokens: fc.integer({ min: 1, max: 5 }), longer: fc.constantFrom(0, 0, 0, 40_000) }),
  { maxLength: 30 },
)

test('any sequence of releases is found as a map would find it, and the earlier ones go on being found', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...hashes),
      fc.array(release, { minLength: 1, maxLength: 12 }),
      async (hash, releases) => {
        let table: AccountTable | undefined
        let before = new Map<string, Buffer>()
        const all: { table: AccountTable; expected: Map<string, number> }[] = []
        for (const accounts of releases) {
          const said = new Map(accounts.map(({ id, tokens, longer }) => [id, saying(tokens, longer)]))
          // Leaves by the last digit, as a tree would have them by the hash.
          const leaves = new Map<string, Buffer>()
          for (let digit = 0; digit < 10; digit++) {
            const part = new Map([...said].filter(([id]) => id.endsWith(String(digit))))
            const { ref, bytes } = leafOf(part)
            if (part.size > 0) leaves.set(ref, bytes)
          }
          const gone = new Set([...before.keys()].filter((ref) => !leaves.has(ref)))
          const next: AccountTable = await AccountTable.after(table, gone, said.size, hash, slices())
          for (const [ref, bytes] of leaves) if (!before.has(ref)) next.add(ref, bytes)
          expect(next.count).toBe(said.size)
          all.push({
            table: next,
            expected: new Map([...said].map(([id, one]) => [id, Number(one.overrides?.['openai']?.['max_tokens'])])),
          })
          table = next
          before = leaves
          expect([...next.numbers()]).toHaveLength(said.size)
        }
        for (const { table: one, expected } of all) {
          for (let i = 0; i < 40; i++) expect(tokensOf(one, `t${i}`)).toBe(expected.get(`t${i}`))
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('what nobody needs any more is left behind, so that a service does not grow for ever', async () => {
  let table: AccountTable | undefined
  let gone = new Set<string>()
  let most = 0
  const sizes: number[] = []
  for (let round = 0; round < 200; round++) {
    const { ref, bytes } = leafOf(
      new Map([
        ['acme', saying(round, 50_000)],
        ['other', saying(1)],
      ]),
    )
    table = await AccountTable.after(table, gone, 2, idHash, slices())
    table.add(ref, bytes)
    expect([tokensOf(table, 'acme'), tokensOf(table, 'other')]).toEqual([round, 1])
    gone = new Set([ref])
    sizes.push(table.size)
    most = Math.max(most, table.size)
  }
  // Without it, it would be ten million bytes.
  expect(most).toBeLessThan(2_500_000)
  expect(sizes.some((size, i) => size < (sizes[i - 1] ?? 0))).toBe(true)
})

test('a line longer than a chunk of memory', async () => {
  const accounts = { long: { ...saying(7, 3_000_000) }, short: saying(8) }
  const store = await storeWith({ accounts })
  const settings = await store.open()
  const answers = ['long', 'short', 'none'].map((id) => settings.getModelConfig('generate_content', id).maxTokens)
  expect(answers).toEqual([7, 8, 8192])
  expect(settings.getStrategies('long')['s']?.name).toHaveLength(3_000_000)
})

test('a table takes no more accounts than its root says', async () => {
  const table = await AccountTable.after(undefined, new Set(), 1, idHash, slices())
  const many = leafOf(new Map(Array.from({ length: 50 }, (_, i) => [`t${i}`, saying(i)])))
  expect(() => table.add(many.ref, many.bytes)).toThrow('more accounts than its root says')
})
