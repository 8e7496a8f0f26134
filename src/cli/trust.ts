import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Release } from '../bundle/release.ts'
import { Failure } from '../compile/failure.ts'
import { readContent } from '../compile/read.ts'
import { openFolder } from '../pipeline/configuration.ts'
import { globalContents, targetNamed, tenfoldIn } from '../pipeline/globals.ts'
import { EMBEDDED } from '../pipeline/release.ts'
import { readSound, rootOfTrust } from '../pipeline/root-of-trust.ts'
import { type Signing, needRoot } from '../pipeline/signing.ts'
import { type Trusted, readTrusted } from '../pipeline/trusted.ts'
import { openTarget } from '../publish/open.ts'
import type { Target } from '../publish/target.ts'
import { FileTarget } from '../publish/targets/file.ts'
import { LocalKey, localPublicKey } from '../trust/keyring.ts'
import type { RootDocument } from '../trust/root.ts'
import { KEYS_FOLDER } from './constants.ts'

/** This machine's side of signing, for a command that runs here and now. */
export function signingHere(keys = KEYS_FOLDER): Signing {
  return {
    embedded: resolve(EMBEDDED),
    isEmbedded,
    local: new LocalKey(resolve(EMBEDDED)),
    keys,
    env: process.env,
    now: Date.now,
  }
}

/** What the configuration says of itself; undefined where there is none, as for who only reads or moves a store. */
export async function tenfoldHere(config: string): Promise<ReturnType<typeof tenfoldIn>> {
  try {
    const folder = openFolder(config)
    return tenfoldIn(await globalContents((await folder.listGlobals()).files, folder.contents))
  } catch (error) {
    if (error instanceof Failure && error.kind === 'usage') return undefined
    throw error
  }
}

/** @throws {Failure} when the text of a flag cannot name an environment. */
export function checkEnvironment(name: string | undefined): void {
  if (name === undefined || /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) return
  throw new Failure('usage', `"${name}" cannot be an environment`, 'use lower-case letters, digits, - and _')
}

/** The embedded store with its release, where there is one that this machine signed; says why one is not believed. */
export async function embeddedStore(
  note: (text: string) => void = () => {},
): Promise<{ readonly target: FileTarget; readonly release: Release } | undefined> {
  const target = new FileTarget(resolve(EMBEDDED))
  try {
    const { release } = await readTrusted(target, { is: 'local', key: localPublicKey(target.folder) })
    return { target, release }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (existsSync(join(target.folder, 'head.json'))) {
      note(`the store cannot be used as a cache (${error.message}): reading everything`)
    }
    return undefined
  }
}

/** Known by its real path, so that a link to it is it too. */
export function isEmbedded(target: unknown): boolean {
  return target instanceof FileTarget && realPath(target.folder) === realPath(resolve(EMBEDDED))
}

/** A store to read, and by whom its releases have to be signed. @throws {Failure} where nobody was named for it. */
export async function openForReading(
  url: string,
  flags: { readonly config: string; readonly trust?: string },
): Promise<{ target: Target; trusted: Trusted }> {
  const target = openTarget(targetNamed(url, await tenfoldHere(flags.config)))
  if (flags.trust !== undefined) return { target, trusted: { is: 'root', document: readRoot(flags.trust) } }
  if (isEmbedded(target)) return { target, trusted: { is: 'local', key: localPublicKey(resolve(EMBEDDED)) } }
  const document = await rootHere(flags.config)
  if (document === undefined) throw needRoot('reading', url)
  return { target, trusted: { is: 'root', document } }
}

/** The configuration's root of trust; undefined where it has none. @throws {Failure} when it cannot be used. */
export async function rootHere(config: string): Promise<RootDocument | undefined> {
  let root: Awaited<ReturnType<typeof rootOfTrust>>
  try {
    root = await rootOfTrust(openFolder(config))
  } catch (error) {
    // Somebody who only reads a store need not have a configuration.
    if (error instanceof Failure && error.kind === 'usage') return undefined
    throw error
  }
  if (root !== undefined && 'problem' in root) {
    throw new Failure(
      'refused',
      `the root of trust cannot be used: ${root.problem}`,
      'restore config/trust/root.json from the default branch',
    )
  }
  return root
}

function readRoot(file: string): RootDocument {
  const content = readContent(file)
  const root = content === 'too-large' ? { problem: 'it is over 256 KiB' } : readSound(content)
  if ('problem' in root) {
    throw new Failure(
      'world',
      `${file} is no root of trust: ${root.problem}`,
      'name a root.json that `tenfold keys` wrote',
    )
  }
  return root
}

/** Where a path leads, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // The first release makes the folder, and has to know it before that.
    const above = dirname(path)
    return above === path ? path : join(realPath(above), basename(path))
  }
}
