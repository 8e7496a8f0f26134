import { readFileSync } from 'node:fs'
import type { NatsConnection } from '@nats-io/transport-node'
import { Failure, codeOf } from '../base/failure.ts'
import type { NoticePlace } from './notice-url.ts'

export interface BusOptions {
  /** Loads the client, which is loaded where a bus is named and nowhere else. @throws where it is not installed. */
  readonly load: () => Promise<unknown>
  /** Milliseconds for the first connection. */
  readonly timeoutMs: number
}

/**
 * Connects to a NATS server, with the credentials in the file that `TENFOLD_NATS_CREDS` names, if any.
 *
 * @throws {Failure} where the client is not installed, or the bus cannot be reached.
 */
export async function connectBus(place: NoticePlace, { load, timeoutMs }: BusOptions): Promise<NatsConnection> {
  const { connect, credsAuthenticator } = await client(load)
  const file = process.env['TENFOLD_NATS_CREDS'] || undefined
  const authenticator = file === undefined ? undefined : credsAuthenticator(readCredentials(file))
  try {
    return await connect({
      servers: place.server,
      name: 'tenfold',
      timeout: timeoutMs,
      reconnect: false,
      ...(place.isSecure && { tls: {} }),
      ...(authenticator !== undefined && { authenticator }),
    })
  } catch (error) {
    throw new Failure(
      'world',
      `cannot reach the bus ${place.url}: ${wordsFor(error)}`,
      'check its address and the network',
      {
        cause: error,
      },
    )
  }
}

async function client(load: BusOptions['load']): Promise<NatsClient> {
  try {
    const loaded = await load()
    // A CommonJS module is what it exports, or has it as its default: as whoever has bundled it will have it.
    for (const one of [loaded, defaultOf(loaded)]) if (isClient(one)) return one
  } catch (error) {
    if (!/MODULE_NOT_FOUND/.test(codeOf(error))) throw error
  }
  throw new Failure(
    'usage',
    'a notice needs the package @nats-io/transport-node, which is not installed',
    'npm install @nats-io/transport-node@3.3.1',
  )
}

type NatsClient = typeof import('@nats-io/transport-node')

function isClient(loaded: unknown): loaded is NatsClient {
  return typeof loaded === 'object' && loaded !== null && 'connect' in loaded && 'credsAuthenticator' in loaded
}

function defaultOf(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
}

function readCredentials(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Failure(
      'world',
      `cannot read the file that TENFOLD_NATS_CREDS names (${codeOf(error)})`,
      'name a .creds file that this user may read',
    )
  }
}

/** The client's errors may show the options that it was given. */
function wordsFor(error: unknown): string {
  const code = codeOf(error)
  if (/^[A-Z][A-Z_]{2,40}$/.test(code)) return code
  return error instanceof Error && /^[\w ,.:'-]{1,120}$/.test(error.message) ? error.message : 'the connection failed'
}
