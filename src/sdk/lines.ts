import { readAccount, withTexts } from '../bundle/leaf.ts'
import type { Account, PlanName } from '../bundle/model.ts'
import { type Ref, lengthOf } from '../bundle/object.ts'
import type { LookUp, Profile } from './accounts.ts'
import { TenfoldError, quote } from './errors.ts'
import { textIn } from './globals.ts'

/** What an account's line says after the id; one for all accounts in memory that say the same. */
export interface Line {
  readonly rest: string
  readonly plan: PlanName
  readonly texts: ReadonlyMap<Ref, string>
  /** About how many bytes it takes, with the answers that are made from it. */
  readonly weight: number
}

/** What an account in memory takes besides what it says: its id, its place, and its answers for a few functions. */
export const ACCOUNT_BYTES = 1536

/** @param shared texts that are in memory anyway. @throws {Malformed} */
export function lineOf(rest: string, texts: ReadonlyMap<Ref, string>, shared: ReadonlyMap<Ref, string>): Line {
  const { plan } = readAccount(withId(rest))
  let weight = ACCOUNT_BYTES + 2 * rest.length
  // A character may take two bytes in memory where it takes one in the store.
  for (const ref of texts.keys()) if (!shared.has(ref)) weight += 2 * lengthOf(ref)
  return { rest, plan, texts, weight }
}

/** The line of some account or other that says this. */
export function withId(rest: string): string {
  return `["x"${rest}`
}

/** The lines of the accounts in memory, each counted, so that one which nobody has is forgotten. */
export class Lines {
  readonly #byRest = new Map<string, { readonly line: Line; users: number }>()

  get size(): number {
    return this.#byRest.size
  }

  get(rest: string): Line | undefined {
    return this.#byRest.get(rest)?.line
  }

  /** The one that stands for all that say the same. */
  use(line: Line): Line {
    const known = this.#byRest.get(line.rest)
    if (known === undefined) this.#byRest.set(line.rest, { line, users: 1 })
    else known.users++
    return known?.line ?? line
  }

  drop({ rest }: Line): void {
    const known = this.#byRest.get(rest)
    if (known !== undefined && --known.users === 0) this.#byRest.delete(rest)
  }
}

interface LineProfile extends Profile {
  /** Undefined for accounts that are not in the release. */
  readonly line: Line | undefined
}

/** Who is in memory: an account's line, null for one that is not in the release, undefined where nobody has looked. */
export type Find = (id: string) => Line | null | undefined

/** Answers of one reader for the accounts in memory; they go with the lines that they are made from. */
export class LineLookUp implements LookUp {
  readonly unknown: LineProfile = { line: undefined, known: false, plan: null, answers: { models: [] } }
  readonly #find: Find
  readonly #profiles = new WeakMap<Line, LineProfile>()
  /** One account is mostly asked for several things in a row. */
  #last: { readonly line: Line; readonly account: Account } | undefined

  constructor(find: Find) {
    this.#find = find
  }

  of(id: string): LineProfile {
    const line = this.#find(id)
    if (line === null) return this.unknown
    if (line === undefined) {
      const message = `the account ${quote(id)} is not in memory: await settings.account(${quote(id)}) first`
      throw new TenfoldError('account_not_loaded', message)
    }
    return this.#profiles.get(line) ?? this.#profile(line)
  }

  account({ line }: LineProfile): Account | undefined {
    if (line === undefined) return undefined
    if (this.#last?.line !== line) {
      this.#last = { line, account: withTexts(readAccount(withId(line.rest)), textIn(line.texts)) }
    }
    return this.#last.account
  }

  #profile(line: Line): LineProfile {
    const profile: LineProfile = { line, known: true, plan: line.plan, answers: { models: [] } }
    this.#profiles.set(line, profile)
    return profile
  }
}
