import { Failure } from '../../base/failure.ts'
import { type Setting, gitEnvironment } from '../git-environment.ts'
import { defaultBranchIn } from '../default-branch.ts'
import { gitFailure, patiently } from '../git-failure.ts'
import type { Repository } from '../open-repository.ts'
import { isBranch, masked } from '../parse-git-url.ts'
import { runGit } from '../run-git.ts'
import { fetchCommits } from './fetch-commits.ts'

/** A branch, and its last commit. */
export interface BranchTip {
  readonly branch: string
  readonly commit: string
}

/** Returns the default branch of a remote as it is now, with its last commit fetched into a repository. @throws {Failure} */
export async function fetchNewest(
  repository: Repository,
  url: string,
  settings: readonly Setting[],
): Promise<BranchTip> {
  const { top, gitDir, objects } = repository
  const env = gitEnvironment(process.env, { remote: true, settings, gitDir, workTree: top })
  const ask = (): Promise<string> => runGit(top, ['ls-remote', '--symref', '--', url, 'HEAD'], { env })
  const answer = await patiently(ask).catch((error: unknown) => {
    throw gitFailure(error, `cannot read ${masked(url)}`)
  })
  const branch = defaultBranchIn(answer)
  const [, commit] = /^([0-9a-f]{40,64})\tHEAD$/m.exec(answer) ?? []
  if (branch === undefined || commit === undefined || !isBranch(branch)) {
    throw new Failure('world', `${masked(url)} has no default branch`, 'push one, or set its HEAD to one')
  }
  if ((await objects.read(commit, () => false).catch(() => 'absent')) !== 'absent') return { branch, commit }
  const [fetched = commit] = await fetchCommits(repository, url, [`refs/heads/${branch}`], settings)
  return { branch, commit: fetched }
}
