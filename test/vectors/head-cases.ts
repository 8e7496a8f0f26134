import { canonical } from '../../src/store/format/canonical-json.ts'
import { type Case, USUAL, bad, good } from './cases.ts'
import {
  type Forgery,
  REFRESH,
  RELEASE,
  ROOT,
  type Sig,
  type VectorStore,
  keyOf,
  rootWith,
  roleOf,
} from './publisher.ts'
import type { Obj } from '../../src/store/format/decode-json.ts'

const STRANGER = keyOf('a stranger')
const SECOND = keyOf('a second release key')
const DAMAGED = 'store_damaged'

const plain = (s: VectorStore): Obj => s.release()
const forged =
  (forgery: Forgery, over: Obj = {}) =>
  (s: VectorStore) => ({ release: s.release(over), forgery })
const payload = (change: (text: string) => string | Buffer): ((s: VectorStore) => { release: Obj; forgery: Forgery }) =>
  forged({ payload: change })
const envelope = (
  change: (text: string) => string | Buffer,
): ((s: VectorStore) => { release: Obj; forgery: Forgery }) => forged({ envelope: change })
const swap =
  (from: string | RegExp, to: string) =>
  (text: string): string => {
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`nothing to replace: ${String(from)}`)
    return changed
  }
const over =
  (members: Obj) =>
  (s: VectorStore): Obj =>
    s.release(members)
const first = (all: Sig[], change: (sig: string) => string): Sig[] =>
  all.map((one, i) => (i === 0 ? { ...one, sig: change(one.sig) } : one))
const former =
  (seq: number): ((s: VectorStore) => Obj) =>
  (s) => ({ commit: null, root: s.content(), secrets: null, seq })
const REF = 'j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ000002'

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** Sets the lowest of the bits that base64 ends with and does not use. */
const unusedBits = (text: string): string => {
  const [, last, end] = /([A-Za-z0-9+/])(=+)(?="|$)/.exec(text) ?? []
  if (last === undefined || end === undefined) throw new Error('base64 of these bytes uses all bits')
  return text.replace(`${last}${end}`, `${BASE64[BASE64.indexOf(last) + 1]}${end}`)
}

export const HEAD_CASES: readonly Case[] = [
  good('head', 'a release as the compiler writes it', plain, { answers: USUAL }),
  good('head-commit-null', 'a release of a dirty tree has no commit', over({ commit: null })),
  good('head-tree', 'the member tree is signed, and ignored', over({ tree: 'f'.repeat(40) })),
  good(
    'head-ext',
    'what is in ext and refresh_ext is ignored',
    over({ ext: { later: [1, '<>&'] }, refresh_ext: { x: null } }),
  ),
  good(
    'head-ext-order',
    'keys are sorted by UTF-16 units, and those that look like numbers as texts',
    over({ ext: { '\u{1f600}': 1, '\ufb01': 2, '10': 3, '9': 4, é: 5, z: 6 } }),
  ),
  good('head-history', 'ten past releases, each before the one before it', (s) => {
    return s.release({ seq: 20, history: [19, 18, 17, 15, 12, 9, 7, 5, 3, 1].map((seq) => former(seq)(s)) })
  }),
  good('head-seq-largest', 'a seq of 2^53 - 1', over({ seq: 9007199254740991 })),
  good(
    'head-time-fraction',
    'times may have fractions of a second',
    over({ issued: '2026-01-01T00:00:00.123456Z', expires: '2026-01-02T00:00:00.5Z' }),
    { now: '2026-01-01T12:00:00Z' },
  ),
  good('head-large', 'a head may have nearly 65,536 bytes', over({ ext: { pad: 'x'.repeat(47_500) } })),
  good('head-leap-day', '29 February of a leap year exists', over({ issued: '2024-02-29T23:59:59Z' })),

  bad('head-absent', 'a store without a head is no store', 'store_not_found', (s) => ({
    release: s.release(),
    forgery: { envelope: () => Buffer.alloc(0) },
  })),
  bad(
    'head-not-json',
    'the head is JSON',
    DAMAGED,
    envelope(() => '{'),
  ),
  bad(
    'head-space',
    'the envelope has one encoding: no white space',
    DAMAGED,
    envelope(swap('{"payload":', '{ "payload":')),
  ),
  bad(
    'head-key-order',
    'the envelope has one encoding: keys are sorted',
    DAMAGED,
    envelope((text) => {
      const { payload: p, payloadType, signatures }: Record<string, unknown> = JSON.parse(text)
      return `${JSON.stringify({ signatures, payloadType, payload: p })}\n`
    }),
  ),
  bad(
    'head-no-line-feed',
    'the head ends with a line feed',
    DAMAGED,
    envelope((text) => text.trimEnd()),
  ),
  bad(
    'head-two-line-feeds',
    'the head ends with one line feed',
    DAMAGED,
    envelope((text) => `${text}\n`),
  ),
  bad(
    'head-carriage-return',
    'the head ends with a line feed alone',
    DAMAGED,
    envelope((text) => `${text.trimEnd()}\r\n`),
  ),
  bad(
    'head-byte-order-mark',
    'no text begins with a byte order mark',
    DAMAGED,
    envelope((text) => `\ufeff${text}`),
  ),
  bad('head-too-long', 'a head of over 64 KiB is refused', DAMAGED, over({ ext: { x: 'x'.repeat(50_000) } })),
  bad(
    'head-duplicate-member',
    'no member occurs twice',
    DAMAGED,
    envelope(swap('{"payload":', '{"payload":"e30=","payload":')),
  ),
  bad('head-unknown-member', 'the envelope has three members', DAMAGED, envelope(swap(/\}\n$/, ',"x":1}\n'))),
  bad(
    'head-payload-type',
    'the payload has its type',
    DAMAGED,
    envelope(swap('vnd.tenfold.release+json', 'vnd.tenfold.other+json')),
  ),
  bad('head-base64-unpadded', 'base64 is padded', DAMAGED, (s) => ({
    release: s.release({ ext: { pad: '' } }),
    forgery: {
      payload: (text) => `${text}${' '.repeat((4 - (text.length % 3)) % 3)}`.padEnd(text.length + 1),
      envelope: (text) => text.replace(/=+"/, '"'),
    },
  })),
  bad(
    'head-base64-line-break',
    'base64 has no line breaks',
    DAMAGED,
    envelope(swap(/("payload":"[A-Za-z0-9+/]{76})/, '$1\\n')),
  ),
  bad('head-base64url', 'the payload is in the alphabet with + and /', DAMAGED, (s) => ({
    release: s.release({ ext: { a: '>>>???>>>???>>>???~~~ÿÿÿ' } }),
    forgery: {
      envelope: (text) =>
        text.replace(
          /"payload":"([^"]+)"/,
          (_, p: string) => `"payload":"${p.replace(/\+/g, '-').replace(/\//g, '_')}"`,
        ),
    },
  })),
  bad(
    'head-base64-unused-bits',
    'the bits that base64 does not use are zero',
    DAMAGED,
    forged({ envelope: (text) => text.replace(/"payload":"[^"]+"/, unusedBits) }, { ext: { pad: 'x' } }),
  ),
  bad('head-too-large', 'a head has at most 65,536 bytes', DAMAGED, over({ ext: { pad: 'x'.repeat(50_000) } })),
  bad(
    'payload-space',
    'the payload has one encoding',
    DAMAGED,
    payload(swap('{"candidate":null,', '{"candidate": null,')),
  ),
  bad(
    'payload-line-feed',
    'the payload has no line feed after it',
    DAMAGED,
    payload((text) => `${text}\n`),
  ),
  bad(
    'payload-duplicate-member',
    'a member of the payload does not occur twice',
    DAMAGED,
    payload(swap('"commit":"c1"', '"commit":"c0","commit":"c1"')),
  ),
  bad('payload-unknown-member', 'a member that the page does not name is refused', DAMAGED, over({ later: 1 })),
  bad('payload-member-missing', 'ext is an object, and there', DAMAGED, payload(swap('"ext":{},', ''))),
  bad('payload-ext-list', 'ext is no list', DAMAGED, over({ ext: [] })),
  bad(
    'payload-not-utf8',
    'invalid UTF-8 is refused, and not replaced',
    DAMAGED,
    payload((text) => {
      const bytes = Buffer.from(text)
      bytes[bytes.indexOf('c1')] = 0xff
      return bytes
    }),
  ),
  bad('payload-escaped-slash', 'a string has one spelling', DAMAGED, (s) => ({
    release: s.release({ commit: 'a/b' }),
    forgery: { payload: swap('a/b', 'a\\/b') },
  })),
  bad('payload-escaped-html', '<, > and & are as they are', DAMAGED, (s) => ({
    release: s.release({ commit: '<&>' }),
    forgery: { payload: swap('<&>', '\\u003c&>') },
  })),
  bad('payload-integer-as-fraction', '1.0 is not 1', DAMAGED, payload(swap('"seq":1,', '"seq":1.0,'))),
  bad('payload-integer-with-exponent', '1e0 is not 1', DAMAGED, payload(swap('"seq":1,', '"seq":1e0,'))),
  bad('seq-0', 'seq begins at 1', DAMAGED, over({ seq: 0 })),
  bad('seq-negative', 'seq is not negative', DAMAGED, over({ seq: -1 })),
  bad('seq-true', 'true is no integer', DAMAGED, over({ seq: true })),
  bad('seq-text', 'a text is no integer', DAMAGED, over({ seq: '1' })),
  bad('seq-fraction', 'seq is integral', DAMAGED, over({ seq: 1.5 })),
  bad('seq-too-large', '2^53 is no integer here', DAMAGED, payload(swap('"seq":1,', '"seq":9007199254740992,'))),
  bad('environment-null', 'the environment is a text', DAMAGED, over({ environment: null })),
  bad('time-not-there', '31 February does not exist', DAMAGED, over({ issued: '2025-02-31T00:00:00Z' })),
  bad(
    'time-no-leap-day',
    '29 February of another year does not exist',
    DAMAGED,
    over({ issued: '2025-02-29T00:00:00Z' }),
  ),
  bad('time-24', 'there is no hour 24', DAMAGED, over({ expires: '2026-01-01T24:00:00Z' })),
  bad('time-second-60', 'there is no second 60', DAMAGED, over({ expires: '2026-06-30T23:59:60Z' })),
  bad('time-offset', 'a time is in UTC', DAMAGED, over({ expires: '2026-01-02T00:00:00+00:00' })),
  bad('time-lower-case', 'Z and T are capital letters', DAMAGED, over({ expires: '2026-01-02t00:00:00z' })),
  bad('time-space', 'a pattern matches the whole text', DAMAGED, over({ expires: '2026-01-02T00:00:00Z\n' })),
  bad('time-digits', 'digits are ASCII', DAMAGED, over({ expires: '٢٠٢٦-01-02T00:00:00Z' })),
  bad('issued-null', 'under a root, a release has an end', DAMAGED, over({ issued: null })),
  bad('expires-null', 'under a root, a release does end', DAMAGED, over({ expires: null })),
  bad('ref-short', 'a reference has 49 characters', DAMAGED, over({ root: REF.slice(1) })),
  bad(
    'ref-unused-bits',
    'the last two bits of the 43rd character are 0',
    DAMAGED,
    over({ root: REF.replace('Q000002', 'R000002') }),
  ),
  bad(
    'ref-capital-hex',
    'the length is in lower-case hexadecimal',
    DAMAGED,
    over({ root: REF.replace('000002', '00000A') }),
  ),
  bad('ref-line-feed', 'a reference with a line feed after it is none', DAMAGED, over({ root: `${REF}\n` })),
  bad('history-ref-unused-bits', 'a reference has one spelling where nobody follows it, too', DAMAGED, (s) =>
    s.release({ seq: 9, history: [{ ...former(3)(s), root: REF.replace('Q000002', 'R000002') }] }),
  ),
  bad(
    'history-ref-line-feed',
    'a reference with a line feed after it is none, where nobody follows it, too',
    DAMAGED,
    (s) => s.release({ seq: 9, history: [{ ...former(3)(s), root: `${REF}\n` }] }),
  ),
  bad('history-order', 'past releases are the latest first', DAMAGED, (s) =>
    s.release({ seq: 9, history: [former(3)(s), former(4)(s)] }),
  ),
  bad('history-own-seq', 'past releases are before the release', DAMAGED, (s) =>
    s.release({ seq: 9, history: [former(9)(s)] }),
  ),
  bad('history-eleven', 'a release has ten past ones at most', DAMAGED, (s) => {
    return s.release({ seq: 20, history: [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((seq) => former(seq)(s)) })
  }),
  bad('history-unknown-type', 'a past release has a seq', DAMAGED, (s) =>
    s.release({ seq: 9, history: [{ ...former(3)(s), seq: null }] }),
  ),
  bad('format-1', 'a store of version 1 counts as absent', 'store_not_found', over({ format: 1 })),
  bad('format-3', 'a store of a later version needs a later reader', 'unsupported_format', over({ format: 3 })),
  bad('format-text', 'a format is a number', 'unsupported_format', over({ format: '2' })),

  good(
    'signatures-two',
    'a threshold of two, by two keys',
    (s) => {
      const document = rootWith({ release: roleOf([RELEASE, SECOND], 2) })
      return { release: s.release({}, document), forgery: { core: [RELEASE, SECOND], by: [SECOND, RELEASE] } }
    },
    { trust: rootWith({ release: roleOf([RELEASE, SECOND], 2) }) },
  ),
  good('signatures-refresh', 'a refresh key signs the payload', forged({ by: [REFRESH] })),
  good(
    'signatures-of-strangers',
    'a signature that counts for nobody is ignored',
    forged({ core: [STRANGER, RELEASE], by: [RELEASE, STRANGER] }),
  ),
  good(
    'signatures-garbage-beside',
    'a signature that is none is ignored beside one that counts',
    forged({
      signatures: (all) => [{ keyid: 'x', sig: '!' }, ...all, { keyid: RELEASE.public.keyid, sig: '' }],
    }),
  ),
  bad('signatures-none', 'a head is signed', 'signature_invalid', forged({ by: [] })),
  bad('signatures-no-core', 'the signed part is signed', 'signature_invalid', forged({ core: [] })),
  bad(
    'signatures-by-stranger',
    'the keys are those of the root',
    'signature_invalid',
    forged({ core: [STRANGER], by: [STRANGER] }),
  ),
  bad(
    'signatures-core-by-refresh',
    'a refresh key does not sign the signed part',
    'signature_invalid',
    forged({ core: [REFRESH] }),
  ),
  bad(
    'signatures-by-root-key',
    'a root key signs no release',
    'signature_invalid',
    forged({ core: [ROOT], by: [ROOT] }),
  ),
  bad(
    'signatures-too-few',
    'one of two is not enough',
    'signature_invalid',
    (s) => ({
      release: s.release({}, rootWith({ release: roleOf([RELEASE, SECOND], 2) })),
      forgery: {},
    }),
    { trust: rootWith({ release: roleOf([RELEASE, SECOND], 2) }) },
  ),
  bad(
    'signatures-one-key-twice',
    'two signatures by one key count once',
    'signature_invalid',
    (s) => ({
      release: s.release({}, rootWith({ release: roleOf([RELEASE, SECOND], 2) })),
      forgery: { core: [RELEASE, RELEASE], by: [RELEASE, RELEASE] },
    }),
    { trust: rootWith({ release: roleOf([RELEASE, SECOND], 2) }) },
  ),
  bad('signatures-keyid-of-another', 'a keyid proves nothing', 'signature_invalid', (s) => ({
    release: s.release(),
    forgery: {
      by: [STRANGER],
      signatures: (all: Sig[]) => all.map(({ sig }) => ({ keyid: RELEASE.public.keyid, sig })),
    },
  })),
  bad(
    'signatures-other-type',
    'a signature is over the type, too',
    'signature_invalid',
    forged({ coreType: 'application/vnd.tenfold.release+json' }),
  ),
  bad(
    'signatures-cut',
    'a signature has 64 bytes',
    'signature_invalid',
    forged({
      signatures: (all) => first(all, (sig) => Buffer.from(sig, 'base64').subarray(0, 63).toString('base64')),
    }),
  ),
  bad(
    'signatures-unpadded',
    'a signature is in strict base64',
    'signature_invalid',
    forged({ signatures: (all) => first(all, (sig) => sig.replace(/=+$/, '')) }),
  ),
  bad(
    'signatures-unused-bits',
    'the bits that base64 does not use are zero',
    'signature_invalid',
    forged({ signatures: (all) => first(all, (sig) => unusedBits(sig)) }),
  ),
  bad(
    'signatures-flipped',
    'a signature that does not verify counts for none',
    'signature_invalid',
    forged({
      coreSignatures: (all) => first(all, (sig) => `${sig.startsWith('A') ? 'B' : 'A'}${sig.slice(1)}`),
    }),
  ),
  bad(
    'signatures-33',
    'a list has 32 signatures at most',
    DAMAGED,
    forged({
      signatures: (all) => Array.from({ length: 33 }, () => all[0] ?? { keyid: '', sig: '' }),
    }),
  ),
  bad(
    'signatures-not-a-list',
    'signatures are a list',
    DAMAGED,
    envelope((text) => {
      const { payload: p, payloadType }: Record<string, unknown> = JSON.parse(text)
      return `${canonical({ payload: p, payloadType, signatures: {} })}\n`
    }),
  ),
  bad(
    'signed-part-changed',
    'what was signed is what is said',
    'signature_invalid',
    forged({ payload: swap('"seq":1,', '"seq":2,') }),
  ),
]
