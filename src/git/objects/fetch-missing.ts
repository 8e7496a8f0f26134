import type { Repository } from '../open-repository.ts'

/**
 * Fetches what a partial clone (`git clone --filter`) lacks of some objects, all at once: git itself fetches each when
 * it is read. In a whole clone, does nothing.
 *
 * @param ids Of the objects that are going to be read.
 * @throws {Failure} with git's message, where the remote does not provide them.
 */
export async function fetchMissing(repository: Repository, ids: readonly string[]): Promise<void> {
  if (!repository.isPartial || ids.length === 0) return
  const missing = await missingOf(repository, ids)
  if (missing.length === 0) return
  // Loaded where it is needed: most clones are whole.
  const { fetchPromised } = await import('./fetch-promised.ts')
  await fetchPromised(repository, missing)
}

/** Returns the missing ones among some objects, without fetching any, as other questions about an object would. */
async function missingOf({ run }: Repository, ids: readonly string[]): Promise<string[]> {
  const wanted = new Set(ids)
  const input = Buffer.from([...wanted].map((id) => `${id}\n`).join(''))
  const how = ['--objects', '--no-object-names', '--no-walk', '--ignore-missing', '--missing=allow-any', '--stdin']
  for (const id of (await run(['rev-list', ...how], { input })).split('\n')) wanted.delete(id)
  return [...wanted]
}

/** Returns the versions of a file that a partial clone lacks, in the whole history of a commit. */
export async function missingVersions({ run, isPartial }: Repository, commit: string, path: string): Promise<string[]> {
  if (!isPartial) return []
  const listed = await run(['rev-list', '--objects', '--no-object-names', '--missing=print', commit, '--', path])
  return listed.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []))
}
