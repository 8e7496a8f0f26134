import { randomBytes } from 'node:crypto'
import { type Setting, gitEnvironment } from '../git-environment.ts'
import { gitFailure, patiently } from '../git-failure.ts'
import { runGit } from '../run-git.ts'
import type { Repository } from '../open-repository.ts'
import { masked } from '../parse-git-url.ts'

/**
 * Fetches some refs of a remote into a repository, and returns the commits that they are at now, in the same order. The
 * names that they have here meanwhile are gone afterwards; what they name stays until git tidies up.
 *
 * @param settings How the remote is reached, beyond what the repository itself knows. @throws {Failure}
 */
export async function fetchCommits(
  { top, gitDir, run }: Repository,
  url: string,
  refs: readonly string[],
  settings: readonly Setting[],
): Promise<readonly string[]> {
  const mine = `refs/tenfold/${randomBytes(6).toString('hex')}`
  const names = refs.map((_, i) => `${mine}/${i}`)
  const specs = refs.map((ref, i) => `+${ref}:${names[i] ?? ''}`)
  const env = gitEnvironment(process.env, { remote: true, settings, gitDir, workTree: top })
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules']
  try {
    await patiently(() => runGit(top, ['fetch', ...quiet, '--', url, ...specs], { env }))
    const ids = await Promise.all(names.map((name) => run(['rev-parse', '--verify', `${name}^{commit}`])))
    return ids.map((id) => id.trim())
  } catch (error) {
    throw gitFailure(error, `cannot fetch ${refs.join(' and ')} of ${masked(url)}`)
  } finally {
    for (const name of names) await run(['update-ref', '-d', name]).catch(() => '')
  }
}
