import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { stateFolder } from '../../src/base/own-folders.ts'
import {
  LocalKey,
  type SigningRole,
  asideOf,
  localPublicKey,
  signingKeys,
  variableOf,
  writePrivate,
} from '../../src/trust/private-keys.ts'
import { type PrivateKey, generateKey, toPem } from '../../src/trust/sign-head.ts'
import { temporaryFolder } from '../support/config.ts'

test('the public half of the local key is written again where it is gone, or another one’s', () => {
  const folder = temporaryFolder()
  const shown = join(folder, 'keys', 'local.pub')
  const open = (): LocalKey => new LocalKey(join(folder, 'keys'), join(folder, 'store'))
  const key = open().private()
  const text = readFileSync(shown, 'utf8')
  expect(text).toBe(`${key.public.x}\n`)
  for (const spoil of [() => rmSync(shown), () => writeFileSync(shown, 'another\n')]) {
    spoil()
    expect(open().private().public).toEqual(key.public)
    expect(readFileSync(shown, 'utf8')).toBe(text)
  }
})

describe('the private keys of a role', () => {
  const [one, other, third] = [generateKey(), generateKey(), generateKey()]
  const named = (keys: readonly PrivateKey[]): string[] => keys.map(({ public: { x } }) => x)
  const folderWith = (files: Readonly<Record<string, string>>): string => {
    const folder = temporaryFolder()
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }
  const RSA = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey

  test.each<[role: SigningRole, variable: string]>([
    ['root', 'TENFOLD_ROOT_KEY'],
    ['release', 'TENFOLD_RELEASE_KEY'],
    ['refresh', 'TENFOLD_REFRESH_KEY'],
  ])('%s: those of %s, and not those of the folder', (role, variable) => {
    const folder = folderWith({ [`${role}.pem`]: toPem(third) })
    expect(variableOf(role)).toBe(variable)
    const given = (text: string): string[] => named(signingKeys(role, folder, { [variable]: text }))
    expect(given(toPem(one))).toEqual(named([one]))
    expect(given(`${toPem(one)}\n${toPem(other)}`)).toEqual(named([one, other]))
    expect(given(toPem(one).replaceAll('\n', '\\n'))).toEqual(named([one]))
    expect(given('')).toEqual(named([third]))
    expect(named(signingKeys(role, folder, {}))).toEqual(named([third]))
  })

  test.each([
    ['words', 'a key'],
    ['a public key', createPublicKey(one.key).export({ type: 'spki', format: 'pem' }).toString()],
    ['a key of another kind', RSA],
    ['a key beside one that is none', `${toPem(one)}${RSA}`],
    ['half a key', toPem(one).replace(/-----END.*/, '')],
  ])('a variable with %s is refused', (_, text) => {
    expect(() => signingKeys('release', temporaryFolder(), { TENFOLD_RELEASE_KEY: text })).toThrow(
      expect.objectContaining({
        kind: 'world',
        message: 'TENFOLD_RELEASE_KEY holds no Ed25519 private key in PEM',
        help: 'put the text of a release.pem into it, as `tenfold keys init` wrote it',
      }),
    )
  })

  test('those of a folder are numbered up to sixteen, and those set aside come last', () => {
    const files = {
      'release-2.pem': toPem(other),
      'release.pem': toPem(one),
      'release-17.pem': toPem(generateKey()),
      'release-1.pem.before-root-3-2': toPem(third),
      'refresh.pem.before-root-3': toPem(generateKey()),
      'release.pem.before-root-3.txt': toPem(generateKey()),
      'my-release.pem.before-root-3': toPem(generateKey()),
      'release.pem.before-root-2': 'no key any more',
    }
    expect(named(signingKeys('release', folderWith(files), {}))).toEqual(named([one, other, third]))
    expect(signingKeys('release', folderWith({ 'release-16.pem': toPem(one) }), {})).toHaveLength(1)
    expect(signingKeys('release', join(temporaryFolder(), 'nowhere'), {})).toEqual([])
  })

  test('a file that is no key is refused, and so is one that cannot be read', () => {
    const folder = folderWith({ 'root.pem': 'no key' })
    expect(() => signingKeys('root', folder, {})).toThrow(
      expect.objectContaining({
        message: `${join(folder, 'root.pem')} is not an Ed25519 private key in PEM`,
        help: 'restore it, or rotate the key',
      }),
    )
    rmSync(join(folder, 'root.pem'))
    mkdirSync(join(folder, 'root.pem'))
    expect(() => signingKeys('root', folder, {})).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`cannot read the key ${join(folder, 'root.pem')}`) }),
    )
  })

  test('a file is set aside under a name that is free', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'release.pem')
    expect(asideOf(file, 3)).toBe(`${file}.before-root-3`)
    writeFileSync(`${file}.before-root-3`, '')
    expect(asideOf(file, 3)).toBe(`${file}.before-root-3-2`)
    writeFileSync(`${file}.before-root-3-2`, '')
    expect(asideOf(file, 3)).toBe(`${file}.before-root-3-3`)
  })

  test('a private file is nobody else’s, and is never written over', () => {
    const file = join(temporaryFolder(), 'new', 'a.pem')
    writePrivate(file, 'one')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(() => writePrivate(file, 'two')).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`cannot write ${file}`) }),
    )
    expect(readFileSync(file, 'utf8')).toBe('one')
    expect(readdirSync(dirname(file))).toEqual(['a.pem'])
  })
})

describe('the local key', () => {
  test('is made when something has to be signed, and not before', () => {
    const folder = temporaryFolder()
    const key = new LocalKey(join(folder, 'keys'), join(folder, 'store'))
    expect(key.public).toBeUndefined()
    expect(existsSync(join(folder, 'keys'))).toBe(false)
    expect(key.private().public).toEqual(key.public)
    expect(statSync(join(folder, 'keys', 'local.pem')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys', 'local.pub')).mode & 0o777).toBe(0o644)
    expect(readdirSync(join(folder, 'keys')).sort()).toEqual(['local.pem', 'local.pub'])
  })

  test('is undone where it was made, unless the store is signed with it', () => {
    const folder = temporaryFolder()
    const [keys, store] = [join(folder, 'keys'), join(folder, 'store')]
    const key = new LocalKey(keys, store)
    const { keyid } = key.private().public
    mkdirSync(store)
    writeFileSync(join(store, 'head.json'), `{"keyid":"${keyid}"}`)
    key.undo()
    expect(readdirSync(keys).sort()).toEqual(['local.pem', 'local.pub'])
    writeFileSync(join(store, 'head.json'), '{"keyid":"another"}')
    key.undo()
    expect(readdirSync(keys)).toEqual([])
    const again = new LocalKey(keys, store).private()
    const later = new LocalKey(keys, store)
    expect(later.private().public).toEqual(again.public)
    later.undo()
    expect(readdirSync(keys).sort()).toEqual(['local.pem', 'local.pub'])
  })

  test('is undone without a store, with the folder that was made for it', () => {
    const state = join(temporaryFolder(), 'state')
    vi.stubEnv('XDG_STATE_HOME', state)
    const keys = stateFolder() ?? ''
    const key = new LocalKey(keys, join(state, 'store'))
    key.private()
    expect(statSync(keys).mode & 0o777).toBe(0o700)
    key.undo()
    expect(existsSync(state)).toBe(false)
    key.undo()
  })

  test('is no key where its folder is open to others', () => {
    vi.stubEnv('XDG_STATE_HOME', temporaryFolder())
    const keys = stateFolder() ?? ''
    const key = new LocalKey(keys, join(keys, 'store'))
    const { public: before } = key.private()
    chmodSync(keys, 0o770)
    expect(key.public).toBeUndefined()
    expect(() => new LocalKey(keys, join(keys, 'store')).private()).toThrow(
      expect.objectContaining({
        kind: 'world',
        message: `${keys} is another user's, or open to others`,
        help: `close it with \`chmod 700 ${keys}\`; if it is another user's, name one of your own by XDG_STATE_HOME`,
      }),
    )
    chmodSync(keys, 0o700)
    expect(key.public).toEqual(before)
  })

  test('is refused where its folder cannot be made', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'file'))
    const keys = stateFolder() ?? ''
    expect(() => new LocalKey(keys, 'store').private()).toThrow(
      expect.objectContaining({
        kind: 'world',
        message: expect.stringContaining(`cannot make ${keys}`),
        help: 'name a folder that you may write to by XDG_STATE_HOME',
      }),
    )
  })

  test('that is no key is refused, and so is one whose public half is no key', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'local.pem'), 'no key')
    expect(() => new LocalKey(folder, 'store').private()).toThrow(
      expect.objectContaining({
        message: `${join(folder, 'local.pem')} is not an Ed25519 private key in PEM`,
        help: 'delete it: the next release makes another',
      }),
    )
    writeFileSync(join(folder, 'local.pub'), 'no key\n')
    expect(localPublicKey(folder)).toBeUndefined()
    const { public: shown } = generateKey()
    writeFileSync(join(folder, 'local.pub'), ` ${shown.x} \n`)
    expect(localPublicKey(folder)?.x).toBe(shown.x)
    rmSync(join(folder, 'local.pub'))
    mkdirSync(join(folder, 'local.pub'))
    expect(() => localPublicKey(folder)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('cannot read') }),
    )
  })
})

afterEach(() => vi.unstubAllEnvs())
