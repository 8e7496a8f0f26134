import { maskCredentials } from '../../lint/rules/secret/credential.ts'
import { render } from '../../review/render.ts'
import { diffTable } from '../../review/table.ts'
import type { ExitCode } from '../constants.ts'
import { type CommonFlags, colorOn, formatOf, note, out, outJson, outShown } from '../io.ts'
import { compareRevisions, outDiff } from './diff.ts'
import { hasErrors, renderAside } from '../render.ts'

interface Flags extends CommonFlags {
  readonly base: string
  readonly head?: string
  readonly post?: boolean
  readonly pull?: string
}

/** What a reviewer reads. It is written where HEAD has errors too, since it is the reviewer who has to see them. */
export async function review(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['markdown', 'json', 'pretty'], 'markdown')
  const comparison = await compareRevisions(flags.base, flags.head, flags, true)
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
