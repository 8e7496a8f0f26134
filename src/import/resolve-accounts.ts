import { didYouMean, oneOf } from '../base/did-you-mean.ts'
import { Failure } from '../base/failure.ts'
import { command, shellWord } from '../base/shell-command.ts'
import type { Value } from '../domain/plain-data.ts'
import { type PlanName, PLANS, isPlan } from '../domain/settings-types.ts'
import { isId } from '../store/format/account-leaf.ts'
import { idFrom } from './account-id.ts'
import { type AccountEntry, type DumpIndex, type PlanEntry, textOf } from './rows/dump-index.ts'
import type { DumpRecord } from './rows/dump-record.ts'

/** An account that comes over, with the id and the plan that it gets. */
export interface ResolvedAccount extends AccountEntry {
  readonly id: string
  readonly plan: PlanName
  readonly name: string
  /** The overrides that its own row has, of a CSV. */
  readonly fields?: readonly (readonly [section: string, field: string, value: Value])[]
}

/** What the caller says of plans and ids. */
export interface ImportAnswers {
  /** `--plan OLD=NEW`: OLD is a plan's slug, name or primary key; empty or `null` for an account without one. */
  readonly plans: ReadonlyMap<string, PlanName>
  /** `--id PK=ID`, and the ids that an earlier import gave. */
  readonly ids: ReadonlyMap<string, string>
  /** The ids that an earlier import gave: they follow the primary key, whatever became of the name. */
  readonly before: ReadonlyMap<string, string>
}

/**
 * Gives each account its id and its plan, or refuses it. Two whose ids meet are both refused: which one may keep it,
 * nobody but their owner knows.
 *
 * @throws {Failure} where an answer is about nothing in the dump.
 */
export function resolveAccounts(index: DumpIndex, answers: ImportAnswers): ResolvedAccount[] {
  const plans = new PlansOfDump(index.plans, answers.plans)
  refuseUnknownKeys(index, answers.ids)
  refuseMeeting(index, answers)
  const resolved: ResolvedAccount[] = []
  for (const account of index.accounts) {
    const { record } = account
    const id = idOf(account, answers)
    const plan = plans.of(account)
    if (id === undefined) {
      record.refuse('neither its name nor its primary key gives an id', `give it one: ${idFlag(record)}`)
    }
    if (id === undefined || plan === undefined || record.refused !== undefined) continue
    record.id = id
    resolved.push({ ...account, id, plan, name: nameOf(account) })
  }
  plans.refuseUnused()
  return resolved
}

/** Judges by what all accounts would be called, those that are refused for something else included. */
function refuseMeeting({ accounts }: DumpIndex, answers: ImportAnswers): void {
  const byId = new Map<string, AccountEntry[]>()
  for (const account of accounts) {
    const id = idOf(account, answers)
    if (id === undefined) continue
    const meeting = byId.get(id)
    if (meeting === undefined) byId.set(id, [account])
    else meeting.push(account)
  }
  for (const [id, meeting] of byId) {
    if (meeting.length < 2) continue
    for (const { record } of meeting) {
      record.refuse(
        `its id would be ${id}, as of ${othersOf(record, meeting)}`,
        `give one of them another id: ${idFlag(record)}`,
      )
    }
  }
}

/** Names a few of those that meet: in a damaged dump all may. */
function othersOf(record: DumpRecord, meeting: readonly AccountEntry[]): string {
  const some = meeting.slice(0, MOST_NAMED + 1).filter((other) => other.record !== record)
  const names = some.slice(0, MOST_NAMED).map((other) => String(other.record.pk))
  const more = meeting.length - 1 - names.length
  const last = names.length > 1 && more === 0 ? ` and ${names.pop() ?? ''}` : ''
  const rest = more > 0 ? ` and ${more} more` : last
  return `${meeting.length === 2 ? 'account' : 'accounts'} ${names.join(', ')}${rest}`
}

const MOST_NAMED = 5

/** A primary key may be any text, and a way out is copied into a shell. */
function idFlag({ pk }: DumpRecord): string {
  return command('--id', `${pk ?? 'PK'}=ID`)
}

function idOf({ record, map, columns }: AccountEntry, { ids, before }: ImportAnswers): string | undefined {
  const key = record.pk === null ? undefined : String(record.pk)
  const given = key === undefined ? undefined : (ids.get(key) ?? before.get(key))
  if (given !== undefined) return given
  for (const column of map.id) {
    const id = idFrom(textOf(columns[column]))
    if (id !== undefined) return id
  }
  return key === undefined ? undefined : idFrom(key)
}

/** Says how an account's row differs from its file. Done anew whenever the account is. */
export function noteAccount({ record, map, columns, id, notes = [] }: ResolvedAccount): void {
  for (const note of notes) record.change(note)
  const [first = ''] = map.id
  const before = textOf(columns[first])
  if (before !== id) {
    record.change(
      before === '' ? `no ${first}: its id became ${id}` : `${first} ${JSON.stringify(before)} became ${id}`,
    )
  }
  const { status } = map
  const value = status === undefined ? undefined : columns[status.column]
  const state = typeof value === 'boolean' ? String(value) : textOf(value)
  if (status !== undefined && state !== '' && !status.usual.includes(state)) {
    record.change(`${status.column} ${JSON.stringify(state)} is left out`)
  }
}

function nameOf({ map, columns }: AccountEntry): string {
  return map.name === undefined ? '' : textOf(columns[map.name])
}

function refuseUnknownKeys({ accounts }: DumpIndex, ids: ReadonlyMap<string, string>): void {
  const known = new Set(accounts.flatMap(({ record: { pk } }) => (pk === null ? [] : [String(pk)])))
  for (const [key, id] of ids) {
    if (!known.has(key)) throw new Failure('usage', `--id: no account has the primary key "${key}"`, HELP_ID)
    if (!isId(id)) {
      const near = idFrom(id)
      const hint = near === undefined ? '' : `did you mean "${near}"? `
      throw new Failure(
        'usage',
        `--id: "${id}" is no id of an account`,
        `${hint}an id has small letters, digits, - and _`,
      )
    }
  }
}

const HELP_ID = 'write --id PK=ID, with the primary key that the account has in the dump'

class PlansOfDump {
  private readonly byKey: ReadonlyMap<string, PlanEntry>
  private readonly bySlug: ReadonlyMap<string, PlanEntry>
  private readonly answers: ReadonlyMap<string, PlanName>
  private readonly used = new Set<string>()
  private readonly seen: ReadonlySet<string>

  constructor(plans: readonly PlanEntry[], answers: ReadonlyMap<string, PlanName>) {
    this.byKey = new Map(plans.map((plan) => [String(plan.record.pk), plan]))
    this.bySlug = new Map([...plans].reverse().flatMap((plan) => [plan.name, plan.slug].map((name) => [name, plan])))
    this.answers = answers
    this.seen = new Set(plans.flatMap(({ slug, name }) => [slug, name]).filter((name) => name !== ''))
    for (const { slug, name, record } of plans) {
      for (const called of [slug, name, String(record.pk)]) if (answers.has(called)) this.used.add(called)
    }
  }

  /** Returns the plan of an account; refuses the account where nothing says which of the four it is. */
  of({ record, map, columns }: AccountEntry): PlanName | undefined {
    const written = columns[map.plan]
    const natural: unknown = Array.isArray(written) ? written[0] : undefined
    const key = textOf(natural ?? written)
    const plan = natural === undefined ? (this.byKey.get(key) ?? this.bySlug.get(key)) : this.bySlug.get(key)
    const names =
      plan === undefined ? (key === '' ? ['', 'null'] : [key]) : [plan.slug, plan.name, String(plan.record.pk)]
    for (const name of names) {
      const answer = this.answers.get(name)
      if (answer === undefined) continue
      this.used.add(name)
      return answer
    }
    const own = names.slice(0, 2).find(isPlan)
    if (own !== undefined) return own
    const called = plan?.slug || plan?.name || key
    const reason =
      key === ''
        ? 'it has no plan'
        : plan === undefined
          ? `its plan "${key}" is not in this dump`
          : `its plan "${called}" is none of ${oneOf(PLANS).replace(' or ', ' and ')}`
    record.refuse(
      reason,
      `say which it is: \`--plan ${shellWord(key === '' ? 'null' : called)}=PLAN\`, where PLAN is ${oneOf(PLANS)}`,
    )
    return undefined
  }

  /** @throws {Failure} where --plan names a plan that nothing is called. */
  refuseUnused(): void {
    for (const name of this.answers.keys()) {
      if (this.used.has(name) || name === '' || name === 'null') continue
      const hint = `${didYouMean(name, this.seen)}the dump has ${oneOf([...this.seen].sort())}`
      throw new Failure('usage', `--plan: no plan of the dump is called "${name}"`, hint)
    }
  }
}
