import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { StoreFailure, codeOf } from '../../../base/failure.ts'
import { isObject } from '../../format/decode-json.ts'

/** A user of a registry, and the password or token. */
export interface RegistryUser {
  readonly username: string
  readonly password: string
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Returns the user for a registry: from `TENFOLD_OCI_USERNAME` and `TENFOLD_OCI_PASSWORD`, else as `docker login` has
 * written it; undefined where there is none, since a public repository needs none.
 *
 * @throws {StoreFailure} where there is one that cannot be used; no message shows any part of it.
 */
export function userFor(host: string, env: Env): RegistryUser | undefined {
  const [username, password] = [env['TENFOLD_OCI_USERNAME'] ?? '', env['TENFOLD_OCI_PASSWORD'] ?? '']
  if (username !== '' && password !== '') return checked({ username, password })
  if (username !== '' || password !== '') {
    throw unusable('only one of TENFOLD_OCI_USERNAME and TENFOLD_OCI_PASSWORD is set')
  }
  const file = join(env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker'), 'config.json')
  const config = readConfig(file)
  const keys = HUB.has(host) ? ['https://index.docker.io/v1/', host] : [host, `https://${host}`, `https://${host}/`]
  for (const key of keys) {
    const helper = memberOf(memberOf(config, 'credHelpers'), key) ?? memberOf(config, 'credsStore')
    const entry = memberOf(memberOf(config, 'auths'), key)
    const auth = memberOf(entry, 'auth')
    if (typeof auth === 'string' && auth !== '') return decoded(auth, file)
    if (entry !== undefined && typeof helper === 'string') {
      throw unusable(`docker keeps the password for ${host} in ${JSON.stringify(helper)}, which is not asked`)
    }
  }
  return undefined
}

const HUB: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

function readConfig(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    // The text may be quoted by the error.
    throw unusable(`${file} cannot be read (${code || 'it is no JSON'})`)
  }
}

function decoded(auth: string, file: string): RegistryUser {
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const at = text.indexOf(':')
  if (at <= 0) throw unusable(`${file} has an entry without a user`)
  return checked({ username: text.slice(0, at), password: text.slice(at + 1).replace(/\0+$/, '') })
}

/** What goes into a header must not end it. */
function checked(user: RegistryUser): RegistryUser {
  if (/[\0-\x1f\x7f]/.test(user.username + user.password)) throw unusable('the user or the password has a line break')
  return user
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function unusable(why: string): StoreFailure {
  return new StoreFailure('unreadable', why, {
    help: 'set TENFOLD_OCI_USERNAME and TENFOLD_OCI_PASSWORD, or run `docker login` with a plain file',
  })
}
