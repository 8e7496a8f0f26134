import { readAccount, withTexts } from '../bundle/leaf.ts'
import type { Account } from '../bundle/model.ts'
import type { Ref } from '../bundle/object.ts'
import type { LookUp, Profile } from './accounts.ts'
import { textIn } from './globals.ts'
import { QUOTE, lineEnd } from './leaf.ts'
import type { AccountTable } from './table.ts'

/** What all accounts whose stored lines are the same after the id have in common. */
interface LineProfile extends Profile {
  /** The line's bytes after the id, one character each; undefined for accounts that are not in the release. */
  readonly rest: string | undefined
  readonly texts: ReadonlyMap<Ref, string>
}

/** Accounts in use that differ in what they say. Beyond this the cache begins anew, so that it stays bounded. */
export const MAX_PROFILES = 65_536

/** The profiles of one release, made when an account is first asked for. */
export class Profiles implements LookUp {
  readonly unknown: LineProfile = { rest: undefined, texts: new Map(), known: false, plan: null, answers: { models: [] } }
  readonly #table: AccountTable
  readonly #limit: number
  /** By the table's slot: a profile's number, 0 where nobody asked yet. */
  readonly #numbers: Int32Array
  readonly #byRest = new Map<string, number>()
  /** By number, from 1. */
  readonly #profiles: (LineProfile | undefined)[] = [undefined]
  /** One account is mostly asked for several things in a row. */
  #last: { readonly profile: LineProfile; readonly account: Account } | undefined

  constructor(table: AccountTable, limit = MAX_PROFILES) {
    this.#table = table
    this.#limit = limit
    this.#numbers = new Int32Array(table.capacity)
  }

  /** The profile of an account, that of unknown ones where it is not in the release. Hot, it allocates nothing. */
  of(id: string): LineProfile {
    const slot = typeof id === 'string' ? this.#table.find(id) : -1
    if (slot < 0) return this.unknown
    return this.#profiles[this.#numbers[slot] ?? 0] ?? this.#intern(slot)
  }

  /** What the profile's line says; undefined for unknown accounts. @throws {Malformed} */
  account(profile: LineProfile): Account | undefined {
    if (profile.rest === undefined) return undefined
    if (this.#last?.profile !== profile) {
      this.#last = { profile, account: withTexts(readAccount(lineOf(profile.rest)), textIn(profile.texts)) }
    }
    return this.#last.account
  }

  #intern(slot: number): LineProfile {
    const { leaf, start } = this.#table.at(slot)
    const rest = leaf.bytes.toString('latin1', leaf.bytes.indexOf(QUOTE, start) + 1, lineEnd(leaf.bytes, start))
    const number = this.#byRest.get(rest)
    const known = number === undefined ? undefined : this.#profiles[number]
    if (number !== undefined && known !== undefined) {
      this.#numbers[slot] = number
      return known
    }
    if (this.#profiles.length > this.#limit) this.#clear()
    const account = withTexts(readAccount(lineOf(rest)), textIn(leaf.texts))
    const profile: LineProfile = { rest, texts: leaf.texts, known: true, plan: account.plan, answers: { models: [] } }
    this.#numbers[slot] = this.#profiles.length
    this.#byRest.set(rest, this.#profiles.length)
    this.#profiles.push(profile)
    this.#last = { profile, account }
    return profile
  }

  #clear(): void {
    this.#profiles.length = 1
    this.#byRest.clear()
    this.#numbers.fill(0)
  }
}

/** The line of some account or other that says this. @throws {TypeError} when it is not UTF-8. */
function lineOf(rest: string): string {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(rest, 'latin1'))
  return `["x"${text}`
}
