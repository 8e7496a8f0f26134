import { join } from 'node:path'
import { statsOf } from '../../base/file-facts.ts'
import { fetchMissing, missingVersions } from '../objects/fetch-missing.ts'
import type { Repository } from '../open-repository.ts'
import { headersOf } from './resolve-revision.ts'

export interface Blame {
  /** In full. */
  readonly commit: string
  /** `Name <email>`. */
  readonly author: string
}

/**
 * Finds who wrote some lines of a file, by line number from 1. A line that is not committed has no author, nor does a
 * file that git does not know.
 */
export async function blame(
  repository: Repository,
  path: string,
  lines: readonly number[],
): Promise<Map<number, Blame>> {
  const { run, prefix, top } = repository
  const found = new Map<number, Blame>()
  const ranges = [...new Set(lines)].flatMap((line) => ['-L', `${line},${line}`])
  const file = prefix === '' ? path : `${prefix}/${path}`
  // One that a sparse checkout left out is read from HEAD, and so are its lines.
  const revision = statsOf(join(top, file)) === undefined ? ['HEAD'] : []
  let porcelain: string
  try {
    await fetchMissing(repository, await missingVersions(repository, 'HEAD', file))
    porcelain = await run(['blame', '--no-textconv', '--porcelain', ...ranges, ...revision, '--', file], {
      readsFiles: true,
    })
  } catch {
    return found
  }
  for (const text of porcelain.split('\n')) {
    const [, commit, line] = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(text) ?? []
    if (commit === undefined || /^0+$/.test(commit)) continue
    // From the commit itself: a `.mailmap` of the checkout may rename what blame prints.
    const author = (await headersOf(repository, commit))?.author
    if (author !== undefined) found.set(Number(line), { commit, author })
  }
  return found
}
