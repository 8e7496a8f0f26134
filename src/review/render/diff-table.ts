import { PLANS } from '../../domain/settings-types.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import { visible } from '../../report/visible-text.ts'
import type { Difference } from '../../compare/diff-answers.ts'
import { grouped, isGone, isNew } from '../group-changes.ts'
import type { Change } from '../../compare/diff-types.ts'
import { costText, riskText } from './overview-table.ts'
import { riskOf } from '../count-risks.ts'
import { unified } from './unified-diff.ts'
import { clip, isLong, valueText } from './value-text.ts'

const MOST_ACCOUNTS = 50
const MOST_FIELDS = 20

/** Formats a diff for a terminal: the globals, what each plan's accounts get of it, and the accounts. */
export function diffTable({ diff, effects }: Difference, color: boolean): string {
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text)
  const dim = (text: string): string => (color ? `\u001b[2m${text}\u001b[22m` : text)
  const { globals, accounts, unknown_accounts, shielded, summary } = diff
  const lines: string[] = []
  if (globals.length > 0) {
    lines.push(bold(plural(globals.length, 'global change')))
    for (const change of globals) lines.push(`  ${move(change)}  ${dim(visible(`${change.file}:${change.line}`))}`)
    lines.push('')
  }
  lines.push(bold(`${thousands(summary.accounts_changed)} of ${plural(summary.accounts_total, 'account')} changed`))
  for (const plan of PLANS) {
    const { changed, total } = summary.by_plan[plan]
    const kept = effects.shielded_by_plan[plan]
    const counts = `${thousands(changed).padStart(9)} of ${thousands(total).padEnd(9)}`
    lines.push(`  ${plan.padEnd(8)}${counts}${kept > 0 ? ` ${thousands(kept)} shielded` : ''}`.trimEnd())
  }
  for (const [field, ids] of Object.entries(shielded)) {
    const some = `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
    lines.push(`  ${visible(field)} is kept from ${plural(ids.length, 'account')}: ${visible(some)}`)
  }
  if (summary.accounts_changed > 0 || globals.length > 0) {
    const risk = riskOf(diff, grouped(accounts), effects)
    lines.push(`  ${riskText(risk)} · ${costText(risk, effects.cost)}`)
  }
  if (unknown_accounts.length > 0) lines.push('', bold('an account without a file'), ...fields(unknown_accounts))
  for (const { account, plan, changes } of accounts.slice(0, MOST_ACCOUNTS)) {
    const fate = isNew(changes) ? ': new' : isGone(changes) ? ': gone' : ''
    lines.push('', bold(visible(`${account} (${plan})${fate}`)), ...(fate === '' ? fields(changes) : []))
  }
  const rest = accounts.length - MOST_ACCOUNTS
  if (rest > 0) lines.push('', `… and ${thousands(rest)} more (use --format json to see all)`)
  return `${lines.join('\n')}\n`
}

function fields(changes: readonly Change[]): string[] {
  const lines = changes.slice(0, MOST_FIELDS).map((change) => `  ${move(change)}`)
  const rest = changes.length - MOST_FIELDS
  return rest > 0 ? [...lines, `  … and ${rest} more`] : lines
}

/** Formats the move of a field in one line: for a long text, how many of its lines. */
export function move({ field, old, new: now }: Change): string {
  if (isLong(old) || isLong(now)) {
    const { added, removed } = unified(typeof old === 'string' ? old : '', typeof now === 'string' ? now : '')
    return visible(`${field}: +${added} −${removed} lines`)
  }
  return visible(`${field}: ${clip(valueText(old), 60)} → ${clip(valueText(now), 60)}`)
}
