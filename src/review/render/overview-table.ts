import { PLANS } from '../../domain/settings-types.ts'
import { thousands } from '../../report/counts-in-words.ts'
import type { Cost, Diff, Effects } from '../../compare/diff-types.ts'
import type { Risk } from '../count-risks.ts'

/** Tabulates how many accounts of each plan there are, change, and are shielded: only numbers and names of our own. */
export function planTable({ summary: { by_plan } }: Diff, { shielded_by_plan }: Effects): string {
  const rows = PLANS.map((plan) => {
    const { total, changed } = by_plan[plan]
    return `| ${plan} | ${thousands(total)} | ${thousands(changed)} | ${thousands(shielded_by_plan[plan])} |`
  })
  return ['| plan | accounts | changed | shielded by an override |', '|---|---:|---:|---:|', ...rows].join('\n')
}

export function riskLine(risk: Risk, cost: Cost): string {
  return `**Risk**: ${riskText(risk)} · ${costText(risk, cost)}`
}

export function riskText({ model_changes, prompt_changes, limits_loosened, keys }: Risk): string {
  const models = `model change ${model_changes} · prompt change ${prompt_changes}`
  return `${models} · limit loosened ${limits_loosened} · keys ${keys}`
}

/** Formats an estimate with what it leaves out: a model without a price is not free. */
export function costText({ cost_percent }: Risk, { priced, unpriced }: Cost): string {
  if (cost_percent === null) return `estimated cost: not estimated${unpriced > 0 ? ` (${unknown(unpriced)})` : ''}`
  const without = unpriced > 0 ? ` (of ${thousands(priced + unpriced)} calls, ${unknown(unpriced)})` : ''
  return `estimated cost ${percent(cost_percent)} at today’s mix${without}`
}

function unknown(calls: number): string {
  return `${thousands(calls)} ${calls === 1 ? 'call has' : 'calls have'} no price`
}

function percent(value: number): string {
  const rounded = Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value)
  const digits = Math.abs(rounded).toLocaleString('en-US')
  return rounded === 0 ? '±0 %' : `${rounded > 0 ? '+' : '−'}${digits} %`
}
