import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AnswerIndex } from '../../src/ask/find/answer-index.ts'
import { findAccounts } from '../../src/ask/find/find-accounts.ts'
import { match } from '../../src/ask/find/match-query.ts'
import { type Names, readQuery } from '../../src/ask/find/parse-query.ts'
import { openAll, readAllAccounts } from '../../src/ask/read-all-accounts.ts'
import { openOrigin } from '../../src/source/open-configuration.ts'
import { BASE, temporaryFolder } from '../support/config.ts'
import { type Random, randomFrom, writeCorpus } from '../support/corpus.ts'
import { writeFileSync } from 'node:fs'

const FIELDS = [
  'openai.model',
  'openai.temperature',
  'dalle.size',
  'text.provider',
  'text.max_tokens',
  'image.max_in_article',
  'model',
  'provider',
  'temperature',
  'generate_content.model',
  'auto_cluster.response_format',
  'generate_images.provider',
  'clustering.is_customized',
  'clustering.prompt_value',
]
const VALUES = ['gpt-4', 'gpt-4o-mini', 'GPT', '0.7', '3', '5000', 'openai', 'dalle', 'json', 'true', 'tenant', '']
const NAMED = [
  'plan:growth',
  'plan:free,scale',
  'plan!=starter',
  'id:*1*',
  'id:tenant-000000*',
  'overrides:openai',
  'overrides:openai.model',
  'overrides:openai.model=gpt-4',
  'overrides:openai.temperature=0.7',
  'overrides:image',
  'overrides:prompts.clustering',
  'customized:clustering',
  'author_profiles.house.tone=Warm',
  'author_profiles.house.tone!=Warm',
]

function termFrom(random: Random): string {
  if (random.below(3) === 0) return random.of(NAMED)
  return `${random.of(FIELDS)}${random.of(['=', '!=', '<', '<=', '>', '>=', '~'])}${random.of(VALUES)}`
}

test('an index finds what find does, for random queries, also after accounts have changed', async () => {
  const random = randomFrom(3)
  const folder = temporaryFolder()
  writeCorpus(folder, { accounts: 150, seed: 9 }, BASE)
  const accounts = join(folder, 'config', 'accounts')
  writeFileSync(
    join(accounts, 'house.yaml'),
    'id: house\nplan: scale\noverrides: { text: { provider: anthropic }, image: { provider: dalle } }\n' +
      'author_profiles: { house: { name: House, tone: Warm } }\n',
  )
  const read = async () => readAllAccounts(await openAll(await openOrigin(join(folder, 'config'))), {})
  const before = await read()
  const { globals, context } = before.common
  if (globals === undefined) throw new Error('the globals are wrong')
  const first = await AnswerIndex.of(globals, before.accounts)
  const changed = join(accounts, '0000', 'tenant-0000007.yaml')
  writeFileSync(
    changed,
    'id: tenant-0000007\nplan: growth\noverrides: { openai: { model: gpt-4o, temperature: 0.33 } }\n',
  )
  writeFileSync(join(accounts, 'zulu.yaml'), 'id: zulu\nplan: free\n')
  const now = await read()
  // Those that are the same are the same objects, as where only what has changed is read again.
  const kept = new Map(
    [...now.accounts].map(([id, one]) => [id, id.endsWith('7') ? one : (before.accounts.get(id) ?? one)]),
  )
  const second = await AnswerIndex.of(globals, kept, first)

  const { vocabulary, functions = {}, prompts } = context.known
  if (vocabulary === undefined) throw new Error('there is no vocabulary')
  const names: Names = { vocabulary, functions, prompts }
  let some = 0
  for (let i = 0; i < 600; i++) {
    const query = Array.from({ length: 1 + random.below(3) }, () => termFrom(random))
    const terms = readable(query, names)
    if (terms === undefined) continue
    for (const [index, all] of [
      [first, before.accounts],
      [second, kept],
    ] as const) {
      const expected = [...all].flatMap(([id, { account }]) =>
        match(terms, globals, id, account) === undefined ? [] : [id],
      )
      expect(index.find(terms), query.join(' ')).toEqual(expected.sort())
      if (expected.length > 0 && expected.length < all.size) some++
    }
    if (i % 20 !== 0) continue
    const found = await findAccounts(await openOrigin(join(folder, 'config')), () => terms, { fingerprint: 'nobody' })
    expect(found.is === 'found' && found.accounts.map(({ account }) => account)).toEqual(second.find(terms))
  }
  expect(some).toBeGreaterThan(200)
})

test('an index keeps nothing of those that were before it', async () => {
  const folder = temporaryFolder()
  writeCorpus(folder, { accounts: 20, seed: 9 }, BASE)
  const { accounts, common } = await readAllAccounts(await openAll(await openOrigin(join(folder, 'config'))), {})
  const { globals } = common
  if (globals === undefined) throw new Error('the globals are wrong')
  const first = await AnswerIndex.of(globals, accounts)
  let last = first
  for (let i = 0; i < 3; i++) last = await AnswerIndex.of(globals, accounts, last)
  expect(columnsIn(first)).toBeGreaterThan(5)
  expect(columnsIn(last)).toBe(columnsIn(first))
})

/** How many columns of codes can be reached from an object. */
function columnsIn(start: unknown): number {
  const seen = new Set<unknown>()
  const pending = [start]
  while (pending.length > 0) {
    const one = pending.pop()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (one instanceof Uint32Array) continue
    pending.push(...(one instanceof Map ? one.values() : Object.values(one)))
  }
  return [...seen].filter((one) => one instanceof Uint32Array).length
}

/** Some fields and values do not go together. */
function readable(query: readonly string[], names: Names): ReturnType<typeof readQuery> | undefined {
  try {
    return readQuery(query, names)
  } catch {
    return undefined
  }
}
