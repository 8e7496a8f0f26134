import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { Malformed } from '../store/format/decode-json.ts'
import type { Release } from '../store/format/release-manifest.ts'
import { flawOf } from '../trust/api-key-flaws.ts'
import { SECRET_NAME } from '../trust/root-document.ts'
import { unseal } from '../trust/unseal-keys.ts'
import { TenfoldError } from './tenfold-error.ts'
import type { StoreReader } from '../store/backend-types.ts'
import { codeOf } from '../base/failure.ts'

/** The platform's API keys. */
export interface Keys {
  /** How to fix a key that is not available. */
  readonly remedy: string
  /** Returns the key for a secret's name: `missing` if it is not available now, or why the value is not a key. */
  get(secret: string): Key
}

type Key =
  | { readonly is: 'key'; readonly value: string }
  | { readonly is: 'missing' }
  | { readonly is: 'invalid'; readonly why: string }

const MISSING: Key = { is: 'missing' }

function keyOf(value: string | undefined): Key {
  if (value === undefined || value === '') return MISSING
  const why = flawOf(value)
  return why === undefined ? { is: 'key', value } : { is: 'invalid', why }
}

/** Provides a release's keys, reusing those of the current release if they are the same. */
export type KeysOf = (
  release: Release,
  store: StoreReader,
  present: { readonly release: Release; readonly keys: Keys } | undefined,
) => Promise<Keys>

export type Env = Readonly<Record<string, string | undefined>>

/** Returns keys from environment variables, looked up on demand; an empty one counts as missing. */
export function keysFromEnv(env: Env): KeysOf {
  const keys = keysAtHand(env)
  return async () => keys
}

/** Does the same for those who have nothing to wait for. */
export function keysAtHand(env: Env): Keys {
  /** The values read last, so that each is checked only once. */
  const judged = new Map<string, { readonly value: string | undefined; readonly key: Key }>()
  return {
    remedy: 'set it in the environment',
    get(secret) {
      // A store may name API keys only: otherwise anyone who can write to it could have a service send any variable of
      // its environment to a provider.
      if (!SECRET_NAME.test(secret) || !Object.hasOwn(env, secret)) return MISSING
      const value = env[secret]
      const last = judged.get(secret)
      if (last !== undefined && last.value === value) return last.key
      const key = keyOf(value)
      judged.set(secret, { value, key })
      return key
    },
  }
}

/** Returns keys sealed into the release, opened with an age identity. @throws {TenfoldError} `unseal_failed` */
export function sealedKeys(identity: Identity): KeysOf {
  return async (release, store, present) => {
    if (present !== undefined && present.release.secrets === release.secrets) return present.keys
    if (release.secrets === null) return new SealedKeys(new Map())
    const ciphertext = await store.read(release.secrets)
    const identities = await identity()
    try {
      return new SealedKeys(await unseal(ciphertext, identities, release.environment))
    } catch (error) {
      // The library's message repeats an identity that it cannot read, so only our own message is passed on.
      const unknown = 'an identity is malformed, or age-encryption is not installed'
      const why = error instanceof Malformed ? error.message : unknown
      throw new TenfoldError('unseal_failed', `release ${release.seq} of ${store.url}: ${why}`)
    }
  }
}

/** Reads the identities when keys are opened, so that a file may be replaced while a service runs. */
export type Identity = () => Promise<readonly string[]>

const IDENTITY = /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20,}/g

/**
 * Resolves an identity as given: `AGE-SECRET-KEY-1…` itself, `env:NAME`, or the path of an identity file.
 *
 * @throws {TenfoldError} `invalid_option`
 */
export function identityOf(given: unknown, env: Env = process.env): Identity {
  if (typeof given !== 'string' || given === '') {
    throw new TenfoldError(
      'invalid_option',
      'keys.identity has to be an age identity, `env:NAME` or the path of an identity file',
    )
  }
  // Messages name where an identity was looked for, but never what was found there.
  if (/AGE-SECRET-KEY-/i.test(given)) return async () => identitiesIn(given, 'keys.identity')
  if (given.startsWith('env:')) {
    const name = given.slice('env:'.length)
    return async () => {
      const text = Object.hasOwn(env, name) ? env[name] : undefined
      return identitiesIn(text ?? '', `the environment variable ${name}`)
    }
  }
  const path = given.startsWith('file:') ? given.slice('file:'.length) : given
  // An identity without its prefix could be taken for a path, and must not be shown as one.
  const where = /[0-9a-z]{40}/i.test(path) ? 'the file that keys.identity names' : `the file ${JSON.stringify(path)}`
  return async () => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new TenfoldError(
        'unseal_failed',
        `cannot read an age identity from ${where}: ${codeOf(error) || 'unknown error'}`,
      )
    })
    return identitiesIn(text, where)
  }
}

function identitiesIn(text: string, where: string): readonly string[] {
  // An identity that is commented out is not used.
  const found = text.replace(/^\s*#.*$/gm, '').match(IDENTITY) ?? []
  if (found.length === 0) throw new TenfoldError('unseal_failed', `there is no age identity in ${where}`)
  return found
}

/** Keeps the keys behind a private name, so that printing an object that holds them shows nothing. */
class SealedKeys implements Keys {
  readonly remedy = 'it is not among the sealed ones: release again with it'
  readonly #keys: ReadonlyMap<string, Key>

  /** Checks every key, even if it was sealed when a release checked only its characters. */
  constructor(keys: ReadonlyMap<string, string>) {
    this.#keys = new Map([...keys].map(([name, value]) => [name, keyOf(value)]))
  }

  get(secret: string): Key {
    return this.#keys.get(secret) ?? MISSING
  }

  toJSON(): object {
    return { names: [...this.#keys.keys()] }
  }

  [inspect.custom](): object {
    return this.toJSON()
  }
}
