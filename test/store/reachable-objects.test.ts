import { expect, test } from 'vitest'
import { reach, reachRelease } from '../../src/store/reachable-objects.ts'
import { type Ref, textObject } from '../../src/store/format/object-ref.ts'
import type { Release } from '../../src/store/format/release-manifest.ts'
import { type Content, manyAccounts, objectsOf, openai } from '../sdk/store.ts'
import { UNSEALED } from '../support/trust.ts'
import { Objects } from './packed.ts'

const MANY = manyAccounts(9000)
const [TRUST, SECRETS] = [textObject('the trust').ref, textObject('the keys').ref]
const PROMPTED = {
  plan: 'growth',
  prompts: { clustering: { customized: true, default: 'Group', value: 'Ours' } },
} as const

function add(store: Objects, content: Content): { root: Ref; all: Ref[] } {
  const { objects, root } = objectsOf(content)
  store.add(objects)
  return { root, all: objects.map(({ ref }) => ref) }
}

const releaseOf = (root: Ref): Release => ({
  ...UNSEALED,
  environment: 'production',
  seq: 1,
  commit: null,
  root,
  issued: null,
  expires: null,
})

test('a release reaches all that its content has, once, and nothing else', async () => {
  const store = new Objects()
  const { root, all } = add(store, { accounts: { ...MANY, prompted: PROMPTED } })
  add(store, { accounts: { other: openai('scale', { max_tokens: 7 }) } })
  const reached = new Set<Ref>()
  await reach({ root, secrets: null, candidate: null }, store.read, reached)
  expect([...reached].sort()).toEqual([...new Set(all)].sort())
})

test('a candidate’s content and the keys are reached too', async () => {
  const store = new Objects()
  const stable = add(store, { accounts: MANY })
  const candidate = add(store, { accounts: { ...MANY, prompted: PROMPTED } })
  const reached = new Set<Ref>()
  await reach({ root: stable.root, secrets: SECRETS, candidate: candidate.root }, store.read, reached)
  expect([...reached].sort()).toEqual([...new Set([SECRETS, ...stable.all, ...candidate.all])].sort())
})

test('what others need already is not read again', async () => {
  const store = new Objects()
  const first = add(store, { accounts: MANY })
  const second = add(store, { accounts: { ...MANY, prompted: PROMPTED } })
  const reached = new Set<Ref>()
  await reach({ root: first.root, secrets: null, candidate: null }, store.read, reached)
  store.reads = 0
  await reach({ root: first.root, secrets: null, candidate: null }, store.read, reached)
  expect(store.reads).toBe(0)
  await reach({ root: second.root, secrets: null, candidate: null }, store.read, reached)
  // The root, and the way down to one leaf.
  expect(store.reads).toBeLessThan(5)
  expect([...reached].sort()).toEqual([...new Set([...first.all, ...second.all])].sort())
})

test('a whole release has its root document and its packs beside them', async () => {
  const store = new Objects()
  const { root, all } = add(store, { accounts: MANY })
  const { packs } = await store.pack(null, root)
  if (packs === null) throw new Error('there are no packs')
  const release = { ...releaseOf(root), packs, trust: TRUST }
  expect([...(await reachRelease(release, store.read))].sort()).toEqual(
    [...new Set([TRUST, packs, ...store.packsIn(packs), ...all])].sort(),
  )
  expect([...(await reachRelease(releaseOf(root), store.read))].sort()).toEqual([...new Set(all)].sort())
})
