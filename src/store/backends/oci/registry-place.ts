import { StoreFailure } from '../../../base/failure.ts'
import { shown } from '../../parse-store-url.ts'
import { isLoopback } from '../http/base-url.ts'

/** A store's location in a container registry: `oci:HOST/NAME[:ENVIRONMENT]`. */
export interface RegistryPlace {
  /** The registry; over `http` on this machine alone. */
  readonly server: URL
  /** The host and port as they are written, by which `docker login` keeps a password. */
  readonly host: string
  /** The repository within it. */
  readonly name: string
  /** The tag of its current release; undefined where the URL has none. */
  readonly environment: string | undefined
}

const FORM = 'oci:HOST/NAME[:ENVIRONMENT], such as oci:ghcr.io/acme/settings:production'
/** As the specification of OCI's distribution has them. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** @throws {StoreFailure} `unsupported`; no message shows what may be a credential. */
export function parseRegistryUrl(url: string): RegistryPlace {
  const refused = (why: string): StoreFailure => {
    return new StoreFailure('unsupported', `${shown(url)} cannot be a store: ${why}; write ${FORM}`)
  }
  if (url.includes('@')) throw refused('credentials and digests are not for its URL')
  const [, host = '', path = ''] = /^oci:(?:\/\/)?([^/]+)\/([^?#]+)$/.exec(url) ?? []
  const [, name = '', environment] = /^([^:]*)(?::(.*))?$/.exec(path) ?? []
  // Without a dot or a port, docker would take it for a folder of its own registry.
  const isHost =
    /^(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.test(host) && (/[.:]/.test(host) || host === 'localhost')
  if (!isHost || !URL.canParse(`https://${host}`)) throw refused('it names no registry')
  if (!NAME.test(name) || name.length > 255) throw refused('its name is none that a registry takes')
  if (environment !== undefined && !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(environment)) {
    throw refused('its tag is not the name of an environment')
  }
  const secure = new URL(`https://${host}`)
  const plain = isLoopback(secure) ? new URL(`http://${host}`) : secure
  const server = HUB.has(host) ? new URL('https://registry-1.docker.io') : plain
  return { server, host, name, environment }
}

/** What people call the registry of Docker, which is elsewhere. */
const HUB: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io'])

/** What a release has where none is named. */
export const DEFAULT_ENVIRONMENT = 'production'
