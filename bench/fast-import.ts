import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { git } from './place.ts'

/** What a corpus is committed to, and what changes of it are, which another run begins again. */
const [MAIN, CHANGES] = ['refs/heads/main', 'refs/heads/changes']
/** A clock of its own, so that the same files are the same commit on every machine. */
const WHO = 'Ada <ada@example.org> 1767225600 +0000'
/** Files whose text is handed over at a time. */
const BATCH = 1000

/**
 * Commits files below `config/` without a working tree: git's own door for a million files at once.
 *
 * @returns the commit, in full
 */
export function fastImport(
  folder: string,
  parent: string | undefined,
  files: Iterable<readonly [path: string, text: string]>,
): Promise<string> {
  return importCommits(folder, parent, [files])
}

/** The same of several commits, each on top of the one before: what they hold is one pack, as after git has tidied. */
export async function importCommits(
  folder: string,
  parent: string | undefined,
  commits: Iterable<Iterable<readonly [path: string, text: string]>>,
): Promise<string> {
  const branch = parent === undefined ? MAIN : CHANGES
  const args = ['fast-import', '--quiet', '--force']
  const child = spawn('git', args, { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] })
  const closed = once(child, 'close')
  const lines: string[] = []
  let from = parent
  for (const files of commits) {
    lines.push(`commit ${branch}`, `committer ${WHO}`, data('a change'))
    if (from !== undefined) lines.push(`from ${from}`)
    // Within one import, a branch goes on where it is.
    from = undefined
    for (const [path, text] of files) {
      lines.push(`M 100644 inline config/${path}`, data(text))
      if (lines.length < BATCH * 2) continue
      if (!child.stdin.write(`${lines.join('\n')}\n`)) await once(child.stdin, 'drain')
      lines.length = 0
    }
  }
  child.stdin.end(`${lines.join('\n')}\n`)
  const [code]: unknown[] = await closed
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`)
  return git(folder, 'rev-parse', branch)
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}
