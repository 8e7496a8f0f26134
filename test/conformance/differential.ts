/**
 * Do all readers answer as `tenfold get`, whatever the configuration says? Random configurations are published, and every
 * account, function, prompt and live plan is asked of a reader by the protocol of vectors/README.md, and compared with
 * what `get` is made of.
 *
 *     npx tsx test/conformance/differential.ts [CONFIGURATIONS] [SEED] -- READER…
 *
 * Without a reader it is Python's, where python/check.sh has made what it runs in.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { PLANS } from '../../src/domain/settings-types.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { filesOf, legalConfig } from '../properties/arbitrary.ts'
import { ROOT } from '../support/run.ts'
import { questionsOf } from '../vectors/plain-vectors.ts'
import { START, VectorStore, rootWith } from '../vectors/publisher.ts'
import { writeConfiguration } from '../vectors/write-configuration.ts'
import { readerBehind } from './vectors/by-protocol.ts'

const args = process.argv.slice(2)
const cut = args.indexOf('--')
const numbers = (cut < 0 ? args : args.slice(0, cut)).map(Number)
const [configurations = 15, seed = 1] = numbers
const python = process.env['TENFOLD_PYTHON'] ?? join(ROOT, '.tenfold', 'python', 'bin', 'python')
const command = cut < 0 ? [python, join(ROOT, 'python/conformance/adapter.py')] : args.slice(cut + 1)
if (cut < 0 && !existsSync(python)) {
  console.log('differential: there is no reader here: python/check.sh makes what Python’s runs in')
  process.exit(0)
}

const reader = readerBehind(command)
let [answers, wrong, used] = [0, 0, 0]
for (const configuration of fc.sample(legalConfig, { seed, numRuns: configurations })) {
  const checked = await check(await openConfiguration(writeConfiguration(filesOf(configuration))))
  const { globals } = checked
  if (globals === undefined) continue
  used++
  const accounts = new Map(accountsOf(checked.accounts))
  const secrets = Object.fromEntries(Object.entries(globals.providers).map(([name, { secret }]) => [name, [secret]]))
  const document = rootWith({ secrets })
  const store = new VectorStore()
  const root = store.content({ globals, accounts: Object.fromEntries(accounts) })
  store.publish(store.release({ root }, document))
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-differential-'))
  try {
    write(folder, store, writeRootDocument(document))
    const url = `file:${join(folder, 'store')}`
    await reader.init(join(folder, 'state'), { trust: join(folder, 'trust.json'), mode: 'full' })
    await reader.refresh(join(folder, 'state'), url, START)
    const asked = [...accounts, ['nobody', undefined] as const].flatMap(([id, account]) =>
      [undefined, ...PLANS].flatMap((plan) => questionsOf(globals, id, account, plan)),
    )
    const said = await reader.get(
      join(folder, 'state'),
      url,
      START,
      asked.map(([question]) => question),
    )
    for (const [i, [question, answer]] of asked.entries()) {
      answers++
      if (isDeepStrictEqual(said[i], answer)) continue
      wrong++
      if (wrong <= 10)
        console.error(
          `differential: ${JSON.stringify(question)} is ${JSON.stringify(said[i])}, and not ${JSON.stringify(answer)}`,
        )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
console.log(`differential: ${used} configurations of seed ${seed}, ${answers} answers, ${wrong} of them others`)
process.exit(wrong === 0 && answers > 0 ? 0 : 1)

function write(folder: string, { objects, head }: VectorStore, trust: string): void {
  mkdirSync(join(folder, 'state'), { recursive: true })
  writeFileSync(join(folder, 'trust.json'), trust)
  for (const [name, bytes] of objects) {
    const file = join(folder, 'store', 'objects', name.slice(0, 2), name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(folder, 'store', 'head.json'), head ?? '')
}
