import { execFileSync } from 'node:child_process'
import { cpSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Copies what tests read of a checkout into a folder, and returns the folder. */
export function makeSandbox(/** @type {string} */ root, /** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true })
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const generated = ['js', 'd.ts'].map((end) => `src/source/generated/validators.${end}`)
  for (const file of [...listed.split('\0').filter((name) => name !== ''), ...generated]) {
    cpSync(join(root, file), join(folder, file))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
