import { expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { readLeaf, writeLeaf } from '../../src/store/format/account-leaf.ts'
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
