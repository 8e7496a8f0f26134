/** Answers are kept in pages, so that questions never asked take no space. */
const PAGE_BITS = 8
const PAGE = 1 << PAGE_BITS
const PAGE_BYTES = 8 * PAGE
/** The approximate weight of an answer. */
const ANSWER_BYTES = 160

/** The most bytes that all memoized answers may take: beyond it all are dropped, so that memory stays bounded. */
export class Budget {
  readonly #limit: number
  readonly #memos: { clear(): void }[] = []
  #spent = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  join(memo: { clear(): void }): void {
    this.#memos.push(memo)
  }

  spend(bytes: number): void {
    this.#spent += bytes
    if (this.#spent <= this.#limit) return
    for (const memo of this.#memos) memo.clear()
    this.#spent = bytes
  }
}

type Page<T> = (T | undefined)[]

/** The answers given so far to one question, by content id. */
export class Memo<T> {
  readonly #budget: Budget
  readonly #pages = new Map<number, Page<T>>()

  constructor(budget: Budget) {
    this.#budget = budget
    budget.join(this)
  }

  /** Allocates nothing. */
  get(number: number): T | undefined {
    return this.#pages.get(number >>> PAGE_BITS)?.[number & (PAGE - 1)]
  }

  /** @param more bytes that this answer weighs beyond the usual. */
  set(number: number, answer: T, more = 0): T {
    this.#budget.spend(ANSWER_BYTES + more)
    const at = number >>> PAGE_BITS
    const page = this.#pages.get(at) ?? this.#newPage(at)
    page[number & (PAGE - 1)] = answer
    return answer
  }

  clear(): void {
    this.#pages.clear()
  }

  #newPage(at: number): Page<T> {
    this.#budget.spend(PAGE_BYTES)
    const page: Page<T> = Array.from({ length: PAGE }, () => undefined)
    this.#pages.set(at, page)
    return page
  }
}
