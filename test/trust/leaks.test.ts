import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateX25519Identity } from 'age-encryption'
import { stateFolder } from '../../src/base/own-folders.ts'
import { writeConfig } from '../support/config.ts'
import { CLI, type Ran } from '../support/run.ts'
import { fakeKeys, filesBelow, headOf, identity, rooted, unsealed } from './support.ts'

/** A secret in every guise in which it could stand somewhere. */
function guises(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Inside a longer text, base64 begins at any of three places; the characters at both ends are those of neighbours.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  )
  return [
    secret,
    [...secret].reverse().join(''),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    Buffer.from(secret, 'utf16le').toString('latin1'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

function expectNone(text: Buffer | string, secrets: readonly string[], where: string): void {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text)
  for (const secret of secrets) {
    for (const guise of guises(secret)) expect(bytes.includes(guise, 0, 'latin1'), `a secret in ${where}`).toBe(false)
  }
}

/** Runs the program, and looks at the arguments of all its processes while it runs. */
function watched(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran & { readonly seen: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const seen = new Set<string>()
    const look = setInterval(() => {
      for (const pid of existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
        try {
          seen.add(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
        } catch {
          // It is over.
        }
      }
    }, 20)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      resolve({ code, stdout, stderr, seen: [...seen].join('\n') })
    })
  })
}

/** What of a private file must stand nowhere else. */
function secretsOf(text: string): string[] {
  const pem = /-----\n([^-]+)\n-----/.exec(text)?.[1]
  const age = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(text)?.[0]
  // The first bytes of the PEM say what it is; the last 32 are the key.
  return [pem?.replaceAll('\n', '').slice(-43), age].filter((one) => one !== undefined)
}

test('no key and no private key is anywhere but where it belongs, after everything that may happen to a release', async () => {
  const folder = await rooted()
  const first = fakeKeys()
  const second = fakeKeys()
  const to = ['release', '--to', 'file:store']
  const store = ['--store', 'file:store']
  writeConfig({ 'accounts/beta.yaml': 'id: beta\nplan: free\n' }, folder)
  const inTheWay = join(folder, 'blocked')
  writeFileSync(inTheWay, 'a file')
  const broken = `${first['OPENAI_API_KEY'] ?? ''}\n`
  // A slip in the private key: what its reader says of it must not hold it.
  const release = readFileSync(join(folder, '.tenfold', 'keys', 'release.pem'), 'utf8')
  const slipped = release.replace('MC4C', 'MC5C')

  const runs: (readonly [code: number, args: readonly string[], env: Readonly<Record<string, string>>])[] = [
    [0, to, first],
    [0, [...to, '--format', 'json'], second],
    [0, ['release'], first],
    [0, ['rollback', '1', '--to', 'file:store'], first],
    [0, ['release', '--refresh', '--to', 'file:store'], first],
    [0, ['publish', '--from', '.tenfold/store', '--to', 'file:copy'], first],
    [0, ['verify', 'store'], first],
    [0, ['get', 'acme', 'generate_content', ...store], first],
    [0, ['get', 'acme', 'generate_content', ...store, '--format', 'pretty'], first],
    [0, ['explain', 'acme', 'generate_content'], first],
    [0, ['compile', '--flat', 'flat.json'], first],
    [0, ['keys', 'show', '--format', 'json'], first],
    [0, ['keys', 'rotate', 'runtime'], first],
    [0, to, second],
    [3, to, { ...first, OPENAI_API_KEY: broken }],
    [3, to, { ...first, OPENAI_API_KEY: `${first['OPENAI_API_KEY'] ?? ''} ключ` }],
    [3, ['release', '--to', 'file:blocked/store'], first],
    [3, to, { ...first, TENFOLD_RELEASE_KEY: slipped }],
    [3, to, { ...first, TENFOLD_RELEASE_KEY: first['OPENAI_API_KEY'] ?? '' }],
    [3, [...to, '--keys', 'nowhere'], first],
    [2, ['release', '--to', 'nonsense:x'], first],
    [1, to, { ...first, TENFOLD_ROOT: 'f'.repeat(64) }],
  ]
  const keys = [...Object.values(first), ...Object.values(second)]
  const everything: [where: string, text: string][] = []
  const listed: string[] = []
  for (const [code, args, env] of runs) {
    const { seen, stdout, stderr, code: ended } = await watched(args, folder, env)
    expect(ended, `${args.join(' ')}: ${stderr}`).toBe(code)
    everything.push([`what \`${args.join(' ')}\` prints`, stdout + stderr])
    listed.push(seen)
  }
  everything.push(['the arguments of a process', listed.join('\n')])

  const files = filesBelow(folder)
  const isPrivate = (path: string): boolean => path.startsWith('.tenfold/keys/')
  const local = readFileSync(join(stateFolder() ?? '', 'local.pem'))
  const privates = [...files.filter(([path]) => isPrivate(path)), ['local.pem', local] as const]
  expect(privates).toHaveLength(7)
  const privateKeys = privates.flatMap(([, bytes]) => secretsOf(bytes.toString()))
  expect(privateKeys).toHaveLength(privates.length)
  for (const [where, text] of everything) expectNone(text, [...keys, ...privateKeys], where)
  for (const [path, bytes] of files) {
    const own = isPrivate(path) ? secretsOf(bytes.toString()) : []
    expectNone(bytes, [...keys, ...privateKeys.filter((one) => !own.includes(one))], path)
    expectNone(path, [...keys, ...privateKeys], 'the name of a file')
  }
  // The search finds what is there.
  for (const guise of guises(first['OPENAI_API_KEY'] ?? '').slice(0, 3)) {
    expect(() => expectNone(`before ${guise} after`, keys, 'it')).toThrow()
  }
  for (let shift = 0; shift < 3; shift++) {
    const wrapped = Buffer.from(`${'?'.repeat(shift)}${keys[0] ?? ''} and more`).toString('base64')
    expect(() => expectNone(wrapped, keys, 'it')).toThrow()
  }
})

test('sealed to two recipients, each recovers exactly the keys; a third, a slip and another environment recover nothing', async () => {
  const folder = await rooted()
  const keys = fakeKeys()
  expect(await watched(['release', '--to', 'file:store'], folder, keys)).toMatchObject({ code: 0 })
  const [runtime, glass] = [identity(folder, 'production-runtime'), identity(folder, 'production-break-glass')]
  expect(await unsealed(folder, runtime)).toEqual(keys)
  expect(await unsealed(folder, glass)).toEqual(keys)

  const failures: string[] = []
  const nothing = async (who: string, environment = 'production'): Promise<void> => {
    const error: unknown = await unsealed(folder, who, environment).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ name: 'Malformed' })
    failures.push(error instanceof Error ? `${error.message}\n${error.stack ?? ''}\n${String(error.cause)}` : '')
  }
  await nothing(await generateX25519Identity())
  await nothing(runtime, 'staging')
  await nothing(`${runtime.slice(0, -1)}${runtime.endsWith('Q') ? 'P' : 'Q'}`)
  await nothing(runtime.toLowerCase())
  await nothing(runtime.slice(0, -8))
  await nothing('')
  for (const text of failures)
    expectNone(text, [...Object.values(keys), runtime, runtime.slice(0, -8)], 'what went wrong')
  // The ciphertext that a release names is the only one it takes.
  const { secrets } = headOf(folder)
  expect(secrets).toMatch(/^[\w-]{43}[0-9a-f]{6}$/)
})
