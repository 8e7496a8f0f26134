import { existsSync } from 'node:fs'
import { Failure } from '../../base/failure.ts'
import { gitEnvironment } from '../git-environment.ts'
import { gitFailure } from '../git-failure.ts'
import { runGit } from '../run-git.ts'
import { settingsOf, urlOfRemote } from '../remote-settings.ts'
import type { Repository } from '../open-repository.ts'

/** Fetches objects from the remote that has promised them. @throws {Failure} with git's message. */
export async function fetchPromised(repository: Repository, ids: readonly string[]): Promise<void> {
  const { top, gitDir } = repository
  const remote = await promisorOf(repository)
  // The remote that is fetched from has to be the user's own, not a file of the checkout.
  await urlOfRemote(remote, top, existsSync)
  const settings = [...(await settingsOf(top)), ALL_AT_ONCE]
  const env = gitEnvironment(process.env, { remote: true, gitDir, workTree: top, settings })
  const how = [
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--filter=blob:none',
    '--stdin',
  ]
  try {
    await runGit(top, ['fetch', ...how, remote], { env, input: Buffer.from(ids.map((id) => `${id}\n`).join('')) })
  } catch (error) {
    const many = ids.length === 1 ? 'an object' : `${ids.length} objects`
    const { kind, message, help } = gitFailure(
      error,
      `cannot fetch ${many} that this partial clone lacks from ${remote}`,
    )
    throw new Failure(kind, message, `${help}; or clone without --filter: this clone is partial`)
  }
}

/** No negotiation of what both sides have: it is known what is missing. */
const ALL_AT_ONCE = ['fetch.negotiationAlgorithm', 'noop'] as const

/** Returns the remote that has what is missing here. */
async function promisorOf({ run }: Repository): Promise<string> {
  const extension = await run(['config', 'extensions.partialClone']).catch(() => '')
  if (extension.trim() !== '') return extension.trim()
  const listed = await run(['config', '--bool', '--get-regexp', '^remote\\..*\\.promisor$']).catch(() => '')
  return /^remote\.(.*)\.promisor true$/m.exec(listed)?.[1] ?? 'origin'
}
