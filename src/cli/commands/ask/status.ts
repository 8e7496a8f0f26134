import type { Release } from '../../../store/format/release-manifest.ts'
import { openConfiguration } from '../../../source/open-configuration.ts'
import { type Distance, type HeadFacts, distanceOf, headOf, uncommitted } from '../../../ask/distance-to-release.ts'
import { printable } from '../../../report/print-answer.ts'
import { plural } from '../../../report/counts-in-words.ts'
import { FINGERPRINT } from '../../version.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, colorOn, formatOf, note, out, outJson, progressOn } from '../../io.ts'
import { type StoreAtHand, storeAtHand } from '../../open/store-at-hand.ts'
import { localStore } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { statusCommand } from './status.flags.ts'

type Flags = FlagsOf<typeof statusCommand>

/** Shows the state of HEAD, the working tree and a store, and how they differ. */
export async function status(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const say = (text: string): void => note(io, `note: ${text}`)
  const configuration = await openConfiguration(flags.config)
  const { repository } = configuration
  const head = (repository && (await headOf(repository))) ?? null
  const changed = await uncommitted(configuration)
  const store = (await storeAtHand(flags)) ?? null
  const cache = await localStore()
  const progress = progressOn(io)
  const between =
    store &&
    (await distanceOf(configuration, store.release, flags.config, {
      fingerprint: FINGERPRINT,
      note: say,
      ...(cache !== undefined && { store: cache }),
      ...(progress !== undefined && { progress }),
    }))
  const clean = repository === undefined ? null : head !== null && changed.length === 0
  if (format === 'json')
    outJson(io, { head, working_tree: { clean, changed }, store: store && storeJson(store), between })
  else out(io, printable(lines({ head, clean, changed, store, between }), colorOn(io, io.stdout)))
  return 0
}

function storeJson({ url, release }: StoreAtHand): object {
  const { environment, seq, commit, issued, expires } = release
  return { url, environment, seq, commit, issued, expires, state: stateOf(release) }
}

/** A release that this machine signs for itself does not expire; a `compiled` one was never released. */
function stateOf({ issued, expires }: Release): 'compiled' | 'released' | 'expired' {
  if (issued === null) return 'compiled'
  return expires === null || Date.parse(expires) > Date.now() ? 'released' : 'expired'
}

interface Said {
  readonly head: HeadFacts | null
  readonly clean: boolean | null
  readonly changed: readonly string[]
  readonly store: StoreAtHand | null
  readonly between: Distance | null
}

const MOST_FILES = 5

function lines({ head, clean, changed, store, between }: Said): Record<string, string> {
  const files = `${changed.slice(0, MOST_FILES).join(', ')}${changed.length > MOST_FILES ? ` and ${changed.length - MOST_FILES} more` : ''}`
  const tree =
    clean === null
      ? 'in no git repository'
      : clean
        ? 'as committed'
        : changed.length === 0
          ? 'not committed'
          : `${plural(changed.length, 'file')} not committed: ${files}`
  return {
    HEAD: head === null ? 'no commit' : `${head.commit.slice(0, 12)} of ${head.date}, ${head.branch ?? 'detached'}`,
    'working tree': tree,
    ...(store === null ? { store: 'none: `tenfold release` makes one' } : storeLines(store)),
    ...(between !== null && { between: betweenLine(between) }),
  }
}

function storeLines({ url, release }: StoreAtHand): Record<string, string> {
  const { environment, seq, commit, issued, expires } = release
  const never = `never: ${issued === null ? 'it was compiled, and not released' : 'this machine signs it for itself'}`
  return {
    store: url,
    release: `${seq} for ${environment}, of ${commit === null ? 'files that were not committed' : commit.slice(0, 12)}`,
    expires: expires === null ? never : `${expires}, ${inDays(Date.parse(expires) - Date.now())}`,
  }
}

const DAY = 86_400_000

function inDays(left: number): string {
  if (left <= 0) return 'which is over: `tenfold release --refresh` signs it for longer'
  return left < DAY ? 'in less than a day' : `in ${plural(Math.floor(left / DAY), 'day')}`
}

function betweenLine({ commits, behind, accounts }: Distance): string {
  const told = [
    commits === null ? 'the commits between cannot be told' : commits === 0 ? 'no commit' : plural(commits, 'commit'),
    ...(behind === null || behind === 0 ? [] : [`${plural(behind, 'commit')} of the release are not in HEAD`]),
    accounts === null
      ? 'the accounts cannot be compared'
      : accounts === 0
        ? 'every account gets the same'
        : `${plural(accounts, 'account')} ${accounts === 1 ? 'gets' : 'get'} something else`,
  ]
  return told.join('; ')
}
