import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Refuses to test a program that was built from other sources than those at hand. */
export default function setup(): void {
  const root = join(import.meta.dirname, '..', '..')
  const { status, stderr } = spawnSync(process.execPath, ['build.js', '--check'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
