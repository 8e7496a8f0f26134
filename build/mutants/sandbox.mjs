import { execFileSync } from 'node:child_process'
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Copies what tests read of a checkout into a folder, with another text for some files.
 *
 * @param {string} root
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} texts by the file's path below the root
 */
export function makeSandbox(root, folder, texts) {
  rmSync(folder, { recursive: true, force: true })
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const generated = ['js', 'd.ts'].map((end) => `src/source/generated/validators.${end}`)
  for (const file of [...listed.split('\0').filter((name) => name !== ''), ...generated]) {
    cpSync(join(root, file), join(folder, file))
  }
  for (const [file, text] of texts) writeFileSync(join(folder, file), text)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}
