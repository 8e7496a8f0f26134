import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ENOUGH = 2 * 1024 ** 3

/**
 * A folder in memory for temporary files, so that tests do not wait for a disk; undefined where there is none, or one
 * that is too small or in which no program may be run, as in most containers.
 */
export function memoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ENOUGH && runsPrograms(MEMORY) ? MEMORY : undefined
  } catch {
    return undefined
  }
}

function runsPrograms(folder: string): boolean {
  const made = mkdtempSync(join(folder, 'tenfold-'))
  try {
    const script = join(made, 'script')
    writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o700 })
    return spawnSync(script).status === 0
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
