import { expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import {
  type StoredAccount,
  type StoredPrompt,
  readAccount,
  readLeaf,
  textRefs,
  textRefsIn,
  writeAccount,
  writeLeaf,
} from '../../src/store/format/account-leaf.ts'
import { textObject } from '../../src/store/format/object-ref.ts'

const { ref: provenance } = textObject('')

function leaf(...ids: readonly string[]): Buffer {
  const header = `{"provenance":"${provenance}"}`
  return Buffer.from([header, ...ids.map((id) => `["${id}","free"]`)].map((line) => `${line}\n`).join(''))
}

test('accounts are read in their order', () => {
  expect([...readLeaf(leaf('a', 'b', 'b-1')).lines.keys()]).toEqual(['a', 'b', 'b-1'])
  const lines = new Map([['a', '["a","free"]']])
  expect(writeLeaf({ provenance, lines })).toBe(leaf('a').toString())
})

test.each([
  ['one id twice', ['a', 'a']],
  ['ids in another order', ['b', 'a']],
  ['what is no id', ['A']],
])('%s is refused', (_, ids) => {
  expect(() => readLeaf(leaf(...ids))).toThrow(Malformed)
})

test('the texts of a line are found without parsing it, and as parsing finds them', () => {
  const ref = (n: number): string => textObject(`text ${n}`).ref
  const record = (n: number): StoredPrompt => ({
    customized: n % 2 === 0,
    default: ref(n),
    ...(n % 3 !== 0 && { value: ref(n + 100) }),
  })
  const tricky = `"customized":true,"default":"${ref(9)}"}`
  for (let n = 0; n < 60; n++) {
    const prompts = Object.fromEntries(Array.from({ length: n % 5 }, (_, i) => [`type-${i}`, record(n + i)]))
    const account: StoredAccount = {
      plan: 'growth',
      overrides: { openai: { model: tricky, customized: true } },
      ...(n % 5 > 0 && { prompts }),
      author_profiles: { own: { name: tricky, default: ref(3) } },
    }
    const line = writeAccount('acme', account)
    expect(textRefsIn(line)).toEqual(textRefs(readAccount(line)))
  }
  // Nothing but the record has to be right.
  const written = JSON.stringify({ customized: true, default: ref(1), value: ref(2) })
  expect(textRefsIn(`no JSON ${written}`)).toEqual([ref(1), ref(2)])
  const other = `["acme","growth",{"prompts":{"a":{"default":"${ref(1)}","customized":true}}}]`
  expect(textRefsIn(other)).toEqual([ref(1)])
  expect(() => textRefsIn('["acme","growth",{"prompts":{"a":{"customized":true,"default":"x"}}}]')).toThrow(Malformed)
})
