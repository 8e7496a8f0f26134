import { Failure } from '../../../base/failure.ts'
import { openBase } from '../../../compare/open-base.ts'
import { type Comparison, compare } from '../../../compare/compare-revisions.ts'
import { openConfiguration } from '../../../source/open-configuration.ts'
import { forkPoint, rangeIn } from '../../../compare/fork-point.ts'
import { diffJson } from '../../../review/render/diff-json.ts'
import type { Diff } from '../../../compare/diff-types.ts'
import { diffTable } from '../../../review/render/diff-table.ts'
import { FINGERPRINT } from '../../version.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, type CommonFlags, colorOn, formatOf, note, out, outShown, progressOn } from '../../io.ts'
import { hasErrors, renderAside } from '../../render-diagnostics.ts'
import { shower } from '../../shown-values.ts'
import { localStore } from '../../open/trust-of-machine.ts'

/** Prints the differences, as JSON for a program and as a table for a person. */
export async function diff(
  base: string,
  head: string | undefined,
  flags: CommonFlags,
  io: CommandIo,
): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], io.stdout.isTTY === true ? 'pretty' : 'json')
  const { compared, diagnostics, files, files_parsed } = await compareRevisions(
    await sidesOf(base, head, flags, io),
    flags,
    io,
  )
  renderAside(io, diagnostics, files)
  if (compared === undefined || hasErrors(diagnostics)) return 1
  if (format === 'pretty') out(io, diffTable(compared, colorOn(io, io.stdout)))
  else outDiff(io, compared.diff, { files_parsed })
  return 0
}

export interface Revisions {
  readonly base: string
  /** The working tree if left out. */
  readonly head: string | undefined
}

/** Resolves two revisions as they are or, with three dots, to what the second one brought. @throws {Failure} */
async function sidesOf(base: string, head: string | undefined, flags: CommonFlags, io: CommandIo): Promise<Revisions> {
  const range = rangeIn(base)
  if (range === undefined) return { base, head }
  if (head !== undefined) {
    const help = 'write `diff BASE HEAD`, or `diff BASE...HEAD` for what HEAD brought'
    throw new Failure('usage', `"${base}" names two revisions, and "${head}" is a third`, help)
  }
  if (!range.fromFork) return range
  const say = (text: string): void => note(io, `note: ${text}`)
  return { base: await forkPoint(flags.config, range.base, range.head, say), head: range.head }
}

/** Prints a diff as JSON, one account at a time: each text is masked once, however many accounts have it. */
export function outDiff(io: CommandIo, found: Diff, more: Readonly<Record<string, unknown>>): void {
  for (const piece of diffJson(found, more, shower())) outShown(io, piece)
}

/** Compares both sides, using the local store, if it exists, for what it already knows. */
export async function compareRevisions(
  { base, head }: Revisions,
  flags: CommonFlags,
  io: CommandIo,
  strict = false,
): Promise<Comparison> {
  const [before, after] = await Promise.all([openBase(flags.config, base), openConfiguration(flags.config, head)])
  const store = await localStore()
  const progress = progressOn(io)
  return compare(before, after, {
    fingerprint: FINGERPRINT,
    strict,
    note: (text) => note(io, `note: ${text}`),
    ...(store !== undefined && { store }),
    ...(progress !== undefined && { progress }),
  })
}
