import { Failure } from '../../base/failure.ts'
import { command } from '../../base/shell-command.ts'
import { ANSWERING } from '../../source/file-layout.ts'
import { readRevision } from '../../source/list-revision.ts'
import type { Repository } from '../../git/open-repository.ts'
import { objectAt } from '../../git/history/resolve-revision.ts'
import { readIndexAt } from '../../git/worktree/read-index.ts'
import { changedFiles } from '../../git/worktree/working-tree-facts.ts'
import { accountMeant } from '../../check/account-spelling.ts'
import type { AccountCommit } from './account-commits.ts'

type Note = (text: string) => void

export function noteBeginning({ commit }: AccountCommit, note: Note): void {
  note(`this clone is shallow: what was before ${short(commit)} is not told (\`git fetch --unshallow\` fetches it)`)
}

/** Notes the account's former name: another account, whose history `log` reports under that name. */
export function noteName(
  { commit, id }: { readonly commit: string; readonly id: string },
  name: string,
  note: Note,
): void {
  note(`${short(commit)} renamed "${id}" to "${name}": ${command('tenfold', 'log', id)} tells what was before`)
}

/** Notes the last commits whose effect is not known yet. */
export function noteUntold(skipped: AccountCommit | undefined, note: Note): void {
  if (skipped === undefined) return
  const at = short(skipped.commit)
  note(
    `the configuration cannot be understood since ${at}, which \`tenfold check --at ${at}\` explains: what has changed is not told yet`,
  )
}

/** Notes that an account that never had a file gets the globals. */
export async function noteUnknown(repository: Repository, head: string, id: string, note: Note): Promise<void> {
  const folder = await objectAt(
    repository,
    repository.prefix === '' ? `${head}^{tree}` : `${head}:${repository.prefix}`,
  )
  const { files } = folder === undefined ? { files: [] } : await readRevision(repository, head, folder.id)
  const near = accountMeant(id, { files, unexpected: [], others: [] })
  const meant = near === undefined ? '' : `; did you mean "${near}"?`
  note(`no account "${id}" in this history: this is what an account without a file gets${meant}`)
}

export function noteUncommitted(note: Note): void {
  note('what is not committed is not told: the working tree has changes in files that count here')
}

/** Whether the working tree has other files than HEAD, of those that count. */
export async function isUncommitted(repository: Repository, last: AccountCommit | undefined): Promise<boolean> {
  const files = last?.tree.files.map(({ path }) => path) ?? []
  const paths = new Set([...ANSWERING, 'prompts', 'author-profiles', 'strategies', ...files])
  try {
    return (await changedFiles(repository, await readIndexAt(repository, []), [...paths])).length > 0
  } catch (error) {
    // The history is whole without it.
    if (error instanceof Failure) return false
    throw error
  }
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
