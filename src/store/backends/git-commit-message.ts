import { type Ref, isRef } from '../format/object-ref.ts'
import type { Release } from '../format/release-manifest.ts'
import type { Candidate } from '../format/rollout.ts'

/** What a commit records about a release, so that its objects can be kept as long as it may be read. */
export interface Past extends Pick<Release, 'seq' | 'root' | 'secrets'> {
  /** The root of its candidate. */
  readonly candidate: Ref | null
}

interface Recorded extends Pick<Release, 'seq' | 'root' | 'secrets'> {
  readonly candidate: Pick<Candidate, 'root'> | null
}

export function pastOf({ seq, root, secrets, candidate }: Recorded): Past {
  return { seq, root, secrets, candidate: candidate?.root ?? null }
}

export function commitMessage(
  { environment, seq }: Pick<Release, 'environment' | 'seq'>,
  past: readonly Past[],
): string {
  const lines = past.map(({ seq: at, root, secrets, candidate }) => {
    return `Release: ${at} ${root} ${secrets ?? '-'} ${candidate ?? '-'}\n`
  })
  return `${environment} ${seq}\n\n${lines.join('')}`
}

/** Returns the releases that a commit records, newest first; none for a message that is not ours. */
export function readPast(message: string): Past[] {
  const past: Past[] = []
  for (const line of message.split('\n')) {
    const [, seq, root, secrets, candidate] = /^Release: (\d{1,15}) (\S+) (\S+) (\S+)$/.exec(line) ?? []
    if (!isRef(root) || !isRefOrNone(secrets) || !isRefOrNone(candidate)) continue
    past.push({ seq: Number(seq), root, secrets: orNull(secrets), candidate: orNull(candidate) })
  }
  return past
}

/** A dash stands for none. */
function isRefOrNone(text: string | undefined): text is string {
  return text === '-' || isRef(text)
}

function orNull(text: string): Ref | null {
  return text === '-' ? null : text
}

export function isObjectPath(path: string): boolean {
  return /^objects\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path)
}
