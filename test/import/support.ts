import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { Failure } from '../../src/base/failure.ts'

/** A folder for the files of one test file; returns what writes one there, and gives its path. */
export function folderForFiles(): (name: string, content: string | Uint8Array) => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name, content) => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
}

/** Yields bytes in chunks, cut at the given offsets. */
export async function* cutAt(bytes: Buffer, offsets: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const to of [...offsets].sort((a, b) => a - b)) {
    // A copy: nobody may look beyond a chunk.
    yield Buffer.from(bytes.subarray(from, to))
    from = to
  }
  yield Buffer.from(bytes.subarray(from))
}

export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const row of rows) read.push(row)
  return read
}

/** The failure that something ends in, as a person sees it: `kind: message (help)`. */
export async function failureOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (error instanceof Failure) return `${error.kind}: ${error.message} (${error.help})`
    throw error
  }
  return 'no failure'
}
