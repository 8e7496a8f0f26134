import { expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { parseProvenance, provenanceLine, readGlobalProvenance } from '../../src/store/format/provenance.ts'

const BLOB = 'a'.repeat(40)
const line = (at: unknown): string => JSON.stringify(['acme', 'accounts/acme.yaml', BLOB, { plan: at }])

test('what is written is read again, from the first line and column on', () => {
  const provenance = { file: 'accounts/acme.yaml', blob: BLOB, at: { id: [1, 1], plan: [2, 7] } } as const
  expect(parseProvenance(provenanceLine('acme', provenance))).toEqual(provenance)
})

test.each([
  ['line 0', [0, 1]],
  ['column 0', [1, 0]],
  ['a line alone', [1]],
  ['no number', [1, '1']],
  ['a part of one', [1, 1.5]],
])('%s is no position', (_, at) => {
  expect(() => parseProvenance(line(at))).toThrow(Malformed)
})

test.each([
  [[]],
  [['acme', 'f', BLOB]],
  [['acme', 'f', BLOB, {}, 1]],
  [{}],
  [['acme', 1, BLOB, {}]],
  [['acme', 'f', null, {}]],
])('%j is no line of it', (row) => {
  expect(() => parseProvenance(JSON.stringify(row))).toThrow(Malformed)
})

test('the globals’ files are sorted, and each is there once', () => {
  const of = (...files: readonly string[]): Buffer =>
    Buffer.from(files.map((file) => `${provenanceLine('', { file, blob: BLOB, at: {} })}\n`).join(''))
  expect(readGlobalProvenance(of('models.yaml', 'settings.yaml')).map(({ file }) => file)).toEqual([
    'models.yaml',
    'settings.yaml',
  ])
  expect(() => readGlobalProvenance(of('settings.yaml', 'models.yaml'))).toThrow(Malformed)
  expect(() => readGlobalProvenance(of('models.yaml', 'models.yaml'))).toThrow(Malformed)
})
