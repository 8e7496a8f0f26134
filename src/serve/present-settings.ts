import { EVALUATION, type Evaluating, type Evaluation } from '../sdk/evaluation.ts'
import type { Events, Settings } from '../sdk/index.ts'

/** What the server uses of what `openSettings` gives, typed or not. */
export type ServedSettings = Pick<Settings, 'account' | 'status' | 'refresh'> & {
  on(event: 'changed', listener: (...args: Events['changed']) => void): unknown
  off(event: 'changed', listener: (...args: Events['changed']) => void): unknown
}

/** The settings that answer, once they are open. */
export class PresentSettings {
  #settings: (ServedSettings & Evaluating) | undefined
  /** When the current answers began, in seconds since 1970. */
  since = 0

  get settings(): ServedSettings | undefined {
    return this.#settings
  }

  /** What answers now; undefined before the first release. */
  evaluation(): Evaluation | undefined {
    return this.#settings?.[EVALUATION]()
  }

  begin(settings: ServedSettings & Evaluating): void {
    this.#settings = settings
    this.touch()
  }

  /** From now on the answers may be others. */
  touch(): void {
    this.since = Math.floor(Date.now() / 1_000)
  }
}
