import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keysFor } from '../../src/release/keys-at-hand.ts'
import { LocalKey } from '../../src/trust/private-keys.ts'
import { type RootDocument, readRootDocument } from '../../src/trust/root-document.ts'
import { privateKey } from '../../src/trust/sign-head.ts'
import { verifyRootDocument } from '../../src/trust/root-descent.ts'
import { stride } from '../properties/seed.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { killed, under } from '../support/killed.ts'
import { tenfold } from '../support/run.ts'
import { rooted } from '../trust/support.ts'
import { unchanged } from './support.ts'

/** As a USB stick does, on which offline keys may lie. */
const LINKLESS = `
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  fs.linkSync = () => { throw Object.assign(new Error('EPERM'), { code: 'EPERM' }) }
  syncBuiltinESMExports()`

function rootIn(folder: string): RootDocument {
  return readRootDocument(readFileSync(join(folder, 'config', 'trust', 'root.json')))
}

/** Every private key of the root in force is found where commands look for it, and no key is there by half. */
function expectAllKeys(folder: string): void {
  const document = rootIn(folder)
  verifyRootDocument(document)
  const keys = join(folder, '.tenfold', 'keys')
  const signing = {
    localStore: '',
    isLocalStore: () => false,
    local: new LocalKey('', ''),
    keys,
    env: {},
    now: () => 0,
  }
  for (const role of ['root', 'release', 'refresh'] as const) {
    expect(keysFor(role, document, signing, true)).toHaveLength(document.signed[role].keys.length)
  }
  const texts = readdirSync(keys)
    .filter((name) => !name.endsWith('.tmp'))
    .map((name) => readFileSync(join(keys, name), 'utf8'))
  for (const text of texts) expect(privateKey(text) ?? /AGE-SECRET-KEY-1[0-9A-Z]{58}\n$/.exec(text)).toBeTruthy()
  for (const recipient of Object.values(document.signed.recipients['production'] ?? {})) {
    expect(texts.some((text) => text.includes(recipient))).toBe(true)
  }
}

describe.skipIf(process.platform === 'win32')('a ceremony that is killed at any point', () => {
  // Whoever loses a root key loses the most, so that it is killed at every point; the others now and then.
  test.for([
    ['root', 1],
    ['release', 3],
    ['runtime', 4],
  ] as const)('rotate %s: the root’s keys are all there, and it can be run again', async ([what, step]) => {
    const fresh = await rooted()
    let kills = 0
    for (; ; kills += stride(step)) {
      const folder = temporaryFolder()
      cpSync(fresh, folder, { recursive: true })
      const ran = await killed(['keys', 'rotate', what], folder, { at: kills })
      expectAllKeys(folder)
      if (ran.code === 0) break
      expect(ran).toMatchObject({ code: null, stdout: '' })
      expect(await tenfold(['keys', 'rotate', what], folder)).toMatchObject({ code: 0, stderr: '' })
      expectAllKeys(folder)
    }
    expect(kills).toBeGreaterThan(5)
  })

  test('init: no root without its keys, and it can be run again', async () => {
    const outcomes = new Set<number | null>()
    for (let at = 0; !outcomes.has(0); at += stride(7)) {
      const folder = writeConfig({})
      outcomes.add((await killed(['keys', 'init'], folder, { at })).code)
      if (!outcomes.has(0)) expect(await tenfold(['keys', 'init'], folder)).toMatchObject({ code: 0, stderr: '' })
      expectAllKeys(folder)
    }
    expect(outcomes).toEqual(new Set([null, 0]))
  })
})

test('keys are made where there are no hard links', async () => {
  const folder = writeConfig({})
  for (const args of [
    ['keys', 'init'],
    ['keys', 'rotate', 'root'],
    ['keys', 'rotate', 'runtime'],
  ]) {
    expect(await under(LINKLESS, args, folder)).toMatchObject({ code: 0, stderr: '' })
    expectAllKeys(folder)
  }
})

test('a key that was replaced and is damaged since stops nobody', async () => {
  const folder = await rooted()
  writeFileSync(join(folder, '.tenfold', 'keys', 'root.pem.before-root-1'), 'nonsense')
  expect(await tenfold(['keys', 'rotate', 'release'], folder)).toMatchObject({ code: 0 })
  writeFileSync(join(folder, '.tenfold', 'keys', 'root.pem'), 'nonsense')
  expect((await unchanged(folder, () => tenfold(['keys', 'rotate', 'release'], folder))).code).toBe(3)
})
