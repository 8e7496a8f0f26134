import { spawn } from 'node:child_process'
import { environment } from '../bundle/git/environment.ts'
import { ChunkReader } from './chunk-reader.ts'
import { Failure } from './failure.ts'
import type { Repository } from './git.ts'
import { MAX_FILE_BYTES } from './parse.ts'
import type { Content, Located } from './read.ts'

/** Fewer blobs than this are asked for one by one, of a process that is there already. */
const FEW = 100

/** The contents of many blobs, in the order asked for, through one process. */
export async function* readBlobs<F extends Located>(
  repository: Repository,
  files: readonly F[],
): AsyncGenerator<[F, Content]> {
  if (files.length < FEW) {
    for (const file of files) {
      const found = await repository.objects.readUpTo(file.blob ?? '', MAX_FILE_BYTES)
      if (found !== 'too-large' && found?.type !== 'blob') throw noContent(file)
      yield [file, found === 'too-large' ? found : found.bytes]
    }
    return
  }
  const child = spawn('git', ['cat-file', '--batch', '--buffer'], {
    cwd: repository.top, env: environment(process.env), stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(files.map(({ blob }) => `${blob}\n`).join(''))
  const reader = new ChunkReader(child.stdout)
  try {
    for (const file of files) {
      const header = await reader.line()
      const size = Number(/ blob (\d+)$/.exec(header)?.[1])
      if (Number.isNaN(size)) throw noContent(file)
      if (size > MAX_FILE_BYTES) {
        await reader.skip(size + 1)
        yield [file, 'too-large']
      } else yield [file, (await reader.take(size + 1)).subarray(0, size)]
    }
  } finally {
    child.kill()
  }
}

function noContent({ path }: Located): Failure {
  return new Failure(
    'world',
    `git has no content for ${path}`,
    'fetch the whole history (no partial clone) and run it again',
  )
}
