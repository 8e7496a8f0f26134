import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LOCAL_STORE } from '../../release/release-configuration.ts'
import { readTrusted } from '../../release/verify-release.ts'
import type { Release } from '../../store/format/release-manifest.ts'
import { openForReading } from './trust-of-machine.ts'

/** A store, and the release that it serves. */
export interface StoreAtHand {
  readonly url: string
  readonly release: Release
}

/** Opens the named store, or else the local one if it exists, and verifies its release. @throws {Failure} */
export async function storeAtHand(flags: {
  readonly config: string
  readonly store?: string
  readonly trust?: string
}): Promise<StoreAtHand | undefined> {
  if (flags.store === undefined && !existsSync(join(resolve(LOCAL_STORE), 'head.json'))) return undefined
  const { target, trusted } = await openForReading(flags.store ?? `file:${LOCAL_STORE}`, flags)
  return { url: target.url, release: (await readTrusted(target, trusted)).release }
}
