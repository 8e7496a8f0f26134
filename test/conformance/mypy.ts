/**
 * The types that `tenfold types --lang python` writes, under mypy: what is right passes, and each wrong name, variable
 * and parameter is refused. mypy is installed into a folder of its own; without Python the script says so and ends.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'tenfold-mypy-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

if (spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status !== 0) {
  process.stdout.write('left out: there is no Python of 3.10 or newer, in which mypy would check the types\n')
  process.exit(0)
}
const bin = join(folder, 'venv', 'bin')
execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'inherit' })
execFileSync(join(bin, 'pip'), ['install', '--quiet', 'mypy==1.18.2', 'typing_extensions==4.15.0'], {
  stdio: 'inherit',
})

const cli = join(ROOT, 'dist', 'cli.js')
const out = join(folder, 'settings_types.py')
execFileSync(process.execPath, [cli, 'types', '--lang', 'python', '--out', out, '--quiet'], { cwd: ROOT })

const USES = `from settings_types import Settings

def use(settings: Settings) -> None:
    config = settings.get_model_config("generate_content", "acme", plan="growth")
    tokens: int = config["max_tokens"]
    size: str = settings.get_model_config("generate_images", "acme")["size"]
    text: str = settings.compile_prompt("acme", "clustering", {"IGNY8_KEYWORDS": "a"})
    print(tokens, size, text)
`

const WRONG: readonly (readonly [why: string, line: string])[] = [
  ['an unknown function', 'settings.get_model_config("generate_contents", "acme")'],
  ['an unknown plan', 'settings.get_model_config("generate_content", "acme", plan="pro")'],
  ['a parameter of another kind', 'print(settings.get_model_config("generate_content", "acme")["size"])'],
  ['an unknown prompt', 'settings.compile_prompt("acme", "cluster", {})'],
  ['an unknown variable', 'settings.compile_prompt("acme", "clustering", {"IGNY8_KEYWORDS": "a", "OTHER": "b"})'],
  ['a missing variable', 'settings.compile_prompt("acme", "clustering", {})'],
  ['a variable of another type', 'settings.compile_prompt("acme", "clustering", {"IGNY8_KEYWORDS": 1})'],
]

/** Returns the lines that mypy refuses, and all that it printed. */
function refused(text: string): { lines: ReadonlySet<number>; output: string } {
  const file = join(folder, 'use.py')
  writeFileSync(file, text)
  const { stdout } = spawnSync(join(bin, 'mypy'), ['--strict', '--no-incremental', file], {
    cwd: folder,
    encoding: 'utf8',
  })
  return {
    lines: new Set([...stdout.matchAll(/^use\.py:(\d+): error/gm)].map(([, line]) => Number(line))),
    output: stdout,
  }
}

const right = refused(USES)
if (!right.output.startsWith('Success')) throw new Error(`mypy refuses what is right:\n${right.output}`)
const first = USES.split('\n').length
const { lines, output } = refused(`${USES}${WRONG.map(([, line]) => `    ${line}\n`).join('')}`)
const taken = WRONG.filter((_, i) => !lines.has(first + i)).map(([why]) => why)
if (taken.length > 0) throw new Error(`mypy takes ${taken.join(', ')}:\n${output}`)
process.stdout.write(`mypy refuses each of ${WRONG.length} mistakes, and nothing else\n`)
