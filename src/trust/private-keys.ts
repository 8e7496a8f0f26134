import { existsSync, linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { isPrivate, makeFolder, makePrivate, stateFolder, unmake } from '../base/own-folders.ts'
import { Malformed } from '../store/format/decode-json.ts'
import { Failure, codeOf, fileFailure } from '../base/failure.ts'
import { type PublicKey, publicKey } from './public-key.ts'
import { type PrivateKey, generateKey, privateKey, toPem } from './sign-head.ts'

export type SigningRole = 'root' | 'release' | 'refresh'

const VARIABLES = { root: 'TENFOLD_ROOT_KEY', release: 'TENFOLD_RELEASE_KEY', refresh: 'TENFOLD_REFRESH_KEY' } as const

/**
 * Returns the private keys of a role: those in the environment, as in CI, or else those in a folder's files. One
 * variable may hold several, one PEM block after another. Keys that a ceremony set aside are included: if it was
 * killed, or its root was not kept, they are the ones that the root in force names, and it is the root that decides
 * which keys sign.
 * @throws {Failure} when a value is not a key.
 */
export function signingKeys(role: SigningRole, folder: string, env: NodeJS.ProcessEnv): PrivateKey[] {
  const given = env[VARIABLES[role]]
  if (given === undefined || given === '') {
    const aside = keysAside(folder, role).map((file) => privateKey(readIfThere(file) ?? ''))
    return [...filesIn(folder, role).map(readKey), ...aside.filter((key) => key !== undefined)]
  }
  // Some secret stores keep a text on one line.
  const blocks = given.replaceAll('\\n', '\n').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? []
  const keys = blocks.map(privateKey).filter((key) => key !== undefined)
  if (keys.length === 0 || keys.length < blocks.length) {
    throw new Failure(
      'world',
      `${VARIABLES[role]} holds no Ed25519 private key in PEM`,
      `put the text of a ${role}.pem into it, as \`tenfold keys init\` wrote it`,
    )
  }
  return keys
}

/** Returns the variable that messages name for a role's key. */
export function variableOf(role: SigningRole): string {
  return VARIABLES[role]
}

function readKey(file: string): PrivateKey {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    throw fileFailure(error, `cannot read the key ${file}`)
  }
  const key = privateKey(pem)
  if (key === undefined) {
    throw new Failure('world', `${file} is not an Ed25519 private key in PEM`, 'restore it, or rotate the key')
  }
  return key
}

function filesIn(folder: string, role: SigningRole): string[] {
  const names = [`${role}.pem`, ...Array.from({ length: 16 }, (_, i) => `${role}-${i + 1}.pem`)]
  return names.map((name) => join(folder, name)).filter((file) => readable(file))
}

/** Returns a free name for moving a private file aside, to make room for the next one. */
export function asideOf(file: string, version: number): string {
  const name = `${file}.before-root-${version}`
  let free = name
  // After a root was restored, its version is made a second time.
  for (let i = 2; existsSync(free); i++) free = `${name}-${i}`
  return free
}

function keysAside(folder: string, role: SigningRole): string[] {
  const isAside = new RegExp(`^${role}(-\\d+)?\\.pem\\.before-root-[\\d-]+$`)
  return namesIn(folder)
    .filter((name) => isAside.test(name))
    .sort()
    .map((name) => join(folder, name))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // A folder that cannot be listed may still have files that can be read by name.
    return []
  }
}

function readable(file: string): boolean {
  try {
    readFileSync(file)
    return true
  } catch (error) {
    return codeOf(error) !== 'ENOENT'
  }
}

/** Writes a private file atomically, unreadable for others, and never over an existing one. @throws {Failure} */
export function writePrivate(file: string, text: string): void {
  if (!putWhole(file, text, 0o600)) throw fileFailure({ code: 'EEXIST' }, `cannot write ${file}`)
}

/** The key by which this machine recognises stores that it wrote. It is made only when something has to be signed. */
export class LocalKey {
  readonly #folder: string
  readonly #store: string
  #made: readonly string[] = []
  #madeFolder: string | undefined

  /** @param store the folder of the store that it is going to sign. */
  constructor(folder: string, store: string) {
    this.#folder = folder
    this.#store = store
  }

  get public(): PublicKey | undefined {
    return localPublicKey(this.#folder)
  }

  /** Returns the private key, made on first use. @throws {Failure} */
  private(): PrivateKey {
    this.#madeFolder ??= refuseOpen(this.#folder)
    const file = join(this.#folder, 'local.pem')
    const shown = join(this.#folder, 'local.pub')
    const found = readIfThere(file)
    if (found !== undefined) {
      const key = privateKey(found)
      if (key === undefined) {
        throw new Failure(
          'world',
          `${file} is not an Ed25519 private key in PEM`,
          'delete it: the next release makes another',
        )
      }
      if (readIfThere(shown)?.trim() !== key.public.x) {
        rmSync(shown, { force: true })
        putWhole(shown, `${key.public.x}\n`, 0o644)
      }
      return key
    }
    const key = generateKey()
    // If two processes make one at once, the second uses the first one's.
    if (!putWhole(file, toPem(key), 0o600)) return this.private()
    this.#made = [file, shown]
    putWhole(shown, `${key.public.x}\n`, 0o644)
    return key
  }

  /**
   * Removes the key again if it was made for a release that then failed, unless the store was signed with it before the
   * failure, or by another process meanwhile.
   */
  undo(): void {
    const keyid = this.public?.keyid
    const head = this.#made.length === 0 ? undefined : readIfThere(join(this.#store, 'head.json'))
    const isUsed = keyid !== undefined && head?.includes(keyid) === true
    if (isUsed) return
    for (const file of this.#made) rmSync(file, { force: true })
    if (this.#madeFolder !== undefined) unmake(this.#folder, this.#madeFolder)
    this.#made = []
  }
}

/**
 * Makes the key's folder if there is none, and refuses one open to others: anyone who can write to it can sign
 * anything.
 *
 * @returns the outermost folder that was made. @throws {Failure}
 */
function refuseOpen(folder: string): string | undefined {
  if (folder !== stateFolder()) return undefined
  let made: string | undefined
  try {
    made = makePrivate(folder)
  } catch (error) {
    const { message } = fileFailure(error, `cannot make ${folder}`)
    throw new Failure('world', message, 'name a folder that you may write to by XDG_STATE_HOME', { cause: error })
  }
  if (isPrivate(folder)) return made
  const help = `close it with \`chmod 700 ${folder}\`; if it is another user's, name one of your own by XDG_STATE_HOME`
  throw new Failure('world', `${folder} is another user's, or open to others`, help)
}

/** Returns the public part of this machine's key; undefined if there is none that can be used. */
export function localPublicKey(folder: string): PublicKey | undefined {
  if (folder === stateFolder() && !isPrivate(folder)) return undefined
  const text = readIfThere(join(folder, 'local.pub'))
  try {
    return text === undefined ? undefined : publicKey(text.trim(), 'local.pub')
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw fileFailure(error, `cannot read ${file}`)
  }
}

/** Writes a file completely or not at all; false if it already existed. */
function putWhole(file: string, text: string, mode: number): boolean {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    makeFolder(dirname(file))
    // A private key is written once: it has to be on disk before anything states that it is in use.
    writeFileSync(temporary, text, { flag: 'wx', mode, flush: true })
    return place(temporary, file)
  } catch (error) {
    throw fileFailure(error, `cannot write ${file}`)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** The error codes of file systems without hard links, such as that of a USB stick. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

function place(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!NO_LINKS.has(codeOf(error))) throw error
    if (existsSync(file)) return false
    renameSync(temporary, file)
    return true
  }
}
