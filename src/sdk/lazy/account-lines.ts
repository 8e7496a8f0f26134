import { accountOf, readAccount } from '../../store/format/account-leaf.ts'
import type { Account, PlanName } from '../../domain/settings-types.ts'
import type { Lines } from '../answers/accounts-interface.ts'
import { type Ref, lengthOf } from '../../store/format/object-ref.ts'
import { textIn } from '../load/load-globals.ts'

/** The part of an account's line after the id; one object for all accounts in memory with the same content. */
export interface Line {
  /** The content id, which no other line has, in this release or another. */
  readonly number: number
  readonly rest: string
  readonly plan: PlanName
  readonly texts: ReadonlyMap<Ref, string>
  /** Roughly how many bytes it takes. */
  readonly weight: number
}

/** The bytes that an account in memory takes besides its content, for its id and its entry. */
export const ACCOUNT_BYTES = 768

/** @param shared texts that are in memory anyway. @throws {Malformed} */
export function lineOf(
  number: number,
  rest: string,
  texts: ReadonlyMap<Ref, string>,
  shared: ReadonlyMap<Ref, string>,
): Line {
  const { plan } = readAccount(withId(rest))
  let weight = ACCOUNT_BYTES + 2 * rest.length
  // A character may take two bytes in memory where it takes one in the store.
  for (const ref of texts.keys()) if (!shared.has(ref)) weight += 2 * lengthOf(ref)
  return { number, rest, plan, texts, weight }
}

/** Returns the full line of an arbitrary account with this content. */
export function withId(rest: string): string {
  return `["x"${rest}`
}

/** The lines of the accounts in memory, reference-counted, so that a line which no account uses is dropped. */
export class CountedLines implements Lines {
  readonly #byRest = new Map<string, { readonly line: Line; users: number }>()
  readonly #byNumber = new Map<number, Line>()
  /** Most callers ask for several things about one account in a row. */
  #last: { readonly line: Line; readonly account: Account } | undefined

  get size(): number {
    return this.#byRest.size
  }

  get(rest: string): Line | undefined {
    return this.#byRest.get(rest)?.line
  }

  /** Counts a use of a line, and returns the object shared by all accounts with the same content. */
  use(line: Line): Line {
    const known = this.#byRest.get(line.rest)
    if (known !== undefined) {
      known.users++
      return known.line
    }
    this.#byRest.set(line.rest, { line, users: 1 })
    this.#byNumber.set(line.number, line)
    return line
  }

  drop({ rest }: Line): void {
    const known = this.#byRest.get(rest)
    if (known === undefined || --known.users > 0) return
    this.#byRest.delete(rest)
    this.#byNumber.delete(known.line.number)
  }

  plan(number: number): PlanName | null {
    return this.#byNumber.get(number)?.plan ?? null
  }

  /** @throws {Malformed} */
  account(number: number): Account | undefined {
    const line = this.#byNumber.get(number)
    if (line === undefined) return undefined
    if (this.#last?.line !== line) {
      this.#last = { line, account: accountOf(withId(line.rest), textIn(line.texts)) }
    }
    return this.#last.account
  }
}
