import { canonical } from '../store/format/canonical-json.ts'
import { isObject } from '../store/format/decode-json.ts'
import { type Group, isGone, isNew } from './group-changes.ts'
import type { Change, Cost, Diff } from '../compare/diff-types.ts'

/**
 * What in a change deserves a second look. Each number counts different moves, an old value that becomes a new one, and
 * not the accounts or functions that it reaches: those are listed above it.
 */
export interface Risk {
  /** Models and providers that an answer moves between. */
  readonly model_changes: number
  /** Prompt texts that an answer moves between. */
  readonly prompt_changes: number
  /** Bounds that allow more: a plan's rule, a model's limit, an answer's max_tokens or max_in_article. */
  readonly limits_loosened: number
  /** Names of secrets that move. */
  readonly keys: number
  /** In per cent, over the changed accounts; null where none of their calls has a price. */
  readonly cost_percent: number | null
}

export function riskOf(diff: Diff, groups: readonly Group[], cost: Cost): Risk {
  const all = [...groups.map(({ changes }) => changes), diff.unknown_accounts]
  const answers = all.filter((changes) => !isNew(changes) && !isGone(changes)).flat()
  const models = answers.filter(({ field }) => /^functions\..*\.(?:model|provider)$/.test(field))
  const prompts = answers.filter(({ field }) => /^prompts\..*\.prompt_value$/.test(field))
  const bounds = answers.filter(({ field }) => /^functions\..*\.(?:max_tokens|max_in_article)$/.test(field))
  const limits = bounds.filter(isRaised)
  const rules = diff.globals.filter(isLoosened)
  const keys = [
    ...answers.filter(({ field }) => field.startsWith('functions.') && field.endsWith('.api_key')),
    ...diff.globals.filter(({ field }) => field.endsWith('.api_key.secret')).map(asAnswer),
  ]
  return {
    model_changes: moves(models, lastName),
    prompt_changes: moves(prompts, ({ field }) => field),
    limits_loosened: moves(limits, lastName) + rules.length,
    keys: moves(keys, () => ''),
    cost_percent: cost.priced === 0 || cost.before === 0 ? null : (cost.after / cost.before - 1) * 100,
  }
}

/** Returns a secret's name as an answer holds it, so that both are one move. */
function asAnswer({ field, old, new: now }: Change): Change {
  return { field, old: old === null ? null : { secret: old }, new: now === null ? null : { secret: now } }
}

/** Counts the different moves among changes, where `name` determines which fields are one. */
function moves(changes: readonly Change[], name: (change: Change) => string): number {
  return new Set(changes.map((change) => canonical([name(change), change.old, change.new]))).size
}

function lastName({ field }: Change): string {
  return field.slice(field.lastIndexOf('.') + 1)
}

function isRaised({ old, new: now }: Change): boolean {
  return typeof old === 'number' && typeof now === 'number' && now > old
}

/** Whether a rule of a plan or of the catalogue allows more than it did; one that is gone forbids nothing. */
function isLoosened(change: Change): boolean {
  const { field, old, new: now } = change
  if (/^models\.models\..*\.(?:max_output_tokens|max_temperature|context_tokens)$/.test(field)) return isRaised(change)
  if (!field.startsWith('plans.plans.')) return false
  if (/\.limits\.[^.]+$/.test(field)) return isRaised(change) || (old !== null && now === null)
  const [before, after] = [items(old), items(now)]
  if (field.endsWith('.models.deny')) return before.some((item) => !after.includes(item))
  const grew = old !== null && after.some((item) => !before.includes(item))
  if (field.endsWith('.models.allow')) return grew || (old !== null && now === null)
  return field.endsWith('.may_override') && grew
}

function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.keys(value) : []
}
