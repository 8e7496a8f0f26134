import { maskCredentials } from '../../lint/rules/secret/credential.ts'
import { render } from '../../review/render.ts'
import { diffTable } from '../../review/table.ts'
import type { ExitCode } from '../constants.ts'
import { type CommonFlags, colorOn, formatOf, note, out, outJson, outShown } from '../io.ts'
import { forkPoint, rangeIn } from '../../pipeline/fork.ts'
import { type Revisions, compareRevisions, outDiff } from './diff.ts'
import { hasErrors, renderAside } from '../render.ts'

interface Flags extends CommonFlags {
  readonly base: string
  readonly head?: string
  readonly post?: boolean
  readonly pull?: string
}

/** What a branch brought: from where it began, whatever has become of its base since. @throws {Failure} */
async function broughtBy(flags: Flags): Promise<Revisions> {
  const range = rangeIn(flags.base)
  const head = flags.head ?? range?.head
  const say = (text: string): void => note(flags, `note: ${text}`)
  return { base: await forkPoint(flags.config, range?.base ?? flags.base, head, say), head }
}

/** What a reviewer reads. It is written where HEAD has errors too, since it is the reviewer who has to see them. */
export async function review(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['markdown', 'json', 'pretty'], 'markdown')
  const comparison = await compareRevisions(await broughtBy(flags), flags, true)
  const { base, head, compared, diagnostics, files } = comparison
  const code = hasErrors(diagnostics) ? 1 : 0
  if (format !== 'markdown') renderAside(flags, diagnostics, files)
  const { body, risk } = render(comparison)
  const comment = maskCredentials(body)
  if (flags.post === true) note(flags, `${await (await import('../post.ts')).post(comment, flags.pull)} the comment`)
  if (format === 'pretty') {
    if (compared !== undefined) out(diffTable(compared, colorOn(flags, process.stdout)))
    return code
  }
  if (format === 'markdown') outShown(comment)
  else if (compared === undefined) outJson({ base, head, comment })
  else outDiff(compared.diff, { ...compared.effects, risk, comment })
  return code
}
