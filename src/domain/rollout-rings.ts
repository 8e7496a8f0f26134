import { createHash } from 'node:crypto'

/** Whom a stage of a rollout adds: some accounts by name, or so many of ten thousand by their hash. */
export type Ring = { readonly accounts: readonly string[] } | { readonly bp: number }

/** Whom a rollout may reach, stage by stage. */
export interface Ladder {
  /** Spelled like an account id. Another id puts other accounts first. */
  readonly id: string
  /** Cumulative: a stage has the accounts of all rings up to its own. */
  readonly stages: readonly Ring[]
  /** Accounts that stay on the stable release, whatever the stages say. */
  readonly exclude: readonly string[]
}

/** Basis points: this many are everybody. */
export const EVERYBODY = 10_000

/** Returns where an account is among all, from 0 to 9,999: in a ring if that is below the ring's basis points. */
export function cohortOf(id: string, account: string): number {
  const first = createHash('sha256').update(`${id}/${account}`, 'utf8').digest().readUInt32BE(0)
  // The product needs 46 bits: a shift of 32-bit integers would cut it.
  return Math.floor((first * EVERYBODY) / 2 ** 32)
}

/** The accounts of one stage. */
export class StageMembers {
  readonly #id: string
  readonly #excluded: ReadonlySet<string>
  readonly #named: ReadonlySet<string>
  readonly #bp: number
  /** The cohorts asked for lately, in two generations. */
  #young = new Map<string, number>()
  #old = new Map<string, number>()

  constructor({ id, stages, exclude }: Ladder, stage: number) {
    const rings = stages.slice(0, stage + 1)
    this.#id = id
    this.#excluded = new Set(exclude)
    this.#named = new Set(rings.flatMap((ring) => ('accounts' in ring ? ring.accounts : [])))
    this.#bp = Math.max(0, ...rings.map((ring) => ('bp' in ring ? ring.bp : 0)))
  }

  has(account: string): boolean {
    if (this.#excluded.has(account)) return false
    if (this.#bp === EVERYBODY || this.#named.has(account)) return true
    return this.#bp > 0 && this.#cohort(account) < this.#bp
  }

  /** A digest takes longer than a look-up, so that it is computed once for accounts in use. */
  #cohort(account: string): number {
    const known = this.#young.get(account) ?? this.#old.get(account)
    if (known !== undefined) return known
    const cohort = cohortOf(this.#id, account)
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(account, cohort)
    return cohort
  }
}

const REMEMBERED = 8192
