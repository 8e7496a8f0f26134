import { createHash } from 'node:crypto'
import { Failure } from '../../base/failure.ts'
import { quote } from '../../base/quote-name.ts'
import { type TokenKeys, isKeyName } from './account-tokens.ts'

const KEY_BYTES = 32
/** A shorter token could be guessed. */
const LEAST = 20
const MOST = 1_024

/** Digests of the backends' tokens: a token itself is not kept. */
export type BackendTokens = readonly Buffer[]

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Reads the tokens of backends, one per line; `#` begins a comment. @throws {Failure} that shows none of them. */
export function parseBackendTokens(text: string, file: string): BackendTokens {
  const tokens = linesOf(text).map(([line, number]) => {
    if (/^[\x21-\x7e]+$/.test(line) && line.length >= LEAST && line.length <= MOST) return digestOf(line)
    const why = `line ${number} of ${file} is no token`
    throw new Failure('usage', why, `write one token per line, ${LEAST} characters or more: openssl rand -base64 32`)
  })
  return tokens
}

/** @throws {Failure} for a file that lets nobody in: it may become so while the server runs, and not begin so. */
export function requireBackendTokens(tokens: BackendTokens, file: string): void {
  if (tokens.length > 0) return
  throw new Failure('usage', `${file} has no token`, 'make one with: openssl rand -base64 32')
}

/**
 * Reads the keys that sign accounts' tokens, `NAME KEY` or `NAME=KEY` per line: 32 bytes in base64, base64url or
 * hexadecimal. The first one signs.
 *
 * @throws {Failure} that shows none of them.
 */
export function parseTokenKeys(text: string, file: string): TokenKeys {
  const keys = new Map<string, Uint8Array>()
  for (const [line, number] of linesOf(text)) {
    const [, name = '', value = ''] = /^([^\s=:]+)\s*[\s=:]\s*(\S+)$/.exec(line) ?? []
    const key = keyIn(value)
    if (key === undefined || !isKeyName(name)) {
      const help = 'write NAME KEY, and make a key of 32 bytes with: openssl rand -base64 32'
      throw new Failure('usage', `line ${number} of ${file} is no key with a name`, help)
    }
    if (keys.has(name))
      throw new Failure('usage', `${file} has two keys named ${quote(name)}`, 'give each its own name')
    keys.set(name, key)
  }
  return keys
}

/** @throws {Failure} for a file without keys, as for one without tokens. */
export function requireTokenKeys(keys: TokenKeys, file: string): void {
  if (keys.size > 0) return
  throw new Failure('usage', `${file} has no key`, 'write NAME KEY, with a key of: openssl rand -base64 32')
}

function keyIn(text: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === KEY_BYTES ? bytes : undefined
}

/** Returns the lines that say something, with their numbers. */
function linesOf(text: string): [line: string, number: number][] {
  return text
    .split('\n')
    .map((line, i): [string, number] => [line.trim(), i + 1])
    .filter(([line]) => line !== '' && !line.startsWith('#'))
}
