/**
 * Do our verifier and our unsealer judge as the world's own test vectors say they must?
 *
 *     tsx test/conformance/trust.ts
 *
 * Ed25519: Project Wycheproof's vectors, which are kept beside the project and not in it.
 * age: the Community Cryptography Test Vectors, from the npm package `cctv-age`.
 * DSSE: the vector and the signed example of its specification.
 */
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import * as cctv from 'cctv-age'
import { Malformed, integer, list, object, string } from '../../src/store/format/decode-json.ts'
import { isSignedBy, publicKey, isMet, preAuthEncoding } from '../../src/trust/public-key.ts'
import { privateKey } from '../../src/trust/sign-head.ts'
import { open } from '../../src/trust/unseal-keys.ts'

let passed = 0
let failed = 0
const skipped = new Map<string, number>()

function expect(what: string, isRight: boolean): void {
  if (isRight) passed++
  else {
    failed++
    console.error(`trust: ${what}`)
  }
}

function skip(why: string): void {
  skipped.set(why, (skipped.get(why) ?? 0) + 1)
}

const wycheproof = new URL('../../../shared/data/wycheproof-ed25519.json', import.meta.url)

/** A valid signature has to verify, an invalid one must not; of an acceptable one either is right. */
function ed25519(): void {
  const groups = list(
    object(JSON.parse(readFileSync(wycheproof, 'utf8')), 'the vectors')['testGroups'],
    'the groups',
    object,
  )
  for (const group of groups) {
    const hex = string(object(group['publicKey'], 'a key')['pk'], 'pk')
    const tests = list(group['tests'], 'the tests', object)
    for (const test of tests) {
      const result = string(test['result'], 'a result')
      const isValid = isGood(
        hex,
        Buffer.from(string(test['msg'], 'msg'), 'hex'),
        Buffer.from(string(test['sig'], 'sig'), 'hex'),
      )
      const name = `wycheproof ${integer(test['tcId'], 'tcId')} (${result}): ${string(test['comment'], 'comment')}`
      expect(name, result === 'acceptable' || isValid === (result === 'valid'))
    }
  }
}

/** A key that we refuse verifies nothing. */
function isGood(key: string, message: Buffer, signature: Buffer): boolean {
  try {
    return isSignedBy(
      publicKey(Buffer.from(key, 'hex').toString('base64url'), 'the key'),
      message,
      signature.toString('base64'),
    )
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

interface Vector {
  readonly header: ReadonlyMap<string, readonly string[]>
  readonly file: Uint8Array
}

/** Lines of `key: value`, an empty line, and a file. */
function vectorIn(bytes: Uint8Array): Vector {
  const all = Buffer.from(bytes)
  const end = all.indexOf('\n\n')
  const header = new Map<string, string[]>()
  for (const line of all.subarray(0, end).toString('utf8').split('\n')) {
    const [key = '', value = ''] = line.split(/: (.*)/s)
    header.set(key, [...(header.get(key) ?? []), value])
  }
  const file = all.subarray(end + 2)
  return { header, file: header.get('compressed')?.[0] === 'zlib' ? inflateSync(file) : file }
}

/** What a release never holds: it seals to recipients, in binary. Undefined for what it may hold. */
function foreign(header: Vector['header']): string | undefined {
  if (header.has('armored')) return 'armor'
  if (header.has('passphrase')) return 'passphrases'
  const known = ['expect', 'payload', 'file key', 'identity', 'comment', 'compressed']
  return [...header.keys()].every((key) => known.includes(key)) ? undefined : 'an unknown kind'
}

async function age(): Promise<void> {
  for (const [name, bytes] of Object.entries(cctv)) {
    if (!(bytes instanceof Uint8Array)) continue
    const { header, file } = vectorIn(bytes)
    const why = foreign(header)
    if (why !== undefined) {
      skip(why)
      continue
    }
    const plaintext = await opened(file, header.get('identity') ?? [])
    const expected = header.get('expect')?.[0]
    const isRight =
      expected === 'success'
        ? plaintext !== undefined && createHash('sha256').update(plaintext).digest('hex') === header.get('payload')?.[0]
        : plaintext === undefined
    expect(`age ${name} (${expected ?? 'nothing expected'})`, isRight)
  }
}

async function opened(file: Uint8Array, identities: readonly string[]): Promise<Uint8Array | undefined> {
  try {
    return await open(file, identities)
  } catch (error) {
    // All that a caller learns is that it cannot be opened. Anything else would be a bug of ours.
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#test-vectors */
function dsse(): void {
  const type = 'http://example.com/HelloWorld'
  const body = Buffer.from('hello world')
  expect(
    'DSSE’s PAE vector',
    Buffer.from(preAuthEncoding(type, body)).toString() === 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
  expect('PAE counts bytes', Buffer.from(preAuthEncoding('é', Buffer.from('é'))).toString() === 'DSSEv1 2 é 2 é')
  expect('PAE of nothing', Buffer.from(preAuthEncoding('', Buffer.alloc(0))).toString() === 'DSSEv1 0  0 ')

  // The specification's own example signs with ECDSA, which a release never is; what it signs is our encoding.
  const example = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: X, y: Y }, format: 'jwk' })
  const hasSigned = verify(
    'sha256',
    preAuthEncoding(type, body),
    { key: example, dsaEncoding: 'ieee-p1363' },
    Buffer.from(ECDSA, 'base64'),
  )
  expect('the specification’s example', hasSigned)

  // The same envelope with Ed25519, under the first key of RFC 8032, 7.1, is what an independent implementation has to
  // come to, since Ed25519 is deterministic.
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const pem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const key = privateKey(pem)
  const rfc = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
  expect('the public key of RFC 8032, 7.1, test 1', key?.public.x === rfc.toString('base64url'))
  if (key === undefined) return
  const role = { threshold: 1, keys: [key.public] }
  const signed = [{ keyid: key.public.keyid, sig: EXAMPLE }]
  expect('the example envelope verifies', isMet(role, type, body, signed))
  expect('under another type it does not', !isMet(role, 'http://example.com/HelloWorle', body, signed))
  expect('around another body it does not', !isMet(role, type, Buffer.from('hello worle'), signed))
}

/** The key and the signature of the specification's example. */
const X = 'Z805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jg'
const Y = 'DHgr1U4mkSWkT0Qzr_FDLOlOErynOqZ6yAzqEmCN33Q'
const ECDSA = 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=='

/** By another program: `printf 'DSSEv1 …' | openssl pkeyutl -sign -rawin`. */
const EXAMPLE = '4DHX3Zn4qpBKvEj7maE8O9u9bjXEnPLLnyXVUJ2PXJR8DSLcL3QDpFvfJOj3pB/SPHsl6Jg4boxsMb6KvuYABw=='

async function main(): Promise<number> {
  if (!existsSync(wycheproof)) {
    console.log('trust: skipped, the Ed25519 vectors are not here')
    return 0
  }
  ed25519()
  await age()
  dsse()
  const all = [...skipped.values()].reduce((sum, count) => sum + count, 0)
  const why = [...skipped].map(([what, count]) => `${count} of ${what}`).join(', ')
  if (all > 0) console.log(`trust: skipped ${why}: a release holds none`)
  console.log(`trust: ${passed} vectors passed, ${all} skipped, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
