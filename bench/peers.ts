import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, PEERS } from './place.ts'

/** Each file of `bench/peers`, and what it is called. */
export const PEER_NAMES = {
  'flagd-core': 'flagd-core',
  growthbook: 'GrowthBook client',
  openfeature: 'OpenFeature in-memory',
  unleash: 'Unleash client',
} as const

/** Installs them in their own package, once; false where that cannot be done, and their rows say nothing. */
export function installPeers(say: (text: string) => void): boolean {
  const lock = readFileSync(join(PEERS, 'package-lock.json'), 'utf8')
  const stamp = join(CACHE, 'peers.json')
  if (existsSync(join(PEERS, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true
  try {
    say('installing the peers')
    execFileSync('npm', ['ci', '--prefix', PEERS, '--ignore-scripts'], { stdio: ['ignore', 'ignore', 'inherit'] })
    mkdirSync(CACHE, { recursive: true })
    writeFileSync(stamp, lock)
    return true
  } catch {
    say('the peers cannot be installed: nothing is compared with them')
    return false
  }
}
