import { closeSync, createReadStream, fstatSync, openSync, statSync } from 'node:fs'
import { Failure, codeOf, fileFailure } from '../../base/failure.ts'

/** Yields a file's bytes in their order; throws as `openFile` does. */
export async function* chunksOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  const stream = createReadStream(file, { fd: openFile(file), highWaterMark: CHUNK })
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    throw fileFailure(error, `cannot read ${file}`)
  }
}

const CHUNK = 1024 * 1024

/**
 * Opens a file that can be read twice, and nothing else: returns its descriptor, to be closed. Throws a `Failure`:
 * `usage` for what is no file, `world` for one that cannot be read.
 */
export function openFile(file: string): number {
  try {
    // Before it is opened: a pipe would be waited for.
    if (!statSync(file).isFile()) throw notAFile(file)
    const descriptor = openSync(file, 'r')
    if (fstatSync(descriptor).isFile()) return descriptor
    closeSync(descriptor)
    throw notAFile(file)
  } catch (error) {
    if (error instanceof Failure) throw error
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Failure('usage', `cannot read ${file}: no such file`, 'check the path', { cause: error })
    }
    throw fileFailure(error, `cannot read ${file}`)
  }
}

function notAFile(file: string): Failure {
  return new Failure('usage', `cannot read ${file}: it is not a file`, 'name the file that the dump was written to')
}
