import { isRef } from '../format/object-ref.ts'
import type { Release } from '../format/release-manifest.ts'

/** What a commit records about a release, so that its objects can be kept as long as it may be read. */
export type Past = Pick<Release, 'seq' | 'root' | 'secrets'>

export function commitMessage({ environment, seq }: Release, past: readonly Past[]): string {
  const lines = past.map(({ seq: at, root, secrets }) => `Release: ${at} ${root} ${secrets ?? '-'}\n`)
  return `${environment} ${seq}\n\n${lines.join('')}`
}

/** Returns the releases that a commit records, newest first; none for a message that is not ours. */
export function readPast(message: string): Past[] {
  const past: Past[] = []
  for (const line of message.split('\n')) {
    const [, seq, root, secrets] = /^Release: (\d{1,15}) (\S+) (\S+)$/.exec(line) ?? []
    if (!isRef(root) || (secrets !== '-' && !isRef(secrets))) continue
    past.push({ seq: Number(seq), root, secrets: secrets === '-' ? null : secrets })
  }
  return past
}

export function isObjectPath(path: string): boolean {
  return /^objects\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path)
}
