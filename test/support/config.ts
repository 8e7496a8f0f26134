import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Diagnostic } from '../../src/source/diagnostic-types.ts'
import { check } from '../../src/check/check-configuration.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { BASE } from './base.ts'

export { BASE }

/** Files by path relative to the configuration's folder; null takes one of the base's away. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>

/** A folder of its own, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Writes `BASE` with some files changed into `FOLDER/config`, and gives FOLDER. */
export function writeConfig(files: Files = {}, folder = temporaryFolder()): string {
  for (const [path, content] of Object.entries({ ...BASE, ...files })) {
    if (content === null) continue
    const file = join(folder, 'config', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return folder
}

/** The diagnostics of `BASE` with some files changed, their files relative to the configuration's folder. */
export async function diagnosticsOf(files: Files): Promise<Diagnostic[]> {
  const configuration = await openConfiguration(join(writeConfig(files), 'config'))
  const { diagnostics } = await check({ ...configuration, show: (path) => path })
  return [...diagnostics]
}

/** `rule file:line:column-end_line:end_column` of each, which is what most tests are about. */
export async function placesOf(files: Files): Promise<string[]> {
  return (await diagnosticsOf(files)).map(
    (d) => `${d.rule} ${d.file}:${d.line}:${d.column}-${d.end_line}:${d.end_column}`,
  )
}
