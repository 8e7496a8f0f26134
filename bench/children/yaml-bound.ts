import { availableParallelism } from 'node:os'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { parseDocument } from 'yaml'
import { plainAccounts } from '../corpus.ts'
import { number, say } from './io.ts'

/** How long `yaml` takes to parse the files of a corpus in as many workers as there are cores, and nothing else. */
if (isMainThread) await measure()
else await parseShare()

async function measure(): Promise<void> {
  const count = availableParallelism()
  const workers = Array.from({ length: count }, (_, share) => {
    return new Worker(new URL(import.meta.url), { workerData: { share, count, accounts: number('accounts') } })
  })
  // Texts are in memory before the clock starts: reading them is not what this bound is about.
  await Promise.all(workers.map(next))
  const begun = performance.now()
  const done = workers.map(next)
  for (const worker of workers) worker.postMessage('go')
  await Promise.all(done)
  say({ seconds: (performance.now() - begun) / 1000 })
}

function next(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once('message', resolve))
}

async function parseShare(): Promise<void> {
  const { share, count, accounts }: { share: number; count: number; accounts: number } = workerData
  const texts: string[] = []
  let i = 0
  for (const [, text] of plainAccounts(accounts)) if (i++ % count === share) texts.push(text)
  parentPort?.once('message', () => {
    let errors = 0
    for (const text of texts) errors += parseDocument(text).errors.length
    parentPort?.postMessage(errors)
  })
  parentPort?.postMessage('ready')
}
