import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { stateFolder } from '../../base/own-folders.ts'
import { Malformed, parseJson } from '../../store/format/decode-json.ts'
import { verifyRootDocument } from '../../trust/root-descent.ts'
import { publicKey, Untrusted } from '../../trust/public-key.ts'
import { rootDocument } from '../../trust/root-document.ts'
import { soleAuthority } from '../../trust/verify-release.ts'
import { TenfoldError } from '../tenfold-error.ts'
import { Roots, type Trust } from './verified-head.ts'
import { folderOf } from '../open-store.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import { codeOf } from '../../base/failure.ts'

/**
 * Resolves whom to trust for a store.
 *
 * @param given the root document: the value, the text or the bytes of `config/trust/root.json`, or the file's path.
 * @throws {TenfoldError} `trust_required`, `invalid_trust`
 */
export function trustOf(given: unknown, store: StoreReader): Trust {
  if (given === undefined || given === null) return localTrust(store)
  try {
    const value = typeof given === 'string' || given instanceof Uint8Array ? parse(given) : given
    const document = rootDocument(value)
    verifyRootDocument(document)
    return { is: 'root', document, roots: new Roots() }
  } catch (error) {
    if (error instanceof Malformed || error instanceof Untrusted) {
      throw new TenfoldError('invalid_trust', `trust is no root of trust: ${error.message}`)
    }
    throw error
  }
}

/** Parses a root document. The value may be anything, even a key by mistake, so it is not shown. @throws {Malformed} */
function parse(given: string | Uint8Array): unknown {
  const text = typeof given === 'string' ? given : Buffer.from(given).toString('utf8')
  const isText = typeof given !== 'string' || text.trimStart().startsWith('{')
  return parseJson(isText ? Buffer.from(text, 'utf8') : contentOf(text), 'it')
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Malformed(`it is neither JSON nor a file that can be read (${codeOf(error) || 'unknown error'})`)
  }
}

function localTrust(store: StoreReader): Trust {
  const its = folderOf(store)
  const folder = its === undefined ? undefined : embedded(its)
  if (folder === undefined) {
    const message =
      `the store ${store.url} needs a root of trust: pass config/trust/root.json as \`trust\`; ` +
      'only .tenfold/store goes without'
    throw new TenfoldError('trust_required', message)
  }
  const file = join(stateFolder() ?? dirname(folder), 'local.pub')
  try {
    return { is: 'local', authority: soleAuthority(publicKey(readFileSync(file, 'utf8').trim(), file)) }
  } catch (error) {
    // Without a store there is nothing to sign, so reporting that it is missing is more helpful.
    if (!existsSync(join(folder, 'head.json'))) {
      throw new TenfoldError('store_not_found', `there is no store at ${store.url}: ${folder} has no head.json`)
    }
    const message =
      `the store ${store.url} was not written here: there is no key of this machine (${file}); ` +
      'pass a root of trust as `trust`'
    throw new TenfoldError('trust_required', message, { cause: error })
  }
}

/** Returns the local store's real path, also for a link to it. */
function embedded(folder: string): string | undefined {
  return [folder, realPath(folder)].find((path) => basename(path) === 'store' && basename(dirname(path)) === '.tenfold')
}

/** Resolves the links in a path, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
