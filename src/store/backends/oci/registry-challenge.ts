import { StoreFailure } from '../../../base/failure.ts'
import { quote } from '../../../base/quote-name.ts'
import { isLoopback } from '../http/base-url.ts'

/** How a registry wants to be asked (https://distribution.github.io/distribution/spec/auth/token/). */
export type Challenge =
  | { readonly is: 'basic' }
  | { readonly is: 'bearer'; readonly realm: URL; readonly service: string | undefined }

/**
 * Reads a `WWW-Authenticate` header. The server that gives out tokens gets the user's password, so that it has to be of
 * the registry's own domain, or known, or listed in `TENFOLD_OCI_REALMS`.
 *
 * @throws {StoreFailure} where it is none that may be answered.
 */
export function readChallenge(
  header: string,
  server: URL,
  env: Readonly<Record<string, string | undefined>>,
): Challenge {
  if (/^basic\b/i.test(header)) return { is: 'basic' }
  if (!/^bearer\b/i.test(header)) {
    throw new StoreFailure('unreadable', `${server.host} wants to be asked in a way that is not known here`, {
      help: IS_REGISTRY,
    })
  }
  const fields = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of header.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi)) {
    fields.set(name.toLowerCase(), quoted ?? bare)
  }
  const given = fields.get('realm') ?? ''
  const realm = URL.canParse(given) ? new URL(given) : undefined
  if (realm === undefined || realm.username !== '' || realm.password !== '') {
    throw new StoreFailure('unreadable', `${server.host} names no server that gives out tokens`, { help: IS_REGISTRY })
  }
  if (!mayHavePassword(realm, server, env)) {
    throw new StoreFailure(
      'unreadable',
      `${server.host} wants the password sent to ${quote(realm.origin)}, which is not of its own domain`,
      { help: `if that is meant, list it: TENFOLD_OCI_REALMS=${realm.host}` },
    )
  }
  return { is: 'bearer', realm, service: fields.get('service') }
}

const IS_REGISTRY = 'check that the URL names a registry, which asks for a password or for a token'

function mayHavePassword(realm: URL, server: URL, env: Readonly<Record<string, string | undefined>>): boolean {
  if (isLoopback(server) && isLoopback(realm)) return true
  if (realm.protocol !== 'https:') return false
  const listed = (env['TENFOLD_OCI_REALMS'] ?? '').split(/[\s,]+/)
  if (realm.host === server.host || KNOWN[server.hostname] === realm.hostname || listed.includes(realm.host))
    return true
  // `registry.example.com` may name `gitlab.example.com` or `example.com`, and `example.com` nothing of `com`.
  const above = server.hostname.split('.').slice(1).join('.')
  return isOwn(above) && (realm.hostname === above || realm.hostname.endsWith(`.${above}`))
}

/** Whether a domain belongs to somebody: it has a dot, and is not one under which a country registers others. */
function isOwn(domain: string): boolean {
  return (
    domain.includes('.') &&
    !SHARED.has(domain) &&
    !/^(?:ac|co|com|edu|go|gov|ne|net|nom|or|org)\.[a-z]{2}$/.test(domain)
  )
}

/** Where everybody has a name of their own. */
const SHARED: ReadonlySet<string> = new Set(['azurecr.io', 'pkg.dev', 'gcr.io', 'github.io', 'gitlab.io', 'cr.io'])

const KNOWN: Readonly<Record<string, string>> = {
  'docker.io': 'auth.docker.io',
  'index.docker.io': 'auth.docker.io',
  'registry-1.docker.io': 'auth.docker.io',
}
