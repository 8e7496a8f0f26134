import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { git } from '../support/run.ts'
import { publishingKeys } from './keys.ts'
import { commit, head, run, sample } from './support.ts'

/** What nobody whom we start may know, beside the keys of a release: the credentials of whatever else runs here. */
const CREDENTIALS = {
  GITHUB_TOKEN: 'a-token-of-a-workflow-000',
  GH_TOKEN: 'a-token-of-a-workflow-001',
  AWS_SECRET_ACCESS_KEY: 'of-a-bucket-00000',
  AWS_SESSION_TOKEN: 'of-a-bucket-00001',
  TENFOLD_OCI_PASSWORD: 'of-a-registry-000',
  TENFOLD_NATS_CREDS: '/a/file/of/a/bus',
  TENFOLD_ROOT_KEY: '',
  TENFOLD_IDENTITY: 'an-identity-00000',
  NPM_TOKEN: 'of-a-registry-001',
  SOME_API_KEY: 'of-somebody-00000',
}

/** Programs in front of the real ones, which write down how they were started and what they could see. */
class Watched {
  readonly #bin = temporaryFolder()
  readonly #log = join(temporaryFolder(), 'log')
  readonly path = `${this.#bin}:${process.env['PATH'] ?? ''}`

  constructor() {
    writeFileSync(this.#log, '')
    for (const name of ['git', 'ssh', 'npm', 'sh', 'bash', 'node', 'curl', 'gh', 'less', 'git-lfs', 'gpg']) {
      const file = join(this.#bin, name)
      const env = '$(env | tr "\\n" "\\001")'
      writeFileSync(
        file,
        `#!/bin/sh\nPATH='${process.env['PATH'] ?? ''}'\nprintf '%s\\002%s\\002%s\\003' ${name} "$*" "${env}" >> ${this.#log}\nexec ${name} "$@"\n`,
      )
      chmodSync(file, 0o755)
    }
  }

  started(): { readonly name: string; readonly args: string; readonly env: string }[] {
    const entries = readFileSync(this.#log, 'utf8')
      .split('\x03')
      .filter((entry) => entry !== '')
    return entries.map((entry) => {
      const [name = '', args = '', env = ''] = entry.split('\x02')
      return { name, args, env }
    })
  }
}

it('no child but git is started, and none has a key in its environment or its arguments', async () => {
  const folder = await sample()
  const keys = await publishingKeys(folder)
  await commit(folder, 'trust')
  const origin = join(temporaryFolder(), 'origin.git')
  await git(folder, 'clone', '-q', '--bare', folder, origin)
  await git(folder, 'remote', 'add', 'origin', origin)
  const base = await head(folder)
  const commands: readonly (readonly string[])[] = [
    ['check'],
    ['check', '--at', 'HEAD'],
    ['check', '--since', base],
    ['check', '--policy', base],
    ['diff', base],
    ['review', '--base', base],
    ['explain', 'acme'],
    ['compile'],
    ['compile', '--at', 'HEAD'],
    ['release'],
    ['release', '--to', `git:${origin}#tenfold`],
    ['release', '--to', 'file:store'],
    ['release', '--refresh', '--to', `git:${origin}#tenfold`],
    ['get', 'acme', 'generate_content'],
    ['get', 'acme', 'generate_content', '--store', `git:${origin}#tenfold`],
    ['verify', `git:${origin}#tenfold`],
    ['publish', '--to', 'file:copy'],
    ['rollback', '1', '--to', 'file:store'],
    ['set', 'acme', 'name', 'X'],
    ['set', 'acme', 'name', 'Y', '--pr'],
    ['prompt', 'customize', 'northwind', 'ideas'],
    ['keys', 'show'],
  ]
  const secrets = { ...keys, ...CREDENTIALS }
  const watched = new Watched()
  // GitHub is nowhere to be reached: how far `--pr` gets without it is enough to see what is started.
  const away = { GITHUB_API_URL: 'http://127.0.0.1:1' }
  for (const args of commands) await run(args, folder, { ...secrets, ...away, PATH: watched.path })

  const started = watched.started()
  expect(started.length).toBeGreaterThan(20)
  expect(new Set(started.map(({ name }) => name))).toEqual(new Set(['git']))
  const values = Object.values(secrets)
    .filter((value) => value !== '')
    .flatMap((value) => value.trim().split('\n').slice(0, 2))
  for (const { args, env } of started) {
    for (const name of Object.keys(secrets)) expect(env, args).not.toMatch(new RegExp(`(^|\\x01)${name}=`))
    for (const value of values) expect(`${args} ${env}`.includes(value), `${args} is started with a key`).toBe(false)
  }
}, 180_000)

it('configuration in the environment reaches the commands that talk to a remote, and no other', async () => {
  const folder = await sample()
  const keys = await publishingKeys(folder)
  await commit(folder, 'trust')
  const origin = join(temporaryFolder(), 'origin.git')
  await git(folder, 'clone', '-q', '--bare', folder, origin)
  const watched = new Watched()
  const given = {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'http.https://github.com/.extraheader',
    GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic c2VjcmV0',
    GIT_CONFIG_KEY_1: 'core.fsmonitor',
    GIT_CONFIG_VALUE_1: '/a/program',
  }
  await run(['release', '--to', `git:${origin}#tenfold`], folder, { ...keys, ...given, PATH: watched.path })
  const withHeader = watched
    .started()
    .filter(({ env }) => env.includes('c2VjcmV0'))
    .map(({ args }) => args.split(' ')[0])
  expect(new Set(withHeader)).toContain('push')
  for (const name of ['status', 'ls-files', 'rev-parse']) expect(withHeader).not.toContain(name)
  expect(watched.started().some(({ env }) => env.includes('/a/program'))).toBe(false)
}, 60_000)

it('init starts npm, and it knows no key', async () => {
  const watched = new Watched()
  const to = join(temporaryFolder(), 'new')
  await run(['init', to], temporaryFolder(), {
    ...CREDENTIALS,
    OPENAI_API_KEY: 'of-a-platform-000',
    PATH: watched.path,
  })
  const npm = watched.started().filter(({ name }) => name === 'npm')
  expect(npm.length).toBeGreaterThan(0)
  for (const { env } of npm)
    for (const value of Object.values(CREDENTIALS)) if (value !== '') expect(env.includes(value)).toBe(false)
}, 120_000)
