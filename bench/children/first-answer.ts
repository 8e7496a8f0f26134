import { idOf } from '../../test/support/corpus.ts'
import { input, number, say, text } from './io.ts'

/** From here on it is ours: node itself has started. */
const begun = performance.now()
const account = idOf(number('accounts') - 1)

if (typeof input['flat'] === 'string') await parseFlat(text('flat'))
else await firstAnswer()
process.exit(0)

async function firstAnswer(): Promise<void> {
  // Loading the library counts.
  const { open } = await import('./open.ts')
  const settings = await open()
  await settings.account(account)
  const { known } = settings.getModelConfig('generate_content', account)
  const milliseconds = performance.now() - begun
  if (!known) throw new Error(`${account} is not in the store`)
  say({ milliseconds })
}

/** What a service does that loads everything resolved. */
async function parseFlat(file: string): Promise<void> {
  const { readFileSync } = await import('node:fs')
  const flat: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const accounts: unknown = typeof flat === 'object' && flat !== null && 'accounts' in flat ? flat.accounts : undefined
  const isThere = typeof accounts === 'object' && accounts !== null && account in accounts
  if (!isThere) throw new Error(`${account} is not in ${file}`)
  say({ milliseconds: performance.now() - begun })
}
