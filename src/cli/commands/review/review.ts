import { Failure } from '../../../base/failure.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import { elsewhereText } from '../../../review/outside-changes.ts'
import { render } from '../../../review/render/render-comment.ts'
import { diffTable } from '../../../review/render/diff-table.ts'
import type { ExitCode } from '../../exit-code.ts'
import { findElsewhere } from '../../pull-request/find-paths-outside.ts'
import { type CommandIo, colorOn, formatOf, note, out, outJson, outShown } from '../../io.ts'
import { forkPoint, rangeIn } from '../../../compare/fork-point.ts'
import { type Revisions, compareRevisions, outDiff } from './diff.ts'
import { hasErrors, renderAside } from '../../render-diagnostics.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { reviewCommand } from './review.flags.ts'

type Flags = FlagsOf<typeof reviewCommand>

interface Sides {
  readonly base?: string | undefined
  readonly head?: string | undefined
}

/** Resolves the changes that a branch brought since it began, whatever its base contains by now. @throws {Failure} */
async function broughtBy(
  { base, head }: Sides,
  flags: Flags,
  io: CommandIo,
): Promise<Revisions & { readonly target: string }> {
  if (base === undefined) {
    const help = 'write --base main; with --post, --head SHA or --pull NUMBER is enough'
    throw new Failure('usage', "required option '--base <rev>' not specified", help)
  }
  const range = rangeIn(base)
  const [target, end] = [range?.base ?? base, head ?? range?.head]
  const say = (text: string): void => note(io, `note: ${text}`)
  return { base: await forkPoint(flags.config, target, end, say), head: end, target }
}

/** Writes the text for a reviewer, even if HEAD has errors, since the reviewer is the one who has to see them. */
export async function review(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['markdown', 'json', 'pretty'], 'markdown')
  const say = (text: string): void => note(io, `note: ${text}`)
  const destination =
    flags.post === true
      ? await (await import('../../pull-request/find-destination.ts')).findDestination(flags, say)
      : undefined
  if (flags.post === true && destination === undefined) return 0
  const sides = await broughtBy(destination ?? flags, flags, io)
  const comparison = await compareRevisions(sides, flags, io, true)
  const found = await findElsewhere({ ...sides, from: sides.base, config: flags.config })
  const { base, head, compared, diagnostics, files } = comparison
  const code = hasErrors(diagnostics) ? 1 : 0
  if (format !== 'markdown') renderAside(io, diagnostics, files)
  const { body, risk } = render({ ...comparison, ...(found !== undefined && { elsewhere: found }) })
  const comment = maskCredentials(body)
  for (const done of (await destination?.post(comment)) ?? []) note(io, done)
  if (format === 'pretty') {
    if (compared !== undefined) out(io, diffTable(compared, colorOn(io, io.stdout)))
    const text = found && elsewhereText(found)
    if (text !== undefined)
      out(
        io,
        `
${text}
`,
      )
    return code
  }
  const elsewhere = { files: found?.paths.length ?? 0, owned: found?.owned ?? 0 }
  if (format === 'markdown') outShown(io, comment)
  else if (compared === undefined) outJson(io, { base, head, elsewhere, comment })
  else outDiff(io, compared.diff, { ...compared.effects, elsewhere, risk, comment })
  return code
}
