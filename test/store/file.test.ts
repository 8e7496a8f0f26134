import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { FileReader } from '../../src/store/backends/file-reader.ts'
import { treeOf } from '../faults/support.ts'
import { backendContract } from './backends.ts'
import { type ReadPlace, readerContract, writeAll } from './contract.ts'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tenfold-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

/** The place of a store in a folder, for whoever reads there. */
function folderOf(open: (folder: string) => FileReader): ReadPlace {
  const folder = join(base, 'place', 'store')
  return {
    open: () => open(folder),
    put: async (contents) => writeAll(folder, contents),
    async cut() {
      rmSync(folder, { recursive: true })
      symlinkSync(folder, folder)
    },
  }
}

readerContract('a folder, for a service', async () => ({
  ...folderOf((folder) => new FileReader(folder)),
  isForServices: true,
}))
readerContract('a folder, for a command', async () => folderOf((folder) => new FileBackend(folder)))

backendContract('a folder', async () => {
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
    change: async (path, text) => writeFileSync(join(folder, path), text),
    async refuse() {
      // Root may write whatever the modes say: a file where the folder should be stops everybody.
      mkdirSync(dirname(folder), { recursive: true })
      writeFileSync(folder, '')
      return async () => rmSync(folder)
    },
  }
})
