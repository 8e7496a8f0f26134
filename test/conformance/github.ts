/**
 * Does our fake of GitHub's API speak as GitHub does, and do we speak to it as GitHub wants? Every exchange of a
 * recording is held to GitHub's own OpenAPI description, and the operations that were covered are listed.
 *
 *     TENFOLD_GITHUB_RECORDING=recording.jsonl npx vitest run test/edit
 *     npx tsx test/conformance/github.ts recording.jsonl
 *
 * The description is a package of 385 MB, so it is installed into a cache, at the first run and by this script alone.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../support/run.ts'
import { type Asked, Description } from './openapi.ts'

const PACKAGE = '@octokit/openapi'
const VERSION = '23.0.2'

function installed(): string {
  const cache = join(ROOT, 'node_modules', '.cache', `github-openapi-${VERSION}`)
  const file = join(cache, 'node_modules', PACKAGE, 'generated', 'api.github.com.json')
  if (existsSync(file)) return file
  mkdirSync(cache, { recursive: true })
  const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  const args = ['install', ...quiet, '--prefix', cache, `${PACKAGE}@${VERSION}`]
  execFileSync('npm', args, { cwd: cache, stdio: 'inherit' })
  return file
}

function main(recordings: readonly string[]): number {
  const exchanges: Asked[] = recordings.flatMap((file) => {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  })
  if (exchanges.length === 0) {
    console.error('github: nothing to check; name a recording that is not empty')
    return 2
  }
  const description = new Description(readFileSync(installed(), 'utf8'))
  proveItself(description, exchanges)
  const covered = new Map<string, Map<number, number>>()
  const wrong = new Map<string, number>()
  for (const exchange of exchanges) {
    const { operation, problems } = description.judge(exchange)
    const statuses = covered.get(operation) ?? new Map<number, number>()
    covered.set(operation, statuses.set(exchange.status, (statuses.get(exchange.status) ?? 0) + 1))
    for (const problem of problems) {
      const line = `${operation}: ${problem}`
      wrong.set(line, (wrong.get(line) ?? 0) + 1)
    }
  }
  for (const [operation, statuses] of [...covered].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`)
    console.log(`github: ${operation}: ${counts.join(', ')}`)
  }
  for (const [problem, count] of wrong) console.error(`github: ${problem} (${count} times)`)
  console.log(`github: ${exchanges.length} exchanges, ${covered.size} operations, ${wrong.size} problems`)
  return wrong.size === 0 ? 0 : 1
}

/** A validator that accepts anything would prove nothing. */
function proveItself(description: Description, exchanges: readonly Asked[]): void {
  const created = exchanges.find(({ method, status }) => method === 'POST' && status === 201)
  if (created === undefined) throw new Error('the recording holds nothing that was created')
  const { id: _, ...nameless } = Object(created.answer)
  const spoilt: readonly Asked[] = [
    { ...created, path: '/repos/a' },
    { ...created, status: 204 },
    { ...created, query: { x: '1' } },
    { ...created, body: undefined },
    { ...created, body: { ...Object(created.body), draf: true } },
    { ...created, answer: nameless },
    { ...created, answer: { ...nameless, id: 1, user: 'ada' } },
  ]
  for (const [i, exchange] of spoilt.entries()) {
    if (description.judge(exchange).problems.length === 0) throw new Error(`the validator accepts anything (${i})`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2))
