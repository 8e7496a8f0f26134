import type { Shape } from './corpus.ts'
import type { Store } from './store.ts'

/** One measured number, what it is compared with in the same run, and the goal it should reach. */
export interface Line {
  readonly what: string
  /** Undefined where this version cannot do it: the note says why. */
  readonly ours: number | undefined
  readonly unit: Unit
  /** The bound or the peer, in the same unit. */
  readonly against?: { readonly what: string; readonly value: number }
  readonly goal?: Goal
  readonly note?: string
}

/** At most so much: of the number itself, or of its ratio to what it is compared with. */
interface Goal {
  readonly of: 'value' | 'ratio'
  readonly most: number
  /** How many accounts the goal is for, and how many there were. */
  readonly accounts?: { readonly meant: number; readonly had: number }
}

export type Unit = 's' | 'ms' | 'ns' | 'MB' | 'B' | ''

export interface Row {
  readonly name: string
  readonly title: string
  run(bench: Bench): Promise<Line[]>
}

/** What every row is given. */
export interface Bench {
  readonly sizes: Sizes
  store(shape: Shape, size: number): Promise<Store>
  /** The peers, installed; undefined where they cannot be. */
  peers(): Promise<boolean>
  say(text: string): void
}

export interface Sizes {
  /** Accounts where cost should not follow the size. */
  readonly big: number
  /** The same at this many: the bound for being flat. */
  readonly small: number
  /** Accounts of the rows that parse every file. */
  readonly cold: number
  /** Rounds whose median counts. */
  readonly rounds: number
  /** How often a peer is asked in a round, and how many accounts are held in other forms to be weighed. */
  readonly peers: { readonly calls: number; readonly accounts: number }
}

export function ratioOf({ ours, against }: Line): number | undefined {
  return ours === undefined || against === undefined ? undefined : ours / against.value
}

/** `met`, `missed: 1.40 × the goal`, or nothing where there is no goal or no number. */
export function verdictOf(line: Line): string {
  const { goal } = line
  const measured = goal?.of === 'ratio' ? ratioOf(line) : line.ours
  if (line.ours === undefined) return 'not measured'
  if (goal === undefined || measured === undefined) return ''
  const { accounts } = goal
  const where = accounts !== undefined && accounts.had < accounts.meant ? ` at ${count(accounts.had)}` : ''
  if (measured <= goal.most) return `met${where}`
  const by = goal.most === 0 ? format(measured, line.unit) : `${(measured / goal.most).toPrecision(3)} × the goal`
  return `missed${where}: ${by}`
}

/** Three digits are more than a shared machine repeats. */
export function format(value: number, unit: Unit): string {
  const isRound = Math.abs(value) >= 100 || Number.isInteger(value)
  const digits = isRound ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
  return unit === '' ? digits : `${digits} ${unit}`
}

export function count(value: number): string {
  return value.toLocaleString('en')
}
