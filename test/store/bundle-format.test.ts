import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cohortOf } from '../../src/domain/rollout-rings.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { hexOf, textObject } from '../../src/store/format/object-ref.ts'
import { writePacks } from '../../src/store/format/pack.ts'
import { PLAIN, SIGNED_PART_TYPE, signedPartBytes } from '../../src/store/format/release-manifest.ts'
import { preAuthEncoding, publicKey } from '../../src/trust/public-key.ts'

/** The page from which readers in other languages are written. */
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/bundle-format.md'), 'utf8')

test('the example of a reference', () => {
  const { ref } = textObject('hi')
  expect(PAGE).toContain(`REF   ${ref}\n`)
  expect(PAGE).toContain(`file  objects/8f/${hexOf(ref)}\n`)
})

test('the example of a signed part, and of what is signed', () => {
  const signed = signedPartBytes({
    ...PLAIN,
    environment: 'production',
    seq: 1,
    commit: null,
    root: textObject('hi').ref,
    secrets: null,
    trust: null,
    shrunk_at: null,
    history: [],
    issued: null,
    expires: null,
  })
  expect(PAGE).toContain(`\n${Buffer.from(signed).toString()}\n`)
  expect(PAGE).toContain(`this signed part (${signed.length} bytes)`)
  const encoded = Buffer.from(preAuthEncoding(SIGNED_PART_TYPE, signed)).toString()
  expect(PAGE).toContain(`\`${encoded.slice(0, encoded.indexOf('{'))}\``)
})

test('the points of small order are refused, with either sign', () => {
  const points = PAGE.match(/^[0-9a-f]{64}$/gm) ?? []
  expect(points.length).toBe(5)
  for (const point of points) {
    for (const sign of [0, 0x80]) {
      const bytes = Buffer.from(point, 'hex')
      bytes[31] = (bytes[31] ?? 0) | sign
      expect(() => publicKey(bytes.toString('base64url'), 'it')).toThrow('anybody could sign')
    }
  }
})

test('the vectors of cohorts, and the example of a pack', () => {
  for (const [, id = '', account = '', cohort] of PAGE.matchAll(/`([a-z0-9]+)\/([a-z]+)` (?:is )?(\d+)\b/g)) {
    expect(cohortOf(id, account)).toBe(Number(cohort))
  }
  expect(PAGE).toContain('`r1/acme` is 785')
  const [pack] = writePacks(['one', 'two', 'three'].map(textObject))
  const bytes = Buffer.from(pack?.bytes ?? []).toString('hex')
  expect(PAGE.replace(/ /g, '')).toContain(`\n${bytes}\n`)
})

test('what the page says of numbers, strings and keys', () => {
  expect(canonical([1e-7, 1e21, 1e20, 0.000001, -0, 1])).toBe('[1e-7,1e+21,100000000000000000000,0.000001,0,1]')
  expect(canonical('</>&\u007f\u2028\u0001\n\ud800')).toBe('"</>&\u007f\u2028\\u0001\\n\\ud800"')
  expect(canonical({ '\u{1f600}': 1, '\ufb01': 2, '10': 3, '2': 4 })).toBe('{"10":3,"2":4,"\u{1f600}":1,"\ufb01":2}')
})
