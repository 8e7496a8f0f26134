import { Failure } from '../base/failure.ts'
import { gitEnvironment } from './environment.ts'
import { gitFailure } from './failure.ts'
import { runGit } from './process.ts'
import type { Repository } from './repository.ts'

/**
 * Fetches what a partial clone (`git clone --filter`) does not have of some objects, all at once: git itself fetches
 * each when it is read. In a whole clone nothing is done.
 *
 * @throws {Failure} with what git said, where the remote does not give them.
 */
export async function fetchMissing(repository: Repository, ids: readonly string[]): Promise<void> {
  const { top, gitDir, isPartial } = repository
  if (!isPartial || ids.length === 0) return
  const missing = await missingOf(repository, ids)
  if (missing.length === 0) return
  const remote = await promisorOf(repository)
  const env = gitEnvironment(process.env, { remote: true, gitDir, workTree: top, settings: ALL_AT_ONCE })
  const how = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--filter=blob:none', '--stdin']
  try {
    await runGit(top, ['fetch', ...how, remote], { env, input: Buffer.from(missing.join('\n')) })
  } catch (error) {
    const many = missing.length === 1 ? 'an object' : `${missing.length} objects`
    const { kind, message, help } = gitFailure(error, `cannot fetch ${many} that this partial clone lacks from ${remote}`)
    throw new Failure(kind, message, `${help}; or clone without --filter: this clone is partial`)
  }
}

/** No talk about what both sides have: it is known what is missing. */
const ALL_AT_ONCE = [['fetch.negotiationAlgorithm', 'noop']] as const

/** Without asking the remote for any, as any other question after an object would. */
async function missingOf({ run }: Repository, ids: readonly string[]): Promise<string[]> {
  const wanted = new Set(ids)
  const input = Buffer.from([...wanted].map((id) => `${id}\n`).join(''))
  const how = ['--objects', '--no-object-names', '--no-walk', '--ignore-missing', '--missing=allow-any', '--stdin']
  for (const id of (await run(['rev-list', ...how], { input })).split('\n')) wanted.delete(id)
  return [...wanted]
}

/** The versions of a file that a partial clone lacks, of the whole history of a commit. */
export async function missingVersions({ run, isPartial }: Repository, commit: string, path: string): Promise<string[]> {
  if (!isPartial) return []
  const listed = await run(['rev-list', '--objects', '--no-object-names', '--missing=print', commit, '--', path])
  return listed.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []))
}

/** The remote that has what is missing here. */
async function promisorOf({ run }: Repository): Promise<string> {
  const extension = await run(['config', 'extensions.partialClone']).catch(() => '')
  if (extension.trim() !== '') return extension.trim()
  const listed = await run(['config', '--bool', '--get-regexp', '^remote\\..*\\.promisor$']).catch(() => '')
  return /^remote\.(.*)\.promisor true$/m.exec(listed)?.[1] ?? 'origin'
}
