/** The SDK, as vectors/README.md asks a reader: three verbs, each a process of its own. */
import { parseArgs } from 'node:util'
import type { VectorQuestion } from '../../vectors/exam.ts'
import { TYPESCRIPT } from '../../vectors/typescript-reader.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    state: { type: 'string', default: '' },
    trust: { type: 'string', default: '' },
    environment: { type: 'string' },
    identity: { type: 'string' },
    mode: { type: 'string', default: 'full' },
    store: { type: 'string', default: '' },
    now: { type: 'string', default: '' },
  },
})
const { state, trust, environment, identity, store, now } = values
const mode = values.mode === 'lazy' ? 'lazy' : 'full'
const [verb] = positionals

async function said(): Promise<unknown> {
  if (verb === 'init') return TYPESCRIPT.init(state, { trust, environment, identity, mode })
  if (verb === 'refresh') return TYPESCRIPT.refresh(state, store, now)
  if (verb !== 'get') process.exit(2)
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  const questions: readonly VectorQuestion[] = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  return TYPESCRIPT.get(state, store, now, questions)
}

const answer = await said()
process.stdout.write(`${JSON.stringify(answer)}\n`)
const isError = typeof answer === 'object' && answer !== null && !Array.isArray(answer) && 'error' in answer
process.exit(isError ? 1 : 0)
