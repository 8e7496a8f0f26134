import { Failure } from '../base/failure.ts'
import { type Backend, readableHead } from '../store/backend-types.ts'
import { Malformed } from '../store/format/decode-json.ts'
import { type Ref, pathOf } from '../store/format/object-ref.ts'
import { indexPack, readPackList } from '../store/format/pack.ts'
import { type Release, readHead } from '../store/format/release-manifest.ts'
import { tolerant } from '../store/packing/tolerant.ts'
import { reachRelease } from '../store/reachable-objects.ts'
import { noStore } from './verify-release.ts'

export interface SweepRequest {
  /** Milliseconds: what was in use within them stays. */
  readonly ageMs: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether what would be deleted is only counted. */
  readonly isDry: boolean
}

export interface Swept {
  readonly deleted: number
  readonly kept: number
  /** Of what was deleted. */
  readonly bytes: number
}

/** At least so many releases stay whole, however old they are. */
const LEAST_RELEASES = 6
/** So many files go at a time. */
const BATCH = 1000

/**
 * Deletes what no release reaches that was current within a time, or is one of the last six, and is itself older than
 * that. The head is read again before each batch: where another publisher has replaced it, this begins anew, since the
 * new release may need what was about to go.
 *
 * @param verify Returns the release of a head that is signed by keys that we trust.
 * @throws {Failure}
 */
export async function sweepStore(
  target: Backend,
  verify: (head: Uint8Array) => Promise<Release>,
  request: SweepRequest,
): Promise<Swept> {
  let swept: Swept = { deleted: 0, kept: 0, bytes: 0 }
  for (;;) {
    const head = await readableHead(target)
    if (head === undefined) throw noStore(target)
    const release = await verify(head)
    const { stale, kept } = await findStale(target, release, request)
    swept = { ...swept, kept }
    if (request.isDry) return { ...swept, deleted: stale.length, bytes: sum(stale) }
    let isCurrent = true
    for (let i = 0; i < stale.length && isCurrent; i += BATCH) {
      const batch = stale.slice(i, i + BATCH)
      isCurrent =
        (await target.deleteFiles?.(
          batch.map(({ path }) => path),
          head,
        )) === true
      if (isCurrent) swept = { ...swept, deleted: swept.deleted + batch.length, bytes: swept.bytes + sum(batch) }
    }
    if (isCurrent) return swept
  }
}

interface Stale {
  readonly path: string
  readonly bytes: number
}

async function findStale(
  target: Backend,
  release: Release,
  { ageMs, now }: SweepRequest,
): Promise<{ readonly stale: readonly Stale[]; readonly kept: number }> {
  if (target.listFiles === undefined || target.deleteFiles === undefined) {
    throw new Failure(
      'usage',
      `${target.url} needs no sweeping`,
      'a branch is tidied by each release, and a registry by its own retention of the tags ENVIRONMENT.SEQ',
    )
  }
  const files: { path: string; bytes: number; date: number }[] = []
  for await (const file of target.listFiles()) files.push(file)
  const heads = files.flatMap((file) => {
    const [, epoch, seq] = /^heads\/(\d+)-(\d+)\.json$/.exec(file.path) ?? []
    return epoch === undefined ? [] : [{ ...file, epoch: Number(epoch), seq: Number(seq) }]
  })
  heads.sort((a, b) => b.epoch - a.epoch || b.seq - a.seq)
  // A release was current until the next one was there.
  const keptHeads = heads.filter((_, i) => {
    const replacedAt = heads[i - 1]?.date ?? now
    return i < LEAST_RELEASES || replacedAt > now - ageMs
  })
  const reached = new Set<string>(keptHeads.map(({ path }) => path))
  const known = new Set<Ref>()
  await keep(target, release, known)
  for (const { path } of keptHeads) {
    const past = await tolerant(async () => (await readPastHead(target, path))?.release)
    // What an old release needs that is damaged is unknown; the rest of it stays.
    if (past !== undefined) await tolerant(() => keep(target, past, known))
  }
  for (const former of release.history) {
    await tolerant(() => keep(target, { ...release, ...former, candidate: null, packs: null, trust: null }, known))
  }
  for (const ref of known) reached.add(pathOf(ref))
  const stale = files.filter(({ path, date }) => !reached.has(path) && date < now - ageMs && isOurs(path))
  return { stale, kept: files.length - stale.length }
}

/** Whether a name is one that only we give. */
function isOurs(path: string): boolean {
  return /^objects\/([0-9a-f]{2})\/\1[0-9a-f]{62}$|^heads\/\d+-\d+\.json$/.test(path)
}

async function readPastHead(target: Backend, path: string): Promise<ReturnType<typeof readHead> | undefined> {
  const bytes = await target.readFile?.(path)
  return bytes === undefined ? undefined : readHead(bytes)
}

/** Adds everything that a release needs. The tree is read from its packs, where there are any. */
async function keep(target: Backend, release: Release, known: Set<Ref>): Promise<void> {
  const packed = new Map<Ref, Uint8Array>()
  if (release.packs !== null) {
    for (const pack of readPackList(await target.read(release.packs))) {
      const held = await tolerant(async () => indexPack(await target.read(pack)))
      for (const [ref, bytes] of held ?? []) packed.set(ref, bytes)
    }
  }
  const read = async (ref: Ref): Promise<Uint8Array> => packed.get(ref) ?? target.read(ref)
  try {
    await reachRelease(release, read, known)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Failure('world', `the store ${target.url} is damaged: ${error.message}`, 'nothing was deleted: repair it')
  }
}

function sum(files: readonly Stale[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0)
}
