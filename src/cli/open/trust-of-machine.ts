import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { Release } from '../../store/format/release-manifest.ts'
import { Failure } from '../../base/failure.ts'
import { stateFolder } from '../../base/own-folders.ts'
import { readContent } from '../../source/list-folder.ts'
import { isTracked, refuseTrackedLink } from '../../git/worktree/is-tracked.ts'
import { openFolder } from '../../source/open-configuration.ts'
import { globalContents, targetNamed, tenfoldIn } from '../../check/check-global-files.ts'
import { LOCAL_STORE } from '../../release/release-configuration.ts'
import { readSound, rootOfTrust } from '../../check/read-root-of-trust.ts'
import { type Signing, needRoot } from '../../release/keys-at-hand.ts'
import { type Trusted, readTrusted } from '../../release/verify-release.ts'
import { openBackend, openReader } from '../../store/open-backend.ts'
import type { Backend, StoreReader } from '../../store/backend-types.ts'
import { FileBackend } from '../../store/backends/file-backend.ts'
import { LocalKey, localPublicKey } from '../../trust/private-keys.ts'
import type { RootDocument } from '../../trust/root-document.ts'
import { KEYS_FOLDER } from '../version.ts'

/** Returns this machine's side of signing, for a command that runs here and now. @throws {Failure} */
export async function signingHere(keys = KEYS_FOLDER): Promise<Signing> {
  await refuseBrought(keys)
  const embedded = resolve(LOCAL_STORE)
  return {
    localStore: embedded,
    isLocalStore: isLocalStore,
    local: await localKey(embedded),
    keys,
    env: process.env,
    now: Date.now,
  }
}

/** Returns the key that signs what this machine compiles into a store. @throws {Failure} */
export async function localKey(store: string): Promise<LocalKey> {
  return new LocalKey(await keyFolder(), store)
}

/** Returns the folder of this machine's key, out of reach of any checkout. @throws {Failure} */
async function keyFolder(): Promise<string> {
  const folder = stateFolder() ?? dirname(resolve(LOCAL_STORE))
  if (!(await isTracked(join(folder, 'local.pem')))) return folder
  throw brought(folder)
}

/**
 * Refuses a path in `.tenfold/` that git tracks: that folder is for this machine alone, and a tracked file may come
 * from anyone. @throws {Failure}
 */
export async function refuseBrought(path: string): Promise<void> {
  const isOurs = resolve(path)
    .split(sep)
    .some((part) => part.toLowerCase() === '.tenfold')
  if (isOurs && existsSync(path) && (await isTracked(path))) throw brought(path)
}

function brought(path: string): Failure {
  return new Failure(
    'refused',
    `git tracks ${path}, which is for what this machine makes itself: nothing in it is read`,
    'take it out of git with `git rm -r --cached`, list `.tenfold/` in .gitignore, and delete what you did not make',
  )
}

/** Reads the configuration's tenfold.yaml; undefined without one, as for a caller that only reads or moves a store. */
export async function tenfoldHere(config: string): Promise<ReturnType<typeof tenfoldIn>> {
  try {
    const folder = openFolder(config)
    await refuseTrackedLink(folder.folder)
    return tenfoldIn(await globalContents((await folder.listGlobals()).files, folder.contents))
  } catch (error) {
    if (error instanceof Failure && error.kind === 'usage') return undefined
    throw error
  }
}

/** @throws {Failure} when a flag's value is not a valid environment name. */
export function checkEnvironment(name: string | undefined): void {
  if (name === undefined || /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) return
  throw new Failure('usage', `"${name}" cannot be an environment`, 'use lower-case letters, digits, - and _')
}

/** Whether the configuration comes from an untrusted author, so that no code in it may run. */
export function isUntrusted(): boolean {
  // A variable that is set to anything else is meant as a precaution.
  return !['', '0', 'false'].includes(process.env['TENFOLD_UNTRUSTED'] ?? '')
}

/** Opens the local store with its release, if this machine signed it; otherwise reports why it is not used. */
export async function localStore(
  note: (text: string) => void = () => {},
): Promise<{ readonly target: FileBackend; readonly release: Release } | undefined> {
  const target = new FileBackend(resolve(LOCAL_STORE))
  if (isUntrusted() || !existsSync(join(target.folder, 'head.json'))) return undefined
  try {
    await refuseBrought(target.folder)
    const { release } = await readTrusted(target, { is: 'local', key: localPublicKey(await keyFolder()) })
    return { target, release }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    note(`the store cannot be used as a cache (${error.message}): reading everything`)
    return undefined
  }
}

/** Whether a target is the local store, compared by its real path, so that a link to it counts too. */
export function isLocalStore(target: unknown): boolean {
  return target instanceof FileBackend && realPath(target.folder) === realPath(resolve(LOCAL_STORE))
}

interface TrustFlags {
  readonly config: string
  readonly trust?: string
}

/** Opens a store to read, with whom to trust for its releases. @throws {Failure} when no one is named for it. */
export async function openForReading(
  url: string,
  flags: TrustFlags,
): Promise<{ readonly target: StoreReader; readonly trusted: Trusted }> {
  const tenfold = await tenfoldHere(flags.config)
  const target = openReader(targetNamed(url, tenfold), tenfold?.environment)
  return { target, trusted: await trustedFor(target, url, flags) }
}

/** Does the same with a store that can be written to. @throws {Failure} */
export async function openForTidying(
  url: string,
  flags: TrustFlags,
): Promise<{ readonly target: Backend; readonly trusted: Trusted }> {
  const tenfold = await tenfoldHere(flags.config)
  const target = openBackend(targetNamed(url, tenfold), tenfold?.environment)
  return { target, trusted: await trustedFor(target, url, flags) }
}

async function trustedFor(target: StoreReader, url: string, flags: TrustFlags): Promise<Trusted> {
  if (flags.trust !== undefined) return { is: 'root', document: readRoot(flags.trust) }
  if (isLocalStore(target)) {
    await refuseBrought(resolve(LOCAL_STORE))
    return { is: 'local', key: localPublicKey(await keyFolder()) }
  }
  const document = await rootHere(flags.config)
  if (document === undefined) throw needRoot('reading', url)
  return { is: 'root', document }
}

/** Loads the configuration's root of trust; undefined if it has none. @throws {Failure} when it cannot be used. */
export async function rootHere(config: string): Promise<RootDocument | undefined> {
  let root: Awaited<ReturnType<typeof rootOfTrust>>
  try {
    const folder = openFolder(config)
    await refuseTrackedLink(folder.folder)
    root = await rootOfTrust(folder)
  } catch (error) {
    // A caller that only reads a store need not have a configuration.
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

/** Resolves the links in a path, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // The first release creates the folder, but has to know its path before that.
    const above = dirname(path)
    return above === path ? path : join(realPath(above), basename(path))
  }
}
