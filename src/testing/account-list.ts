import type { Account, PlanName } from '../domain/settings-types.ts'
import type { Accounts, Lines } from '../sdk/answers/accounts-interface.ts'
import type { Ref } from '../store/format/object-ref.ts'

/** The bytes of memoized answers: more than the accounts of a test have. */
const ANSWER_BYTES = 16 << 20

/** The accounts of a test, each with a content of its own. */
export class AccountList implements Accounts, Lines {
  readonly answerBytes = ANSWER_BYTES
  readonly holdsTexts = true
  readonly #numbers: ReadonlyMap<string, number>
  readonly #accounts: readonly Account[]

  constructor(accounts: ReadonlyMap<string, Account>) {
    this.#accounts = [...accounts.values()]
    this.#numbers = new Map([...accounts.keys()].map((id, i) => [id, i + 1]))
  }

  get count(): number {
    return this.#accounts.length
  }

  get lines(): Lines {
    return this
  }

  get ids(): object {
    return this
  }

  numberOf(id: string): number {
    return this.#numbers.get(id) ?? 0
  }

  async need(id: string): Promise<boolean> {
    return this.#numbers.has(id)
  }

  plan(number: number): PlanName | null {
    return this.#accounts[number - 1]?.plan ?? null
  }

  account(number: number): Account | undefined {
    return this.#accounts[number - 1]
  }

  async provenance(): Promise<Ref | undefined> {
    return undefined
  }

  async *needed(): AsyncGenerator<Ref> {}

  async *worthKeeping(): AsyncGenerator<Ref> {}
}
