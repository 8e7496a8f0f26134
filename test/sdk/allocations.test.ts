import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/run.ts'
import { manyAccounts, storeWith } from './store.ts'

const ACCOUNTS = 5000

test('a million hot look-ups allocate nothing', async () => {
  const store = await storeWith({ accounts: manyAccounts(ACCOUNTS) })
  const script = join(store.base, 'look-up.mjs')
  writeFileSync(
    script,
    `import { openSettings } from ${JSON.stringify(join(ROOT, 'dist', 'sdk.js'))}
const settings = await openSettings({ store: process.argv[2], keys: { from: 'env', env: {} }, refresh: { everyMs: 0 } })
const ids = Array.from({ length: ${ACCOUNTS + 100} }, (_, i) => \`a\${i}\`)
const plan = { plan: 'scale' }
const ways = {
  model: (id) => settings.getModelConfig('generate_content', id),
  live: (id) => settings.getModelConfig('generate_content', id, plan),
  prompt: (id) => settings.getEffectivePrompt(id, 'clustering'),
  profiles: (id) => settings.getAuthorProfiles(id),
  strategies: (id) => settings.getStrategies(id),
}
const bytes = {}
for (const [name, ask] of Object.entries(ways)) {
  const round = new Function('ask', 'ids', 'calls', 'for (let i = 0; i < calls; i++) ask(ids[i % ids.length])')
  // For the answers to be there, and for the optimiser.
  round(ask, ids, 1_000_000)
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  round(ask, ids, 1_000_000)
  bytes[name] = (process.memoryUsage().heapUsed - before) / 1_000_000
}
console.log(JSON.stringify(bytes))
process.exit(0)
`,
  )
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64']
  const bytes: unknown = JSON.parse(execFileSync(process.execPath, [...flags, script, store.url], { encoding: 'utf8' }))
  expect(Object.keys(Object(bytes))).toHaveLength(5)
  // An object would be 16 bytes or more; what the optimiser needs meanwhile comes to less than one for each call.
  for (const [name, each] of Object.entries(Object(bytes)))
    expect([name, Number(each) < 1, each]).toEqual([name, true, each])
})
