import { canonical } from '../bundle/canonical.ts'
import { isObject } from '../bundle/decode.ts'
import { type Group, isGone, isNew } from './group.ts'
import type { Change, Cost, Diff } from './model.ts'

/**
 * What in a change deserves a second look. Each number counts different moves, an old value that becomes a new one,
 * and not the accounts or functions that it reaches: those stand above it.
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
  /** In per cent, over the changed accounts; null where no call of theirs has a price. */
  readonly cost_percent: number | null
}

export function riskOf(diff: Diff, groups: readonly Group[], cost: Cost): Risk {
  const answers = [...groups.map(({ changes }) => changes), diff.unknown_accounts].filter((all) => !isNew(all) && !isGone(all)).flat()
  const models = answers.filter(({ field }) => /^functions\..*\.(?:model|provider)$/.test(field))
  const prompts = answers.filter(({ field }) => /^prompts\..*\.prompt_value$/.test(field))
  const limits = answers.filter((change) => /^functions\..*\.(?:max_tokens|max_in_article)$/.test(change.field) && isRaised(change))
  const rules = diff.globals.filter(isLoosened)
  const keys = [
    ...answers.filter(({ field }) => field.startsWith('functions.') && field.endsWith('.api_key')),
    ...diff.globals.filter(({ field }) => field.endsWith('.api_key.secret')).map((change) => ({ ...change, old: secret(change.old), new: secret(change.new) })),
  ]
  return {
    model_changes: moves(models, lastName),
    prompt_changes: moves(prompts, ({ field }) => field),
    limits_loosened: moves(limits, lastName) + rules.length,
    keys: moves(keys, () => ''),
    cost_percent: cost.priced === 0 || cost.before === 0 ? null : (cost.after / cost.before - 1) * 100,
  }
}

function secret(name: unknown): unknown {
  return name === null ? null : { secret: name }
}

/** How many different moves there are among changes, where `name` says which fields are one. */
function moves(changes: readonly Change[], name: (change: Change) => string): number {
  return new Set(changes.map((change) => canonical([name(change), change.old, change.new]))).size
}

function lastName({ field }: Change): string {
  return field.slice(field.lastIndexOf('.') + 1)
}

function isRaised({ old, new: now }: Change): boolean {
  return typeof old === 'number' && typeof now === 'number' && now > old
}

/** A rule of a plan or of the catalogue that allows more than it did; one that is gone forbids nothing. */
function isLoosened(change: Change): boolean {
  const { field, old, new: now } = change
  if (/^models\.models\..*\.(?:max_output_tokens|max_temperature|context_tokens)$/.test(field)) return isRaised(change)
  if (!field.startsWith('plans.plans.')) return false
  if (/\.limits\.[^.]+$/.test(field)) return isRaised(change) || (old !== null && now === null)
  const [before, after] = [items(old), items(now)]
  if (field.endsWith('.models.deny')) return before.some((item) => !after.includes(item))
  if (field.endsWith('.models.allow')) return old !== null && (now === null || after.some((item) => !before.includes(item)))
  return field.endsWith('.may_override') && old !== null && after.some((item) => !before.includes(item))
}

function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.keys(value) : []
}
