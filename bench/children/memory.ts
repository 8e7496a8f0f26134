import type { Settings } from 'tenfold'
import { randomIds } from './ids.ts'
import { collectGarbage, input, number, say, text } from './io.ts'
import { accountsFor, openPeer } from './peer.ts'

/** What a process weighs: empty, with settings loaded, or with the same answers in another form beside them. */
const FUNCTION = 'generate_content'
// Whatever is held here, the garbage collector may not take.
const held: unknown[] = []

if (input['mode'] === undefined) say(weight())
else await weigh()
process.exit(held.length < 0 ? 1 : 0)

async function weigh(): Promise<void> {
  // An empty process has not even loaded the library.
  const { open } = await import('./open.ts')
  const settings = await open()
  held.push(settings)
  const loaded = weight()
  for (const id of randomIds(number('asked'), number('accounts'))) {
    await settings.account(id)
    settings.getModelConfig(FUNCTION, id)
  }
  const asked = weight()
  if (input['beside'] !== undefined) await holdBeside(settings, text('beside'))
  say({ ...loaded, asked: asked.used, askedRss: asked.rss, beside: weight().used - asked.used })
}

/** The first accounts' answers as objects of their own, or in a peer. */
async function holdBeside(settings: Settings, form: string): Promise<void> {
  const accounts = accountsFor(settings, FUNCTION, number('besideAccounts'))
  if (form === 'objects') held.push(new Map(accounts.map(({ id, value }) => [id, value])))
  else held.push(await openPeer(form, accounts))
}

function weight(): { rss: number; used: number } {
  collectGarbage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, used: heapUsed + external }
}
