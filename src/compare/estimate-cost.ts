import { isObject } from '../store/format/decode-json.ts'
import { type Dict, own } from '../domain/plain-data.ts'
import type { Globals } from '../domain/settings-types.ts'
import { parameterOf } from '../domain/vocabulary-fields.ts'
import type { Cost } from './diff-types.ts'

/**
 * Estimates the cost of a change, without knowing who calls what: every function of every changed account is called
 * once, and every call counts as much as it may. It sends and receives as many tokens as the parameter in `tokens`
 * allows, and makes as many images as the one in `images` does, or one. Both sides are priced by the catalogue of HEAD,
 * so that a new price is not taken for a new choice; a model that HEAD no longer has keeps the price that it had.
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
    if (model?.price === undefined) return undefined
    const { input, output, image, per, amount } = model.price
    const counted = (unit: string): number | undefined => this.#counted(answer, model.provider, unit)
    if (typeof amount === 'number') {
      const count = counted(String(per))
      return count === undefined ? undefined : amount * count
    }
    if (typeof image === 'number') return image * (counted('images') ?? 1)
    const tokens = counted('tokens')
    if (typeof input !== 'number' || typeof output !== 'number' || tokens === undefined) return undefined
    return ((input + output) * tokens) / 1_000_000
  }

  /** Returns how much of a unit one call counts: the value of the parameter that is in it, or that has its name. */
  #counted(answer: Dict<unknown>, provider: string, unit: string): number | undefined {
    for (const { vocabulary } of [this.#after, this.#before]) {
      for (const [name, value] of Object.entries(answer)) {
        const is = name === unit || parameterOf(vocabulary, provider, name)?.unit === unit
        if (is && typeof value === 'number') return value
      }
    }
    return undefined
  }
}
