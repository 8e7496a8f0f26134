import { expect, test } from 'vitest'
import { storeGlobals } from '../../src/check/to-store-form.ts'
import { describeObject } from '../../src/store/describe-object.ts'
import { writeGlobals } from '../../src/store/format/content-root.ts'
import { textObject } from '../../src/store/format/object-ref.ts'
import { writePacks } from '../../src/store/format/pack.ts'
import { type Region, writeRegion } from '../../src/store/format/account-tree.ts'
import { GLOBALS } from '../sdk/store.ts'

const described = (text: string | Uint8Array): unknown => describeObject(Buffer.from(text))

test('the globals', () => {
  const text = writeGlobals(storeGlobals(GLOBALS, 'production', '').stored)
  expect(described(text)).toMatchObject({ kind: 'globals', content: { vocabulary: GLOBALS.vocabulary } })
})

test.each<readonly [string, string | Uint8Array, unknown]>([
  ['JSON of no kind', '{"a":[1]}', { kind: 'json', content: { a: [1] } }],
  ['a text', 'Group these: é\n', { kind: 'text', content: 'Group these: é\n' }],
  ['nothing', '', { kind: 'text', content: '' }],
  ['what is no text', Buffer.of(0xff, 0x00, 0xfe), { kind: 'bytes', content: '/wD+' }],
  [
    'sealed keys',
    'age-encryption.org/v1\n-> X25519 abc\n',
    { kind: 'sealed keys', content: { format: 'age-encryption.org/v1', bytes: 36 } },
  ],
  ['a text that tells of age', 'see age-encryption.org/v1\n', { kind: 'text', content: 'see age-encryption.org/v1\n' }],
])('%s', (_, bytes, want) => expect(described(bytes)).toEqual(want))

test('a pack is the names of what it holds', () => {
  const objects = [textObject('one'), textObject('two')]
  const [pack] = writePacks(objects)
  expect(described(pack?.bytes ?? '')).toEqual({ kind: 'pack', content: objects.map(({ ref }) => ref) })
})

test('a node of the account tree is its halves', () => {
  const leaf = `L${textObject('a leaf').ref}`
  const region: Region = [leaf, [null, leaf]]
  expect(described(writeRegion(region))).toEqual({ kind: 'node', content: region })
})
