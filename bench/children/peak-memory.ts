import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** Loaded into a process before what it runs: when that ends, writes the most memory that it had, in bytes. */
const file = process.env['TENFOLD_BENCH_PEAK']
if (isMainThread && file !== undefined) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)))
}
