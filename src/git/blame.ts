import type { Repository } from './repository.ts'

export interface Blame {
  /** In full. */
  readonly commit: string
  /** `Name <email>`. */
  readonly author: string
}

/**
 * Who wrote some lines of a file, by line number from 1. A line that is not committed, and a file that git does not
 * know, has nobody.
 */
export async function blame(
  { run, prefix }: Repository,
  path: string,
  lines: readonly number[],
): Promise<Map<number, Blame>> {
  const found = new Map<number, Blame>()
  const ranges = [...new Set(lines)].flatMap((line) => ['-L', `${line},${line}`])
  const file = prefix === '' ? path : `${prefix}/${path}`
  let porcelain: string
  try {
    porcelain = await run(['blame', '--no-textconv', '--line-porcelain', ...ranges, '--', file], { readsFiles: true })
  } catch {
    return found
  }
  let commit = ''
  let line = 0
  let name = ''
  for (const text of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(text)
    if (header !== null) [commit, line] = [header[1] ?? '', Number(header[2])]
    else if (text.startsWith('author ')) name = text.slice('author '.length)
    else if (text.startsWith('author-mail ') && !/^0+$/.test(commit)) {
      found.set(line, { commit, author: `${name} ${text.slice('author-mail '.length)}` })
    }
  }
  return found
}
