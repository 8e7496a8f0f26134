import { describe, expect, it } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { textObject } from '../../src/store/format/object-ref.ts'
import {
  type Head,
  MAX_SIGNATURES,
  PLAIN,
  type Release,
  type Signature,
  signedPartBytes,
  readHead,
  writeHead,
} from '../../src/store/format/release-manifest.ts'
import { roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, resignHead, signHead } from '../../src/trust/sign-head.ts'
import { type Authority, verifyHead } from '../../src/trust/verify-release.ts'
import { Untrusted } from '../../src/trust/public-key.ts'

const [release, release2, release3, refresh, stranger] = [
  generateKey(),
  generateKey(),
  generateKey(),
  generateKey(),
  generateKey(),
]
const AUTHORITY: Authority = { release: roleOf([release], 1), refresh: roleOf([refresh], 1) }
const TWO_OF_THREE: Authority = { release: roleOf([release, release2, release3], 2), refresh: roleOf([refresh], 1) }

const one = textObject('one').ref
const two = textObject('two').ref
const SAID: Release = {
  ...PLAIN,
  environment: 'production',
  seq: 7,
  commit: null,
  root: one,
  secrets: two,
  trust: two,
  shrunk_at: null,
  history: [{ seq: 6, commit: null, root: two, secrets: null }],
  issued: '2026-01-01T00:00:00.000Z',
  expires: '2026-01-31T00:00:00.000Z',
}

function judge(text: string, authority = AUTHORITY): Release {
  return verifyHead(readHead(Buffer.from(text)), authority)
}

function parts(text: string): Head {
  return readHead(Buffer.from(text))
}

describe('a signed head', () => {
  const text = signHead(SAID, [release])

  it('says what was signed', () => {
    expect(judge(text)).toEqual(SAID)
  })

  it('with any bit of any byte flipped is refused', () => {
    const bytes = Buffer.from(text)
    let refused = 0
    for (let i = 0; i < bytes.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = Buffer.from(bytes)
        other[i] = (other[i] ?? 0) ^ (1 << bit)
        expect(() => verifyHead(readHead(other), AUTHORITY), `byte ${i}, bit ${bit}`).toThrow()
        refused++
      }
    }
    expect(refused).toBe(bytes.length * 8)
  })

  it('remembers at most ten releases, the latest first, and all of them before its own', () => {
    const former = (seq: number): Release['history'][number] => ({ seq, commit: null, root: two, secrets: null })
    const history = (...seqs: number[]): string => signHead({ ...SAID, seq: 20, history: seqs.map(former) }, [release])
    expect(judge(history(19, 18, 16, 10, 9, 8, 7, 6, 5, 4)).history).toHaveLength(10)
    expect(() => judge(history(19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9))).toThrow(Malformed)
    for (const seqs of [[20], [21], [17, 18], [18, 18]])
      expect(() => judge(history(...seqs)), seqs.join()).toThrow(Malformed)
  })

  it('names times that there are', () => {
    for (const expires of ['2027-01-31T00:00:00.000Z', '2028-02-29T23:59:59Z']) {
      expect(judge(signHead({ ...SAID, expires }, [release])).expires).toBe(expires)
    }
    // JavaScript knows the first two; another reader may not, or as another day.
    for (const expires of [
      '2027-02-31T00:00:00.000Z',
      '2027-01-31T24:00:00.000Z',
      '2027-13-01T00:00:00.000Z',
      '2027-01-31',
      '',
    ]) {
      expect(() => judge(signHead({ ...SAID, expires }, [release])), expires).toThrow(Malformed)
    }
  })

  it('cut anywhere, or with anything after it or before it, is refused', () => {
    for (let length = 0; length < text.length; length++) expect(() => judge(text.slice(0, length))).toThrow(Malformed)
    for (const more of ['\n', ' ', '0', '{}', '\0', text]) {
      expect(() => judge(`${text}${more}`)).toThrow(Malformed)
      expect(() => judge(`${more}${text}`)).toThrow(Malformed)
    }
  })

  it('without its signatures, with empty ones, or with those of strangers is refused', () => {
    const { core, signatures } = parts(text)
    const empty = (all: readonly Signature[]): Signature[] => all.map(({ keyid }) => ({ keyid, sig: '' }))
    const unknown = (all: readonly Signature[]): Signature[] => all.map(({ sig }) => ({ keyid: 'a'.repeat(64), sig }))
    const foreign = parts(signHead(SAID, [stranger]))
    for (const [inner, outer] of [
      [[], []],
      [core, []],
      [[], signatures],
      [empty(core), signatures],
      [core, empty(signatures)],
      [unknown(core), signatures],
      [core, unknown(signatures)],
      [foreign.core, signatures],
      [core, foreign.signatures],
      [signatures, core],
      [core, core],
    ] as const) {
      expect(() => judge(writeHead(SAID, inner, outer))).toThrow(Untrusted)
    }
    expect(() => judge(signHead(SAID, [stranger]))).toThrow(/not signed by 1 of its 1 key/)
  })

  it('is refused when anything it says is another thing, with the signatures that it has', () => {
    const { core, signatures } = parts(text)
    for (const change of [
      { seq: 8 },
      { seq: 9 },
      { environment: 'staging' },
      { root: two },
      { secrets: one },
      { secrets: null },
      { trust: one },
      { trust: null },
      { commit: 'c'.repeat(40) },
      { shrunk_at: 7 },
      { history: [] },
      { expires: '2027-01-31T00:00:00.000Z' },
      { expires: null },
      { issued: null },
    ])
      expect(() => judge(writeHead({ ...SAID, ...change }, core, signatures)), Object.keys(change).join()).toThrow(
        Untrusted,
      )
  })

  it('takes no more signatures than a reader has patience for', () => {
    const { core, signatures } = parts(text)
    const [signature] = signatures
    if (signature === undefined) throw new Error('not signed')
    const many = (n: number): Signature[] => Array.from({ length: n }, () => signature)
    judge(writeHead(SAID, core, many(MAX_SIGNATURES)))
    expect(() => judge(writeHead(SAID, core, many(MAX_SIGNATURES + 1)))).toThrow(Malformed)
    expect(() => judge(writeHead(SAID, many(MAX_SIGNATURES + 1), signatures))).toThrow(Malformed)
  })

  it('needs a threshold of the release keys, of distinct ones', () => {
    for (const keys of [
      [release, release2],
      [release2, release3],
      [release, release2, release3],
    ])
      judge(signHead(SAID, keys), TWO_OF_THREE)
    for (const keys of [[release], [release, release], [release, stranger], [release, refresh], [refresh, refresh]]) {
      expect(() => judge(signHead(SAID, keys), TWO_OF_THREE)).toThrow(Untrusted)
    }
  })

  it.each(['expires', 'issued'])('with a time in %s that never comes is no head', (member) => {
    for (const time of [
      'never',
      '',
      '2026-13-01T00:00:00Z',
      '2026-01-01',
      '2026-01-01T00:00:00+01:00',
      '9999999-01-01T00:00:00Z',
    ]) {
      expect(() => judge(signHead({ ...SAID, [member]: time }, [release]))).toThrow(Malformed)
    }
  })
})

describe('a refresh key', () => {
  const { core } = parts(signHead(SAID, [release]))
  const prolonged: Release = { ...SAID, issued: '2026-01-20T00:00:00.000Z', expires: '2026-02-20T00:00:00.000Z' }

  it('prolongs a release that the release keys signed, and what that says stays the same', () => {
    const text = resignHead(prolonged, core, [refresh])
    expect(judge(text)).toEqual(prolonged)
    expect(Buffer.from(signedPartBytes(judge(text)))).toEqual(Buffer.from(signedPartBytes(SAID)))
    expect(parts(text).core).toEqual(core)
    judge(resignHead(prolonged, core, [release]))
  })

  it('does not make a release: a core that it alone has signed is refused', () => {
    expect(() => judge(signHead(SAID, [refresh]))).toThrow(Untrusted)
    const own = parts(signHead(SAID, [refresh])).core
    expect(() => judge(resignHead(prolonged, own, [refresh, release]))).toThrow(Untrusted)
  })

  it.each([
    { seq: 8 },
    { environment: 'staging' },
    { root: two },
    { secrets: one },
    { secrets: null },
    { trust: null },
    { commit: 'c'.repeat(40) },
    { shrunk_at: 7 },
    { history: [] },
  ])('changes nothing of it: %j', (change) => {
    expect(() => judge(resignHead({ ...prolonged, ...change }, core, [refresh]))).toThrow(Untrusted)
  })

  it('meets a threshold of its own role, not together with a release key', () => {
    const other = generateKey()
    const both: Authority = { ...TWO_OF_THREE, refresh: roleOf([refresh, other], 2) }
    const authority: Authority = { release: roleOf([release], 1), refresh: roleOf([refresh, other], 2) }
    const say = (keys: readonly PrivateKey[]): Release => judge(resignHead(prolonged, core, keys), authority)
    expect(() => say([refresh])).toThrow(Untrusted)
    say([refresh, other])
    say([release])
    expect(() =>
      judge(resignHead(prolonged, parts(signHead(SAID, [release, release2])).core, [release, refresh]), both),
    ).toThrow(Untrusted)
  })
})
