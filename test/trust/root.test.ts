import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { Failure } from '../../src/base/failure.ts'
import { isSignedBy, publicKey, Untrusted, isMet, preAuthEncoding, type Role } from '../../src/trust/public-key.ts'
import {
  type Root,
  type RootDocument,
  documentAt,
  readRootDocument,
  writeRootDocument,
  rootDigest,
} from '../../src/trust/root-document.ts'
import { firstRoot, nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, signRoot } from '../../src/trust/sign-head.ts'
import { descendsFrom, epochOf, newerRoot, verifyRootDocument } from '../../src/trust/root-descent.ts'

const [a, b, c, d, e] = [generateKey(), generateKey(), generateKey(), generateKey(), generateKey()]
const [release, refresh, release2] = [generateKey(), generateKey(), generateKey()]

function first(keys: readonly PrivateKey[], threshold: number, signers = keys): RootDocument {
  return firstRoot(
    {
      root: roleOf(keys, threshold),
      release: roleOf([release], 1),
      refresh: roleOf([refresh], 1),
      recipients: {},
      secrets: {},
    },
    signers,
  )
}

/** A next root that nobody asked whether it may be. */
function forged(document: RootDocument, change: Partial<Root>, signers: readonly PrivateKey[]): RootDocument {
  const { previous, ...last } = document
  const signed = { ...last.signed, version: last.signed.version + 1, ...change }
  return { signed, signatures: signRoot(signed, signers), previous: [...previous, last] }
}

function read(document: RootDocument): RootDocument {
  return readRootDocument(Buffer.from(writeRootDocument(document)))
}

describe('a root document', () => {
  it('reads as it was written, and its digest is that of its bytes', () => {
    const document = nextRoot(first([a, b, c], 2), { release: roleOf([release2], 1) }, [a, b])
    expect(writeRootDocument(read(document))).toBe(writeRootDocument(document))
    verifyRootDocument(read(document))
    expect(rootDigest(document)).toMatch(/^[0-9a-f]{64}$/)
    expect(rootDigest(documentAt(document, 1) ?? document)).toBe(rootDigest(first([a, b, c], 2, [a, b, c])))
  })

  it('is refused in any other spelling', () => {
    const text = writeRootDocument(first([a], 1))
    const others = [
      text.trimEnd(),
      `${text}\n`,
      ` ${text}`,
      text.replace('{\n', '{\r\n'),
      text.replaceAll('  ', '\t'),
      JSON.stringify(JSON.parse(text)),
      text.replace('"format": 1', '"format": 1.0'),
      text.replace('"previous": []', '"previous":[]'),
      `\uFEFF${text}`,
      text.replace('"secrets": {}', '"secrets": {},\n    "secrets": {}'),
      text.replace('"secrets": {}', '"secrets": {"__proto__": []}'),
    ]
    for (const other of others) expect(() => readRootDocument(Buffer.from(other)), other).toThrow(Malformed)
    for (let i = 0; i < text.length; i += 7) {
      const bytes = Buffer.from(text)
      bytes[i] = (bytes[i] ?? 0) ^ 1
      expect(() => verifyRootDocument(readRootDocument(bytes)), `byte ${i}`).toThrow()
    }
  })

  it('that was edited by hand no longer carries its signatures', () => {
    const document = first([a], 1)
    const edited: RootDocument = { ...document, signed: { ...document.signed, recipients: { production: {} } } }
    expect(() => verifyRootDocument(read(edited))).toThrow(/not signed by its own keys/)
  })

  it.each([
    ['a threshold of 0', { threshold: 0 }],
    ['a threshold beyond its keys', { threshold: 4 }],
    ['a negative threshold', { threshold: -1 }],
    ['a key twice', { keys: [a.public, b.public, a.public] }],
    ['no keys', { keys: [], threshold: 1 }],
    ['seventeen keys', { keys: Array.from({ length: 17 }, () => generateKey().public) }],
  ])('with %s is refused, whatever the role', (_, change) => {
    for (const role of ['root', 'release', 'refresh'] as const) {
      const document = first([a, b, c], 2)
      const wrong: Role = { ...roleOf([a, b, c], 2), ...change }
      expect(() => read({ ...document, signed: { ...document.signed, [role]: wrong } })).toThrow(Malformed)
    }
  })

  it('lets no two providers use one secret, and knows the form of names and recipients', () => {
    const document = first([a], 1)
    const say =
      (over: Partial<Root>): (() => RootDocument) =>
      () =>
        read({ ...document, signed: { ...document.signed, ...over } })
    expect(say({ secrets: { openai: ['X_API_KEY'], dalle: ['X_API_KEY'] } })).toThrow(/two providers/)
    for (const name of ['PATH', 'x_API_KEY', 'OPENAI_API_KEY\n', '_API_KEY', ''])
      expect(say({ secrets: { openai: [name] } })).toThrow(Malformed)
    for (const key of ['age1', 'AGE-SECRET-KEY-1', 'ssh-ed25519 AAAA', ''])
      expect(say({ recipients: { production: { runtime: key } } })).toThrow(Malformed)
  })

  it('over 256 KiB, of more than 64 versions, or with more signatures than all keys of two could make, is refused', () => {
    expect(() => readRootDocument(Buffer.alloc(262_145, 32))).toThrow(/256 KiB/)
    const document = first([a], 1)
    const [signature] = document.signatures
    if (signature === undefined) throw new Error('not signed')
    const many = (n: number): RootDocument => ({ ...document, signatures: Array.from({ length: n }, () => signature) })
    verifyRootDocument(read(many(32)))
    expect(() => read(many(33))).toThrow(/signatures are more than 32/)
    const { previous: _, ...version } = document
    const long = (n: number): RootDocument => ({ ...document, previous: Array.from({ length: n - 1 }, () => version) })
    read(long(64))
    expect(() => read(long(65))).toThrow(/more than 63/)
  })
})

describe('a threshold', () => {
  it('of 2 of 3 is met by any two, and by no one alone', () => {
    for (const pair of [
      [a, b],
      [b, c],
      [c, a],
      [a, b, c],
    ])
      verifyRootDocument(first([a, b, c], 2, pair))
    for (const one of [[a], [b], [c], []]) expect(() => verifyRootDocument(first([a, b, c], 2, one))).toThrow(Untrusted)
  })

  it('counts keys: the same signature twice, or two by one key, is one', () => {
    expect(() => verifyRootDocument(first([a, b, c], 2, [a, a]))).toThrow(Untrusted)
    const document = first([a, b, c], 2, [a])
    const twice = { ...document, signatures: [...document.signatures, ...document.signatures] }
    expect(() => verifyRootDocument(twice)).toThrow(Untrusted)
  })

  it('counts distinct key bytes, not key ids: one key under two ids is one', () => {
    const alias = { ...a.public, keyid: 'f'.repeat(64) }
    const role: Role = { threshold: 2, keys: [a.public, alias] }
    const body = Buffer.from('body')
    const sig = sign(null, preAuthEncoding('type', body), a.key).toString('base64')
    expect(
      isMet(role, 'type', body, [
        { keyid: a.public.keyid, sig },
        { keyid: alias.keyid, sig },
      ]),
    ).toBe(false)
    expect(isMet({ ...role, threshold: 1 }, 'type', body, [{ keyid: alias.keyid, sig }])).toBe(true)
  })

  it('is not met by keys that the role does not have, nor under another key’s id', () => {
    expect(() => verifyRootDocument(first([a, b, c], 2, [a, d]))).toThrow(Untrusted)
    const document = first([a, b, c], 2, [a])
    const [signature] = document.signatures
    for (const keyid of [b.public.keyid, d.public.keyid, '', 'x']) {
      const more = { ...document, signatures: [...document.signatures, { keyid, sig: signature?.sig ?? '' }] }
      expect(() => verifyRootDocument(more)).toThrow(Untrusted)
    }
  })

  it('is met though strangers have signed too', () => {
    verifyRootDocument(first([a, b, c], 2, [d, a, e, b]))
  })

  it('takes signatures in strict base64 alone', () => {
    const body = Buffer.from('body')
    const sig = sign(null, body, a.key).toString('base64')
    expect(isSignedBy(a.public, body, sig)).toBe(true)
    const lenient = [
      sig.replace(/=+$/, ''),
      `${sig}=`,
      `${sig}\n`,
      ` ${sig}`,
      `${sig.slice(0, 8)}\n${sig.slice(8)}`,
      `${sig}AAAA`,
      '',
      'AAAA',
      Buffer.from(sig, 'base64').toString('hex'),
    ]
    for (const other of lenient) expect(isSignedBy(a.public, body, other), other).toBe(false)
    if (/[+/]/.test(sig)) expect(isSignedBy(a.public, body, sig.replaceAll('+', '-').replaceAll('/', '_'))).toBe(false)
    // The last character's low bits say nothing: another letter decodes to the same 64 bytes.
    const [last = ''] = sig.slice(-3)
    const neighbour = String.fromCharCode(last.charCodeAt(0) + 1)
    expect(isSignedBy(a.public, body, `${sig.slice(0, -3)}${neighbour}==`)).toBe(false)
  })
})

describe('a public key', () => {
  const SMALL = [
    // The eight points of small order in their canonical encodings.
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    // The same in the encodings that are not: a sign of zero, and y + p.
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ]

  it.each(SMALL)('of small order is refused: %s', (hex) => {
    expect(() => publicKey(Buffer.from(hex, 'hex').toString('base64url'), 'it')).toThrow(/anybody could sign/)
  })

  it('that is written in another way than its one is refused', () => {
    for (const last of ['ef', 'f0', 'ff']) {
      for (const top of ['7f', 'ff']) {
        const hex = `${last}${'ff'.repeat(30)}${top}`
        expect(() => publicKey(Buffer.from(hex, 'hex').toString('base64url'), 'it')).toThrow(Malformed)
      }
    }
    const { x } = a.public
    for (const other of [
      `${x}=`,
      `${x}\n`,
      ` ${x}`,
      x.slice(1),
      `${x}A`,
      '',
      Buffer.from(x, 'base64url').toString('hex'),
    ]) {
      expect(() => publicKey(other, 'it')).toThrow(Malformed)
    }
    for (const other of [undefined, null, 1, {}, [x]]) expect(() => publicKey(other, 'it')).toThrow(Malformed)
  })

  it('of small order cannot stand in a root, so that nobody signs for everybody', () => {
    const document = first([a], 1)
    const text = writeRootDocument(document)
    for (const hex of SMALL) {
      const weak = text.replaceAll(a.public.x, Buffer.from(hex, 'hex').toString('base64url'))
      expect(() => readRootDocument(Buffer.from(weak))).toThrow(Malformed)
    }
  })
})

describe('a rotation', () => {
  const one = first([a, b, c], 2)

  it('from one version to the next is signed by the keys of both', () => {
    const two = nextRoot(one, { root: roleOf([c, d, e], 2) }, [a, b, d, e])
    expect(newerRoot(one, two)).toEqual(two)
    verifyRootDocument(read(two))
    // c is in both, so that two signatures can do for all.
    verifyRootDocument(nextRoot(one, { root: roleOf([b, c], 2) }, [b, c]))
  })

  it('is refused when the keys of either are too few', () => {
    const change = { root: roleOf([d, e], 2) }
    for (const signers of [[a, d, e], [d, e], [a, b, d], [a, b], [a, b, c], []]) {
      expect(() => newerRoot(one, forged(one, change, signers)), String(signers.length)).toThrow(Untrusted)
      expect(() => nextRoot(one, change, signers)).toThrow(Failure)
    }
  })

  it('that lowers the threshold needs the old one', () => {
    const change = { root: roleOf([a], 1) }
    expect(() => newerRoot(one, forged(one, change, [a]))).toThrow(Untrusted)
    newerRoot(one, forged(one, change, [a, b]))
  })

  it('may be several at once: whoever has the first follows to the last', () => {
    let document = one
    const keys = [
      [a, b, d, e],
      [d, e, a],
      [d, e, a],
    ]
    document = nextRoot(document, { root: roleOf([d, e], 2) }, keys[0] ?? [])
    document = nextRoot(document, { root: roleOf([a], 1) }, keys[1] ?? [])
    document = nextRoot(document, { release: roleOf([release2], 1) }, keys[2] ?? [])
    expect(newerRoot(one, read(document)).signed.version).toBe(4)
    expect(descendsFrom(document, one)).toBe(true)
    expect(descendsFrom(one, document)).toBe(false)
    expect(newerRoot(document, one)).toBe(document)
    for (let version = 1; version <= 4; version++) verifyRootDocument(documentAt(document, version) ?? one)
    expect(documentAt(document, 5)).toBeUndefined()
    expect(documentAt(document, 0)).toBeUndefined()
  })

  it('is possible 63 times, since no reader takes more than 64 versions', () => {
    let document = first([a], 1)
    while (document.signed.version < 64) document = nextRoot(document, {}, [a])
    verifyRootDocument(read(document))
    expect(() => nextRoot(document, {}, [a])).toThrow(/root 65 cannot be made: .* of more than 64 versions/)
  })

  it('in the wrong order, with one left out, or with one twice is refused', () => {
    const two = nextRoot(one, { recipients: { production: {} } }, [a, b])
    const three = nextRoot(two, { secrets: { openai: ['OPENAI_API_KEY'] } }, [a, b])
    const [v1, v2] = three.previous
    if (v1 === undefined || v2 === undefined) throw new Error('no roots before')
    for (const previous of [[v2, v1], [v1], [v2], [v1, v1], [v1, v2, v2], []]) {
      const wrong = { ...three, previous }
      expect(() => verifyRootDocument(wrong), `${previous.length}`).toThrow(Untrusted)
      // Whoever trusts the first takes none of them: where it stands, another stands, or one is missing.
      if (previous.length !== 0) expect(() => newerRoot(one, wrong)).toThrow(Untrusted)
    }
    expect(() => newerRoot(one, forged(one, { version: 3 }, [a, b]))).toThrow(/comes after/)
    expect(() => newerRoot(one, forged(one, { version: 1 }, [a, b]))).toThrow(Untrusted)
  })

  it('cannot be of another descent, however well it is signed by itself', () => {
    const other = first([d], 1)
    expect(() => newerRoot(one, other)).toThrow(/does not follow/)
    expect(() => newerRoot(one, nextRoot(other, { recipients: { production: {} } }, [d]))).toThrow(Untrusted)
    // The trusted first one before a second that its keys have not signed.
    const { previous: _, ...first1 } = one
    const stolen = { ...nextRoot(other, { recipients: {} }, [d]), previous: [first1] }
    expect(() => newerRoot(one, stolen)).toThrow(Untrusted)
    expect(() => verifyRootDocument(stolen)).toThrow(Untrusted)
  })

  it('that forges what came before is spliced onto what we know: our own past stays', () => {
    const two = nextRoot(one, { release: roleOf([release2], 1) }, [a, b])
    const three = nextRoot(two, { recipients: { production: {} } }, [a, b])
    const { previous: _, ...other } = first([d], 1)
    const offered = { ...three, previous: [other, ...three.previous.slice(1)] }
    expect(() => verifyRootDocument(offered)).toThrow(Untrusted)
    const taken = newerRoot(two, offered)
    expect(taken).toEqual(three)
    expect(epochOf(taken)).toBe(2)
  })

  it('begins an epoch with other release keys or another threshold of them, and with nothing else', () => {
    let document = one
    const epochs: number[] = []
    for (const change of [
      { recipients: { production: {} } },
      { release: roleOf([release2], 1) },
      { refresh: roleOf([release], 1) },
      { release: roleOf([release, release2], 2) },
      { release: roleOf([release2, release], 1) },
      { root: roleOf([a, b], 2) },
    ]) {
      document = nextRoot(document, change, [a, b])
      epochs.push(epochOf(document))
    }
    expect(epochs).toEqual([1, 3, 3, 5, 6, 6])
  })
})

describe('the last root that there is room for', () => {
  it('is the 64th: no other is made after it, and all of them are followed from the first', () => {
    const one = first([a, b, c], 2)
    let last = one
    for (let i = 2; i <= 64; i++)
      last = nextRoot(last, { recipients: { production: {} } }, i % 2 === 0 ? [a, b] : [b, c])
    expect(newerRoot(one, read(last)).signed.version).toBe(64)
    verifyRootDocument(read(last))
    expect(() => nextRoot(last, {}, [a, b])).toThrow(
      'root 65 cannot be made: its document would be of more than 64 versions',
    )
  })

  it('is one of 256 KiB', () => {
    const keys = Array.from({ length: 16 }, generateKey)
    let last = first(keys, 16)
    const rotate = (): never => {
      for (;;) last = nextRoot(last, { release: roleOf(Array.from({ length: 16 }, generateKey), 1) }, keys)
    }
    expect(rotate).toThrow('its document would be over 256 KiB')
    verifyRootDocument(read(last))
  })
})

describe('false signatures', () => {
  /** A successor with so many signatures that are none, by keys that the first root names, before a good one. */
  function falselySigned(falsities: number): readonly [RootDocument, RootDocument] {
    const keys = Array.from({ length: 5 }, generateKey)
    const trusted = first(keys, 1)
    const { signatures, ...next } = forged(trusted, {}, keys)
    const [key] = trusted.signed.root.keys
    const none = { keyid: key?.keyid ?? '', sig: Buffer.alloc(64).toString('base64') }
    return [trusted, { ...next, signatures: [...Array.from({ length: falsities }, () => none), ...signatures] }]
  }

  it('are passed over, some for each of the two that have to sign', () => {
    const [trusted, offered] = falselySigned(15)
    expect(newerRoot(trusted, offered).signed.version).toBe(2)
  })

  it('are refused beyond that, whatever follows', () => {
    const [trusted, offered] = falselySigned(33)
    expect(() => newerRoot(trusted, offered)).toThrow(new Untrusted('root', 'too many of its signatures are false'))
    expect(descendsFrom(offered, trusted)).toBe(false)
  })
})
