import { existsSync } from 'node:fs'
import { gitEnvironment } from './environment.ts'
import { runGit } from './process.ts'
import { settingsOf, urlOfRemote } from './remote.ts'
import type { Repository } from './repository.ts'

/** Fetches the contents that are not here from the remote that has promised them, if there is one. */
export async function fetchMissing(repository: Repository, ids: readonly string[]): Promise<void> {
  const { top, gitDir, run } = repository
  try {
    const remote = /^remote\.(.*)\.promisor /m.exec(await run(['config', '--get-regexp', '^remote\\..*\\.promisor$']))?.[1]
    const missing = await missingOf(repository, ids)
    if (remote === undefined || missing.length === 0) return
    // The one that is fetched from has to be the user's own, and no file of the checkout's.
    await urlOfRemote(remote, top, existsSync)
    const env = gitEnvironment(process.env, { remote: true, settings: await settingsOf(top), gitDir, workTree: top })
    const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--filter=blob:none']
    const input = Buffer.from(missing.map((id) => `${id}\n`).join(''))
    // There is nothing to agree upon: single contents are asked for.
    await runGit(top, ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...quiet, '--stdin', remote], { env, input })
  } catch {
    // git tries it again for what is read, and whoever reads it is told.
  }
}

/** Those that are not here, without git fetching them. */
async function missingOf({ run }: Repository, ids: readonly string[]): Promise<string[]> {
  const input = Buffer.from(ids.map((id) => `${id}\n`).join(''))
  const how = ['--objects', '--missing=allow-promisor', '--ignore-missing', '--no-walk', '--stdin']
  const here = new Set((await run(['rev-list', ...how], { input })).split('\n').map((line) => line.trim()))
  return [...new Set(ids)].filter((id) => !here.has(id))
}
