import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Failure, StoreFailure, codeOf, fileFailure } from '../../base/failure.ts'
import type { GitBranch } from '../../git/branch/fetched-branch.ts'
import { gitFailure, patiently } from '../../git/git-failure.ts'
import { openBranch, ownPlace, settingsOf, urlOfRemote } from '../../git/remote-settings.ts'
import type { GitPlace } from '../../git/parse-git-url.ts'
import type { GitAccess } from './git-reader.ts'

/**
 * Gives a command access to a branch: with the remotes and the settings of the surrounding repository, isolated from
 * what a checkout contains, and with a retry after transient failures.
 */
export function commandAccess(
  place: GitPlace,
  folder: string,
  cache: string | undefined,
  pauses: readonly number[],
): GitAccess {
  return {
    open: () => open(place, folder, cache),
    fetch: (branch) => patiently(() => branch.fetch(), pauses),
    failure,
  }
}

async function open({ remote, branch }: GitPlace, folder: string, cache: string | undefined): Promise<GitBranch> {
  const url = await urlOfRemote(remote, folder, existsSync)
  const settings = await settingsOf(folder)
  const name = createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 32)
  return openBranch(await ownPlace(name, cache), url, branch, settings)
}

/** In plain words, with the place and the fix. */
const failure: GitAccess['failure'] = (error, verb, url, branch) => {
  if (error instanceof Failure) return error
  if (['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EDQUOT'].includes(codeOf(error))) {
    return fileFailure(error, `cannot write to ${branch?.gitDir ?? 'a folder of our own'}`)
  }
  const failed = gitFailure(error, `cannot ${verb} ${url}`)
  return verb === 'read' ? new StoreFailure('unreadable', failed.message, { help: failed.help }) : failed
}
