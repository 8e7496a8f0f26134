import { setImmediate as nextTurn, setTimeout as later } from 'node:timers/promises'
import type { EveryAccount } from '../../ask/read-all-accounts.ts'
import { redundant } from '../../lint/rules/override/redundant.ts'
import { lintAccount } from '../../lint/run-rules.ts'

/** The accounts that override something with what they would inherit, sorted; undefined while that is being found out. */
interface Found {
  ids: readonly string[] | undefined
  readonly done: Promise<void>
}

const FOUND = new WeakMap<EveryAccount, Found>()

/** Returns the accounts that `override/redundant` speaks of; undefined where it takes longer than a page may wait. */
export async function redundantIn(every: EveryAccount): Promise<readonly string[] | undefined> {
  const found = FOUND.get(every) ?? begin(every)
  if (found.ids === undefined) await Promise.race([found.done, later(PATIENCE_MS)])
  return found.ids
}

const PATIENCE_MS = 25
/** Milliseconds that the search may hold the event loop before it yields. */
const SLICE_MS = 4

function begin(every: EveryAccount): Found {
  const found: Found = {
    ids: undefined,
    done: search(every).then((ids) => {
      found.ids = ids
    }),
  }
  FOUND.set(every, found)
  return found
}

async function search({ accounts, common }: EveryAccount): Promise<readonly string[]> {
  const { known, when } = common.context
  const ids: string[] = []
  let since = performance.now()
  for (const [id, { account, file }] of accounts) {
    const { plan, ...body } = account
    const model = { file, stem: id, id, plan, sections: Object.keys(body), body }
    if (lintAccount(model, known, when, [redundant]).length > 0) ids.push(id)
    if (performance.now() - since < SLICE_MS) continue
    await nextTurn()
    since = performance.now()
  }
  return ids.sort()
}
