import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Repository } from './repository.ts'

/**
 * Fetches at once what a partial clone has left out of some contents: git on its own would sign in for one after another.
 *
 * @param ids Of the contents that are going to be read.
 */
export async function fetchPromised(repository: Repository, ids: readonly string[]): Promise<void> {
  if (ids.length < 2 || !isPartial(repository)) return
  // Loaded where it is needed: most clones are whole.
  const { fetchMissing } = await import('./promised.ts')
  await fetchMissing(repository, ids)
}

/** Whether a remote has promised to bring what is not here. */
function isPartial({ gitDir }: Repository): boolean {
  try {
    const shared = join(gitDir, 'commondir')
    const common = existsSync(shared) ? resolve(gitDir, readFileSync(shared, 'utf8').trim()) : gitDir
    return readdirSync(join(common, 'objects', 'pack')).some((name) => name.endsWith('.promisor'))
  } catch {
    return false
  }
}
