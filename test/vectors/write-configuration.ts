import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const written: string[] = []

function removeAll(): void {
  for (const folder of written) rmSync(folder, { recursive: true, force: true })
}

/** Writes a configuration into a folder that goes with the process; returns its path. */
export function writeConfiguration(files: Readonly<Record<string, string>>): string {
  if (written.length === 0) process.on('exit', removeAll)
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-configuration-'))
  written.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
