import { openSettings } from 'tenfold'
import { randomIds } from './ids.ts'
import { collectGarbage, input, number, say, text } from './io.ts'
import { accountsFor, openPeer } from './peer.ts'

/** What one look-up costs: ours, a `Map` of ready objects, and the peers, one after another in this process. */
const CALLS = 1_000_000
const ROUNDS = 7
const FUNCTION = 'generate_content'
/** Accounts that the peers hold, for more would only make them slower; and that ours is asked for beside them. */
const PEER_ACCOUNTS = 1000

type Ask = (id: string) => unknown

const accounts = number('accounts')
const ids = randomIds(CALLS, accounts)
const settings = await openSettings({ store: text('store'), refresh: { everyMs: 0 } })
const answers: Record<string, Cost> = {}

answers['ours'] = await cost((id) => settings.getModelConfig(FUNCTION, id), ids)
const ready = new Map<string, unknown>()
for (const id of new Set(ids)) ready.set(Buffer.from(id).toString('latin1'), settings.getModelConfig(FUNCTION, id))
answers['map'] = await cost((id) => ready.get(id), ids)
// The same strings again and again: those that nobody has read yet cost more than an answer.
const some = randomIds(PEER_ACCOUNTS, PEER_ACCOUNTS)
const again = (calls: number): string[] => Array.from({ length: calls }, (_, i) => some[i % some.length] ?? '')
answers['few'] = await cost((id) => settings.getModelConfig(FUNCTION, id), again(CALLS))
const peerIds = again(number('calls'))
for (const peer of Array.isArray(input['peers']) ? input['peers'] : []) {
  const ask = await openPeer(String(peer), accountsFor(settings, FUNCTION, PEER_ACCOUNTS))
  const isAsync = ask(peerIds[0] ?? '') instanceof Promise
  answers[String(peer)] = await cost(ask, peerIds, isAsync)
}
say(answers)
process.exit(0)

interface Cost {
  readonly nanoseconds: number
  readonly bytes: number
}

async function cost(ask: Ask, asked: readonly string[], isAsync = false): Promise<Cost> {
  const loop = freshLoop(isAsync)
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    collectGarbage()
    const begun = performance.now()
    await loop(ask, asked)
    // The first round is for the optimiser.
    if (round > 0) times.push(performance.now() - begun)
  }
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  await loop(ask, asked)
  const bytes = (process.memoryUsage().heapUsed - before) / asked.length
  times.sort((a, b) => a - b)
  // A few hundred bytes of the measuring itself, over a million calls.
  return { nanoseconds: ((times[ROUNDS >> 1] ?? 0) * 1e6) / asked.length, bytes: bytes < 0.05 ? 0 : bytes }
}

/**
 * A loop that no other subject has run through: one that had seen several would call each of them through a table,
 * and those measured last would look slower.
 */
function freshLoop(isAsync: boolean): (ask: Ask, asked: readonly string[]) => Promise<void> {
  const call = isAsync ? 'await ask(asked[i])' : 'ask(asked[i])'
  const body = `return async (ask, asked) => {
    for (let i = 0; i < asked.length; i++) if (${call} === undefined) throw new Error('no answer')
  }`
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- nothing else makes the engine forget
  return new Function(body)()
}
