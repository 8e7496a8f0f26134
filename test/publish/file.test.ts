import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { FileBackend } from '../../src/store/backends/file.ts'
import { treeOf } from '../faults/support.ts'
import { targetContract } from './targets.ts'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tenfold-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

targetContract('a folder', async () => {
  const folder = join(base, 'place', 'store')
  return {
    open: () => new FileBackend(folder),
    async contents() {
      if (!existsSync(folder)) return {}
      const { '': _, ...below } = treeOf(folder)
      return below
    },
    async plant(path, text) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      return async () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
    },
    async refuse() {
      // Root may write whatever the modes say: a file where the folder should be stops everybody.
      mkdirSync(dirname(folder), { recursive: true })
      writeFileSync(folder, '')
      return async () => rmSync(folder)
    },
  }
})
