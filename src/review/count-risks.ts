import { canonical } from '../store/format/canonical-json.ts'
import { isObject } from '../store/format/decode-json.ts'
import { type Group, isGone, isNew } from './group-changes.ts'
import { OLDER_SPELLINGS } from '../domain/built-in-vocabulary.ts'
import type { Change, Diff, Effects } from '../compare/diff-types.ts'

/**
 * What in a change deserves a second look. Each number counts different moves, an old value that becomes a new one, and
 * not the accounts or functions that it reaches: those are listed above it.
 */
export interface Risk {
  /** Models and providers that an answer moves between. */
  readonly model_changes: number
  /** Prompt texts that an answer moves between. */
  readonly prompt_changes: number
  /** Bounds that allow more: a plan's rule, a model's limit, a parameter of an answer that counts something. */
  readonly limits_loosened: number
  /** Names of secrets that move. */
  readonly keys: number
  /** In per cent, over the changed accounts; null where their calls cost nothing, or have no price. */
  readonly cost_percent: number | null
}

export function riskOf(
  diff: Diff,
  groups: readonly Group[],
  { cost, counted }: Pick<Effects, 'cost' | 'counted'>,
): Risk {
  const all = [...groups.map(({ changes }) => changes), diff.unknown_accounts]
  const answers = all.filter((changes) => !isNew(changes) && !isGone(changes)).flat()
  const ofFunctions = answers.filter(({ field }) => field.startsWith('functions.'))
  const models = ofFunctions.filter((one) => MODEL_FIELDS.has(lastName(one)))
  const prompts = answers.filter((one) => one.field.startsWith('prompts.') && lastName(one) === 'prompt_value')
  const limits = ofFunctions.filter((one) => counted.includes(lastName(one)) && isRaised(one))
  const rules = diff.globals.filter(isLoosened)
  const keys = [
    ...ofFunctions.filter((one) => lastName(one) === 'api_key'),
    ...diff.globals.filter(({ field }) => field.endsWith('.api_key.secret')).map(asAnswer),
  ]
  return {
    model_changes: moves(models, lastName),
    prompt_changes: moves(prompts, ({ field }) => field),
    limits_loosened: moves(limits, lastName) + rules.length,
    keys: moves(keys, () => ''),
    cost_percent: cost.before === 0 ? null : (cost.after / cost.before - 1) * 100,
  }
}

/** What decides, in the answers of a function, whom a call goes to. */
const MODEL_FIELDS: ReadonlySet<string> = new Set(['model', 'provider'])

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

/** The greatest value of one that a model takes, in either spelling. */
const OLDER = Object.entries(OLDER_SPELLINGS).flatMap(([name, { bound }]) => (bound === 'maximum' ? [name] : []))
const MODEL_LIMIT = new RegExp(
  `^models\\.models\\..*\\.(?:${OLDER.join('|')}|context_tokens|parameters\\..*\\.maximum)$`,
)

/** Whether a rule of a plan or of the catalogue allows more than it did; one that is gone forbids nothing. */
function isLoosened(change: Change): boolean {
  const { field, old, new: now } = change
  if (MODEL_LIMIT.test(field)) return isRaised(change)
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
