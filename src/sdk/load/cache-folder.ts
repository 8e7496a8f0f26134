import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from '../../base/failure.ts'
import { makePrivate } from '../../base/own-folders.ts'

/** Writes a file in a folder atomically: a reader sees either the old or the new content. */
export async function write(folder: string, path: string, bytes: Uint8Array, isFlushed: boolean): Promise<void> {
  const file = join(folder, path)
  const temporary = join(folder, `${randomBytes(8).toString('hex')}.tmp`)
  try {
    await mkdir(dirname(file), 0o700).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') makePrivate(dirname(file))
    })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      // An empty head after a power cut would forget which releases were seen; an object is simply read again.
      if (isFlushed) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** Lists the objects in a folder by name, ignoring any other files in it. */
export async function objectsIn(folder: string): Promise<{ name: string; file: string }[]> {
  const objects = join(folder, 'objects')
  const found: { name: string; file: string }[] = []
  for (const prefix of await namesIn(objects)) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue
    for (const name of await namesIn(join(objects, prefix))) {
      if (/^[0-9a-f]{64}$/.test(name)) found.push({ name, file: join(objects, prefix, name) })
    }
  }
  return found
}

/**
 * Removes unwanted objects and files that a killed process left half-written. Recent files stay, since they may belong
 * to a release that another process is writing.
 */
export async function prune(folder: string, wanted: ReadonlyMap<string, unknown>, minAgeMs: number): Promise<void> {
  const temporary = (await namesIn(folder)).filter((name) => /^[0-9a-f]{16}\.tmp$/.test(name))
  const files = temporary.map((name) => join(folder, name))
  for (const { name, file } of await objectsIn(folder)) if (!wanted.has(name)) files.push(file)
  for (const file of files) if (Date.now() - (await changedAt(file)) > minAgeMs) await rm(file, { force: true })
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** The current time, if the file is already gone. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  )
}
