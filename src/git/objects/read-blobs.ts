import { spawn } from 'node:child_process'
import { Failure } from '../../base/failure.ts'
import { ChunkReader } from './chunk-reader.ts'
import { gitEnvironment } from '../git-environment.ts'
import { fetchMissing } from './fetch-missing.ts'
import type { Repository } from '../open-repository.ts'
import { noAnswer } from '../history/resolve-revision.ts'

/** Fewer blobs than this are requested one by one, from a process that is there already. */
const FEW = 100

/** A file whose content git has under an id. */
interface Listed {
  readonly path: string
  readonly blob?: string
}

/**
 * Reads the contents of many blobs, in the order asked for, through one process; keeps nothing of those over a size.
 */
export async function* readBlobs<F extends Listed>(
  repository: Repository,
  files: readonly F[],
  most: number,
): AsyncGenerator<readonly [F, Buffer | 'too-large']> {
  await fetchMissing(
    repository,
    files.flatMap(({ blob }) => blob ?? []),
  )
  if (files.length >= FEW) {
    yield* readMany(repository, files, most)
    return
  }
  for (const file of files) {
    const found = await repository.objects
      .read(file.blob ?? '', (size) => size <= most)
      .catch((error: unknown) => {
        throw noAnswer(error)
      })
    if (found === 'absent' || (found !== 'unfit' && found.type !== 'blob')) throw noContent(file)
    yield [file, found === 'unfit' ? 'too-large' : found.bytes]
  }
}

async function* readMany<F extends Listed>(
  { top, gitDir }: Repository,
  files: readonly F[],
  most: number,
): AsyncGenerator<readonly [F, Buffer | 'too-large']> {
  const child = spawn('git', ['cat-file', '--batch', '--buffer'], {
    cwd: top,
    env: gitEnvironment(process.env, { gitDir }),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(files.map(({ blob }) => `${blob}\n`).join(''))
  const reader = new ChunkReader(child.stdout)
  try {
    for (const file of files) {
      const header = await reader.line()
      const size = Number(/ blob (\d+)$/.exec(header)?.[1])
      if (Number.isNaN(size)) throw noContent(file)
      if (size > most) {
        await reader.skip(size + 1)
        yield [file, 'too-large']
      } else yield [file, (await reader.take(size + 1)).subarray(0, size)]
    }
  } finally {
    child.kill()
  }
}

function noContent({ path }: Listed): Failure {
  return new Failure(
    'world',
    `git has no content for ${path}`,
    'fetch the whole history (no partial clone) and run it again',
  )
}
