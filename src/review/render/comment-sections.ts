import { PLANS } from '../../domain/settings-types.ts'
import { type Diagnostic, count } from '../../source/diagnostic-types.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import type { Section } from './fit-to-limit.ts'
import { type Group, isGone, isNew } from '../group-changes.ts'
import { arrow, changeLines, named } from './change-lines.ts'
import { code, details, fenced } from './markdown-parts.ts'
import type { Diff, Effects } from '../../compare/diff-types.ts'
import { unified } from './unified-diff.ts'

/** Up to so many accounts are listed one by one; more are grouped. */
const ONE_BY_ONE = 20
/** No reader reads more of a kind than this, and rendering what nobody sees would cost time. */
const MOST_ITEMS = 200
const MOST_TEXTS = 20

export function globalSection({ globals }: Diff): Section | undefined {
  return section('#### Global changes\n\n', globals, ({ field, file, line, ...change }) => {
    return `- ${code(field)}: ${arrow(change)} · ${code(`${file}:${line}`)}`
  })
}

export function unknownSection({ unknown_accounts }: Diff): Section | undefined {
  if (unknown_accounts.length === 0) return undefined
  return { open: '#### Accounts without a file\n\n', items: changeLines(unknown_accounts).map((line) => `- ${line}`) }
}

export function accountSection({ accounts }: Diff, groups: readonly Group[]): Section | undefined {
  const open = '#### Account changes\n\n'
  if (accounts.length <= ONE_BY_ONE) {
    return section(open, accounts, ({ account, plan, changes }) => listed(`${code(account)} (${plan})`, changes))
  }
  return section(open, groups, (group) => {
    const { samples, count: n, by_plan, changes } = group
    const plans = PLANS.filter((plan) => by_plan[plan] > 0).map((plan) => `${plan} ${thousands(by_plan[plan])}`)
    const such = n > samples.length ? 'such as ' : ''
    const who = `${such}${named(samples.map(({ account }) => account))}`
    return listed(`${plural(n, 'account')} (${plans.join(', ')}), ${who}`, changes)
  })
}

function listed(title: string, changes: Group['changes']): string {
  if (isNew(changes)) return `- ${title}: new, with ${plural(changes.length, 'field')}`
  if (isGone(changes)) return `- ${title}: gone, with ${plural(changes.length, 'field')}`
  return [`- ${title}`, ...changeLines(changes).map((line) => `  - ${line}`)].join('\n')
}

export function shieldedSection({ shielded }: Diff): Section | undefined {
  const fields = Object.entries(shielded)
  if (fields.length === 0) return undefined
  const inner = section('', fields, ([field, ids]) => {
    return `- ${code(field)}: ${plural(ids.length, 'account')}, ${named(ids, 3)}`
  })
  return folded(`shielded: the global moved, the account keeps its own (${fields.length})`, inner)
}

/** Lists each text that moves, once, however many accounts it reaches: the globals' own first. */
export function promptSection({ globals }: Diff, groups: readonly Group[]): Section | undefined {
  const texts = new Map<string, { title: string; old: string; now: string; accounts: number }>()
  const add = (key: string, title: string, old: unknown, now: unknown, accounts: number): void => {
    if (typeof old !== 'string' || typeof now !== 'string') return
    const known = texts.get(key)
    if (known === undefined) texts.set(key, { title, old, now, accounts })
    else known.accounts += accounts
  }
  for (const { field, old, new: now } of globals) {
    const [, type] = /^prompts\/(.*)\.value$/s.exec(field) ?? []
    if (type !== undefined) add(JSON.stringify([type, old, now]), field, old, now, 0)
  }
  for (const { changes, count: n } of groups) {
    for (const { field, old, new: now } of changes) {
      const [, type] = /^prompts\.(.*)\.prompt_value$/s.exec(field) ?? []
      if (type !== undefined) add(JSON.stringify([type, old, now]), field, old, now, n)
    }
  }
  if (texts.size === 0) return undefined
  const items = [...texts.values()].slice(0, MOST_TEXTS).map(({ title, old, now, accounts }) => {
    const { lines, added, removed } = unified(old, now)
    const reach = `${code(title)} for ${plural(accounts, 'account')}, +${added} −${removed} lines`
    return lines.length === 0 ? `- ${reach}` : `${reach}\n\n${fenced(lines, 'diff')}`
  })
  return folded(`prompt differences (${texts.size})`, { open: '', items, total: texts.size })
}

export function leftBehindSection({ left_behind }: Effects): Section | undefined {
  const types = Object.entries(left_behind)
  const total = types.reduce((sum, [, ids]) => sum + ids.length, 0)
  const inner = section('', types, ([type, ids]) => {
    return `- ${code(type)}: ${plural(ids.length, 'account')}, ${named(ids, 3)}`
  })
  return folded(`customisations this leaves behind (${thousands(total)})`, inner)
}

export function lintSection(diagnostics: readonly Diagnostic[]): Section | undefined {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  const errors = count(diagnostics, 'error')
  if (errors + warnings.length === 0) return undefined
  const title = `lint: ${plural(errors, 'error')}, ${plural(warnings.length, 'warning')}`
  const inner = section('', warnings, ({ file, line, rule, message }) => {
    return `- ${code(`${file}:${line}`)} ${code(rule)} ${code(message, 300)}`
  })
  return folded(title, inner ?? { open: '', items: [] })
}

function section<T>(open: string, all: readonly T[], item: (one: T) => string): Section | undefined {
  if (all.length === 0) return undefined
  return { open, items: all.slice(0, MOST_ITEMS).map(item), total: all.length }
}

/** Returns the same section, closed until a reader opens it. */
function folded(title: string, inner: Section | undefined): Section | undefined {
  if (inner === undefined) return undefined
  const [open = '', close = ''] = details(title, '\u0000').split('\u0000')
  return { ...inner, open, close }
}
