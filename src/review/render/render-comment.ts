import { createHash } from 'node:crypto'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import { LIMIT, marker } from '../comment-state.ts'
import { type OutsideChanges, elsewhereLine } from '../outside-changes.ts'
import { fit } from './fit-to-limit.ts'
import { grouped } from '../group-changes.ts'
import { code } from './markdown-parts.ts'
import type { Diff, Effects } from '../../compare/diff-types.ts'
import { planTable, riskLine } from './overview-table.ts'
import { type Risk, riskOf } from '../count-risks.ts'
import {
  accountSection,
  globalSection,
  leftBehindSection,
  lintSection,
  promptSection,
  shieldedSection,
  unknownSection,
} from './comment-sections.ts'

/** The content of a review: the difference, and what is wrong with HEAD. */
export interface Review {
  readonly base: string | null
  readonly head: string | null
  /** Undefined where HEAD cannot be answered from at all. */
  readonly compared: { readonly diff: Diff; readonly effects: Effects } | undefined
  readonly diagnostics: readonly Diagnostic[]
  /** The files that the change touched: what is wrong in them is reported first. */
  readonly changed?: ReadonlySet<string>
  /** The paths that it touched outside the configuration. */
  readonly elsewhere?: OutsideChanges
}

export interface Rendered {
  /** The comment, its hidden marker first. */
  readonly body: string
  readonly risk: Risk | undefined
}

const MOST_ERRORS = 20

/**
 * Renders a review as the Markdown of one comment. Header, what the change touches elsewhere, table, risk and errors
 * always stay; the rest goes whole, item by item, from the end of the list below, so that no cut is ever inside a
 * fence.
 */
export function render(review: Review): Rendered {
  const { base, head, compared, changed, elsewhere } = review
  const isTouched = ({ file }: Diagnostic): boolean => changed?.has(file) === true
  const diagnostics = [
    ...review.diagnostics.filter(isTouched),
    ...review.diagnostics.filter((diagnostic) => !isTouched(diagnostic)),
  ]
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const groups = compared === undefined ? [] : grouped(compared.diff.accounts)
  const risk = compared && riskOf(compared.diff, groups, compared.effects)
  const outside = elsewhere && elsewhereLine(elsewhere)
  const top = [title(review), ...(outside === undefined ? [] : [outside]), ...errorLines(errors)]
  if (compared !== undefined && risk !== undefined && !isQuiet(compared.diff)) {
    top.push(planTable(compared.diff, compared.effects), riskLine(risk, compared.effects.cost))
  }
  const end = footer(base, head)
  const sections =
    compared === undefined
      ? [lintSection(diagnostics)]
      : [
          globalSection(compared.diff),
          unknownSection(compared.diff),
          accountSection(compared.diff, groups),
          shieldedSection(compared.diff),
          promptSection(compared.diff, groups),
          leftBehindSection(compared.effects),
          lintSection(diagnostics),
        ]
  const present = sections.filter((section) => section !== undefined)
  const rank = KEEP.flatMap((i) => present.flatMap((section, at) => (section === sections[i] ? [at] : [])))
  const fixed = [...top, end].join('\n\n').length + MARKER_LENGTH
  const middle = fit(present, rank, LIMIT - fixed)
  const text = [...top, ...middle, end].join('\n\n')
  const digest = createHash('sha256').update(text).digest('hex')
  return { body: `${marker({ base, head, digest })}\n${text}\n`, risk }
}

/** The sections that keep their items longest, by their place above: the accounts first, the lint findings last. */
const KEEP = [0, 2, 1, 5, 3, 4, 6]
/** More than the marker's own, with three digests of up to 64 characters. */
const MARKER_LENGTH = 300

function title({ compared }: Review): string {
  if (compared === undefined) return '### Settings review: this configuration cannot be read, so nothing is compared'
  const { globals, summary, unknown_accounts } = compared.diff
  const { accounts_changed, accounts_total } = summary
  const moved = globals.length === 0 ? '' : plural(globals.length, 'global change')
  if (accounts_changed === 0 && unknown_accounts.length === 0) {
    return `### Settings review: ${moved === '' ? 'no' : `${moved}, no`} effect on any account`
  }
  const reach = `${thousands(accounts_changed)} of ${plural(accounts_total, 'account')}`
  if (moved === '') return `### Settings review: ${reach} ${accounts_changed === 1 ? 'gets' : 'get'} other answers`
  return `### Settings review: ${moved} ${globals.length === 1 ? 'reaches' : 'reach'} ${reach}`
}

/** Whether there is nothing that a table could show. */
function isQuiet({ summary, unknown_accounts, globals }: Diff): boolean {
  return summary.accounts_changed === 0 && unknown_accounts.length === 0 && globals.length === 0
}

function errorLines(errors: readonly Diagnostic[]): string[] {
  if (errors.length === 0) return []
  const lines = errors.slice(0, MOST_ERRORS).map(({ rule, file, line, message }) => {
    return `- ${code(`${file}:${line}`)} ${code(rule)} ${code(message, 300)}`
  })
  if (errors.length > MOST_ERRORS) lines.push(`- ${thousands(errors.length - MOST_ERRORS)} more`)
  return [`**${plural(errors.length, 'error')}**\n\n${lines.join('\n')}`]
}

function footer(base: string | null, head: string | null): string {
  const undo = head === null ? [] : [`to undo: ${code(`git revert ${head}`)}`]
  const valid = base === null ? [] : [`valid for base ${code(base)}`]
  return ['Whole review: job summary and artifact', ...undo, ...valid].join(' · ')
}
