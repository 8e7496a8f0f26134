/**
 * Completion in zsh and fish themselves. Bash is on every machine that runs the tests; these are installed where that may
 * be done, and left out with a line where not.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const bin = mkdtempSync(join(tmpdir(), 'tenfold-shells-'))
process.on('exit', () => rmSync(bin, { recursive: true, force: true }))
writeFileSync(join(bin, 'tenfold'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist', 'cli.js')}' "$@"\n`)
chmodSync(join(bin, 'tenfold'), 0o755)
const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: bin, ZDOTDIR: bin, TERM: 'dumb' }

function isThere(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true'], { env }).status === 0
}

function isInstalled(shell: string): boolean {
  if (isThere(shell)) return true
  if (process.getuid?.() !== 0) return false
  spawnSync('apt-get', ['install', '-y', '-q', shell], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return isThere(shell)
}

const CASES: readonly (readonly [line: string, word: string])[] = [
  ['tenfold set acme openai.te', 'openai.temperature'],
  ['tenfold accou', 'account'],
  ['tenfold check --format sa', 'sarif'],
]

/** What fish offers for a line. */
function fish(line: string): string {
  return execFileSync('fish', ['-c', 'tenfold completion fish | source; complete -C $argv[1]', line], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  })
}

/** What zsh makes of a line when the key is pressed. */
function zsh(line: string): string {
  const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -d "$ZDOTDIR/dump"; source <(tenfold completion zsh); print READY'
repeat 100; do sleep 0.1; zpty -r -t z out && all+=$out; [[ $all == *$'\\n'*READY* ]] && break; done
zpty -w -n z "$1"$'\\t'
repeat 50; do sleep 0.1; zpty -r -t z out && got+=$out; [[ $got == *"$2"* ]] && break; done
print -r -- "$got"
`
  const word = CASES.find(([one]) => one === line)?.[1] ?? ''
  return execFileSync('zsh', ['-f', '-c', script, 'zsh', line, word], { cwd: ROOT, env, encoding: 'utf8' })
}

let [passed, failed] = [0, 0]
for (const [shell, ask] of [
  ['zsh', zsh],
  ['fish', fish],
] as const) {
  if (!isInstalled(shell)) {
    console.log(`${shell}: left out, since it is not installed here and may not be`)
    continue
  }
  for (const [line, word] of CASES) {
    const said = ask(line)
    if (said.includes(word)) passed++
    else {
      failed++
      console.error(`${shell}: "${line}" was not completed to ${word}: ${JSON.stringify(said)}`)
    }
  }
}
console.log(`completion in other shells: ${passed} right, ${failed} wrong`)
process.exitCode = failed === 0 ? 0 : 1
