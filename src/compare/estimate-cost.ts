import { isObject } from '../store/format/decode-json.ts'
import { type Dict, type Globals, own } from '../domain/settings-types.ts'
import type { Cost } from './diff-types.ts'

/**
 * Estimates the cost of a change, without knowing who calls what: every function of every changed account is called
 * once, and every call is as long as it may be. A text call sends and receives `max_tokens` tokens; an image call makes
 * `max_in_article` images, or one. Both sides are priced by the catalogue of HEAD, so that a new price is not taken for
 * a new choice; a model that HEAD no longer has keeps the price that it had.
 */
export class Estimate {
  readonly #before: Globals
  readonly #after: Globals
  readonly #sums = { before: 0, after: 0, priced: 0, unpriced: 0 }

  constructor(before: Globals, after: Globals) {
    this.#before = before
    this.#after = after
  }

  /** Counts one account's functions, as the flat form has them; one that a side lacks has nothing to compare with. */
  add(before: Dict<unknown>, after: Dict<unknown>): void {
    const [then, now] = [before['functions'], after['functions']]
    if (!isObject(then) || !isObject(now)) return
    for (const name of Object.keys(now)) {
      const [old, current] = [own(then, name), own(now, name)]
      if (!isObject(old) || !isObject(current)) continue
      const [was, is] = [this.#price(old), this.#price(current)]
      if (was === undefined || is === undefined) this.#sums.unpriced++
      else {
        this.#sums.before += was
        this.#sums.after += is
        this.#sums.priced++
      }
    }
  }

  sums(): Cost {
    return { ...this.#sums }
  }

  #price(answer: Dict<unknown>): number | undefined {
    const id = String(answer['model'])
    const model = own(this.#after.models, id) ?? own(this.#before.models, id)
    const { input, output, image } = model?.price ?? {}
    if (model?.kind === 'image') return image === undefined ? undefined : image * numberOr(answer['max_in_article'], 1)
    const tokens = numberOr(answer['max_tokens'], undefined)
    if (input === undefined || output === undefined || tokens === undefined) return undefined
    return ((input + output) * tokens) / 1_000_000
  }
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === 'number' ? value : otherwise
}
