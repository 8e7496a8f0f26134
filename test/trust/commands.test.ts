import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/base/own-folders.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { readRootDocument } from '../../src/trust/root-document.ts'
import { privateKey, resignHead, signHead } from '../../src/trust/sign-head.ts'
import { epochOf, verifyRootDocument } from '../../src/trust/root-descent.ts'
import { treeOf } from '../faults/support.ts'
import { stride } from '../properties/seed.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { killed } from '../support/killed.ts'
import { type Ran, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'
import { ACME, NAMES, fakeKeys, filesBelow, headOf, identity, privateFile, rooted, said, unsealed } from './support.ts'

const TO = ['release', '--to', 'file:store'] as const
const ROOT_JSON = ['config', 'trust', 'root.json'] as const

/** A command that must fail and change nothing at all. */
async function refused(
  code: 1 | 2 | 3,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const before = treeOf(folder)
  const ran = await tenfold(args, folder, env)
  expect(ran, ran.stderr).toMatchObject({ code, stdout: '' })
  expect(treeOf(folder)).toEqual(before)
  return ran.stderr
}

async function done(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const ran = await tenfold(args, folder, env)
  expect(ran.code, ran.stderr).toBe(0)
  return ran
}

function modeOf(...path: readonly string[]): string {
  return (statSync(join(...path)).mode & 0o777).toString(8)
}

function noPrivatePart({ stdout, stderr }: Ran): void {
  expect(stdout + stderr).not.toMatch(/PRIVATE KEY|AGE-SECRET-KEY/)
}

describe('keys', () => {
  it('init makes a root and a key for every role, private to their owner, and shows none', async () => {
    const folder = writeConfig({})
    const ran = await done(['keys', 'init', '--root-keys', '3', '--threshold', '2'], folder)
    noPrivatePart(ran)
    const names = [
      'production-break-glass.age',
      'production-runtime.age',
      'refresh.pem',
      'release.pem',
      'root-1.pem',
      'root-2.pem',
      'root-3.pem',
    ]
    expect(readdirSync(join(folder, '.tenfold', 'keys')).sort()).toEqual(names)
    for (const name of names) expect(modeOf(folder, '.tenfold', 'keys', name)).toBe('600')
    const document = readRootDocument(readFileSync(join(folder, ...ROOT_JSON)))
    verifyRootDocument(document)
    expect(document.signed).toMatchObject({
      version: 1,
      root: { threshold: 2 },
      release: { threshold: 1 },
      refresh: { threshold: 1 },
    })
    expect(document.signed.root.keys).toHaveLength(3)
    expect(Object.keys(document.signed.recipients['production'] ?? {}).sort()).toEqual(['break-glass', 'runtime'])
    expect(await refused(2, ['keys', 'init'], folder)).toContain('already')
    for (const [name, bytes] of filesBelow(join(folder, 'config')))
      expect(bytes.toString(), name).not.toMatch(/PRIVATE KEY|AGE-SECRET-KEY/)
    // Two of the three do, one does not.
    rmSync(join(folder, '.tenfold', 'keys', 'root-1.pem'))
    await done(['keys', 'secret', 'openai', 'OPENAI_NEXT_API_KEY'], folder)
    rmSync(join(folder, '.tenfold', 'keys', 'root-2.pem'))
    expect(await refused(3, ['keys', 'secret', 'openai', 'OPENAI_OTHER_API_KEY'], folder)).toContain('too few')
  })

  it('init refuses what it cannot make', async () => {
    const folder = writeConfig({})
    expect(await refused(2, ['keys', 'init', '--threshold', '2'], folder)).toContain('more than 1')
    for (const n of ['0', '17', 'x', '-1', '1.5']) await refused(2, ['keys', 'init', '--root-keys', n], folder)
    for (const name of ['../up', 'Bad', 'a b'])
      expect(await refused(2, ['keys', 'init', '--env', name], folder)).toContain('environment')
    expect(await refused(2, ['keys', 'init', '--env', ''], folder)).toContain('--env <name>')
    writeConfig({ 'settings.yaml': BASE['settings.yaml']?.replace('DALLE_API_KEY', 'OPENAI_API_KEY') ?? null }, folder)
    expect(await refused(1, ['keys', 'init'], folder)).toContain('OPENAI_API_KEY')
  })

  it('rotate, recipient and secret make the next root each, and show tells of it', async () => {
    const folder = await rooted()
    const keys = join(folder, '.tenfold', 'keys')
    const runtime = identity(folder, 'production-runtime')
    let version = 1
    const change = async (...args: string[]): Promise<void> => {
      const ran = await done(['keys', ...args], folder)
      noPrivatePart(ran)
      version++
      const document = readRootDocument(readFileSync(join(folder, ...ROOT_JSON)))
      verifyRootDocument(document)
      expect(document.signed.version).toBe(version)
    }
    await change('rotate', 'root')
    await change('rotate', 'release')
    await change('rotate', 'refresh')
    await change('rotate', 'runtime')
    expect(identity(folder, 'production-runtime')).not.toBe(runtime)
    expect(privateFile(folder, 'production-runtime.age.before-root-5')).toContain(runtime)
    await change('recipient', 'next-runtime')
    await change('recipient', 'next-runtime', '--remove')
    await change('secret', 'openai', 'OPENAI_NEXT_API_KEY')
    await change('secret', 'openai', 'OPENAI_NEXT_API_KEY', '--remove')
    for (const name of readdirSync(keys)) expect(modeOf(keys, name), name).toBe('600')

    const document = readRootDocument(readFileSync(join(folder, ...ROOT_JSON)))
    expect(epochOf(document)).toBe(3)
    const shown = await done(['keys', 'show', '--format', 'json'], folder)
    expect(JSON.parse(shown.stdout)).toMatchObject({
      version: 9,
      epoch: 3,
      secrets: document.signed.secrets,
      recipients: document.signed.recipients,
    })
    const pretty = await done(['keys', 'show'], folder)
    expect(pretty.stdout).toContain(`root 9, sha256 ${String(said(shown, 'digest'))}`)
    noPrivatePart(shown)
    noPrivatePart(pretty)

    for (const args of [
      ['rotate', 'nobody'],
      ['rotate', 'runtime', '--env', 'staging'],
      ['recipient', 'runtime'],
      ['recipient', 'nobody', '--remove'],
      ['recipient', 'Bad Name'],
      ['recipient', 'other', 'age1wrong'],
      ['recipient', 'other', `age1${'q'.repeat(58)}`],
      ['recipient', 'other', '--env', '../x'],
      ['secret', 'openai', 'PATH'],
      ['secret', 'nobody', 'X_API_KEY'],
      ['secret', 'dalle', 'OPENAI_API_KEY'],
      ['secret', 'dalle', 'OPENAI_API_KEY', '--remove'],
    ])
      await refused(2, ['keys', ...args], folder)
    for (const [meant, ...args] of [
      ['release', 'rotate', 'relese'],
      ['runtime', 'recipient', 'runtmie', '--remove'],
      ['openai', 'secret', 'opnai', 'X_API_KEY'],
    ])
      expect(await refused(2, ['keys', ...args], folder)).toContain(`did you mean "${meant}"?`)
  })

  it('rotate loses no key, also where the root was taken back and its next version is made again', async () => {
    const folder = await rooted()
    const text = readFileSync(join(folder, ...ROOT_JSON))
    const first = identity(folder, 'production-runtime')
    await done(['keys', 'rotate', 'runtime'], folder)
    writeFileSync(join(folder, ...ROOT_JSON), text)
    await done(['keys', 'rotate', 'runtime'], folder)
    const all = filesBelow(join(folder, '.tenfold', 'keys'))
      .map(([, bytes]) => bytes.toString())
      .join('')
    expect(all).toContain(first)
  })

  it('a root that does not hold together is changed by nobody', async () => {
    const folder = await rooted()
    const file = join(folder, ...ROOT_JSON)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"break-glass"', '"break-glasz"'))
    await refused(1, ['keys', 'rotate', 'release'], folder)
    await refused(1, ['keys', 'show'], folder)
    await refused(2, ['keys', 'init'], folder)
    rmSync(file)
    await refused(2, ['keys', 'show'], folder)
    await refused(2, ['keys', 'rotate', 'release'], folder)
  })
})

describe('release --to', () => {
  it('needs a root, a key and the secrets, and says where each is to be put', async () => {
    const bare = writeConfig({ 'accounts/acme.yaml': ACME })
    expect(await refused(2, TO, bare, fakeKeys())).toContain('tenfold keys init')
    const folder = await rooted()
    const keys = fakeKeys()
    for (const name of NAMES) {
      const stderr = await refused(3, TO, folder, { ...keys, [name]: '' })
      expect(stderr).toContain(`the secret ${name} is missing`)
      expect(stderr).toContain(`${name}: \${{ secrets.${name} }}`)
    }
    renameSync(join(folder, '.tenfold', 'keys', 'release.pem'), join(folder, 'release.pem'))
    expect(await refused(3, TO, folder, keys)).toContain('TENFOLD_RELEASE_KEY')
    expect(await refused(3, TO, folder, { ...keys, TENFOLD_RELEASE_KEY: 'nonsense' })).toContain(
      'no Ed25519 private key',
    )
    expect(
      await refused(3, TO, folder, { ...keys, TENFOLD_RELEASE_KEY: privateFile(folder, 'refresh.pem') }),
    ).toContain('not one of root 1')
    const pem = readFileSync(join(folder, 'release.pem'), 'utf8')
    await done(TO, folder, { ...keys, TENFOLD_RELEASE_KEY: pem.replaceAll('\n', '\\n') })
    expect(await unsealed(folder, identity(folder, 'production-runtime'))).toEqual(keys)
  })

  it('--allow-missing leaves out what is not set, and says so', async () => {
    const folder = await rooted()
    const { OPENAI_API_KEY: _, ...keys } = fakeKeys()
    const ran = await done([...TO, '--allow-missing'], folder, keys)
    expect(ran.stderr).toContain('released without OPENAI_API_KEY')
    expect(await unsealed(folder, identity(folder, 'production-runtime'))).toEqual(keys)
    expect((await done([...TO, '--allow-missing'], folder)).stderr).toContain('released without')
    expect(headOf(folder)).toMatchObject({ seq: 2, secrets: null })
  })

  it.each([
    ['a line break at its end', 'x'.repeat(30) + '\n', 'line break'],
    ['19 characters', 'x'.repeat(19), 'shorter than 20'],
    ['8,001 characters', 'x'.repeat(8001), 'longer than 8,000'],
    ['what is not ASCII', `ключ${'x'.repeat(30)}`, 'printable ASCII'],
    ['a tab', `${'x'.repeat(20)}\t${'x'.repeat(10)}`, 'printable ASCII'],
    ['quotes around it', `"${'x'.repeat(30)}"`, 'begins with a quote'],
    ['a space before it', ` ${'x'.repeat(30)}`, 'a space'],
    ['a scheme before it', `Bearer ${'x'.repeat(30)}`, 'Bearer'],
    ['another vendor', `sk-ant-${'x'.repeat(30)}`, 'an Anthropic key'],
  ])('refuses a key with %s, and does not show it', async (_, value, says) => {
    const folder = await rooted()
    const stderr = await refused(3, TO, folder, { ...fakeKeys(), OPENAI_API_KEY: value })
    expect(stderr).toContain('OPENAI_API_KEY')
    expect(stderr).toContain(says)
    expect(stderr).not.toContain('xxxxx')
  })

  it('tells all that is wrong at once, and --allow-missing is not for what is no key', async () => {
    const folder = await rooted()
    const { ANTHROPIC_API_KEY: _, ...keys } = fakeKeys()
    const env = { ...keys, OPENAI_API_KEY: '${OPENAI_API_KEY}', RUNWARE_API_KEY: 'RUNWARE_API_KEY=abcdefgh12345678' }
    const stderr = await refused(3, TO, folder, env)
    expect(stderr).toContain('the secret OPENAI_API_KEY is no key: it is a reference')
    expect(stderr).toContain('the secret RUNWARE_API_KEY is no key: it begins with a name')
    expect(stderr).toContain('the secret ANTHROPIC_API_KEY is missing')
    const allowed = await refused(3, [...TO, '--allow-missing'], folder, env)
    expect(allowed).toContain('the secret OPENAI_API_KEY is no key')
    expect(allowed).not.toContain('ANTHROPIC_API_KEY')
    expect(`${stderr}${allowed}`).not.toContain('abcdefgh')
  })

  it('shows the name of a secret that was set to its own name, or to that of another', async () => {
    const folder = await rooted()
    const stderr = await refused(3, TO, folder, {
      ...fakeKeys(),
      OPENAI_API_KEY: 'OPENAI_API_KEY',
      RUNWARE_API_KEY: 'ANTHROPIC_API_KEY',
    })
    expect(stderr).toContain(
      'the secret OPENAI_API_KEY is no key: it is a reference that nobody resolved; the secret RUNWARE_API_KEY is no key',
    )
    expect(stderr).not.toContain('•')
  })

  it('takes keys of 20 and of 8,000 characters', async () => {
    const folder = await rooted()
    const keys = { ...fakeKeys(), OPENAI_API_KEY: 'y'.repeat(20), DALLE_API_KEY: `~${'z'.repeat(7999)}` }
    await done(TO, folder, keys)
    expect(await unsealed(folder, identity(folder, 'production-break-glass'))).toEqual(keys)
  })

  it('refuses a root that was edited: check says so, and nothing is sealed', async () => {
    const folder = await rooted()
    const file = join(folder, ...ROOT_JSON)
    writeFileSync(file, readFileSync(file, 'utf8').replace('OPENAI_API_KEY', 'OPENAI_OTHER_API_KEY'))
    expect(await tenfold(['check'], folder)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('error[trust/root]'),
    })
    expect(await refused(1, TO, folder, fakeKeys())).toContain('trust/root')
  })

  it('refuses a root of another descent, or an older one, before it asks for a single key', async () => {
    const folder = await rooted()
    await done(TO, folder, fakeKeys())
    const ours = readFileSync(join(folder, ...ROOT_JSON))
    await done(['keys', 'rotate', 'runtime'], folder)
    await done(TO, folder, fakeKeys())
    const newest = readFileSync(join(folder, ...ROOT_JSON))

    // Without the secrets: had it come as far as sealing, it would have missed them.
    writeFileSync(join(folder, ...ROOT_JSON), ours)
    expect(await refused(1, TO, folder)).toContain('root 1 does not follow from root 2')
    expect(await refused(1, ['publish', '--from', 'store', '--to', 'store'], folder)).toContain('does not follow')
    expect(await refused(1, ['rollback', '1', '--to', 'file:store'], folder)).toContain('does not follow')
    expect(await refused(1, ['release', '--refresh', '--to', 'file:store'], folder)).toContain('does not follow')

    // A pull request's own root, which even has the release key that CI has.
    const theirs = await rooted()
    writeFileSync(join(folder, ...ROOT_JSON), readFileSync(join(theirs, ...ROOT_JSON)))
    expect(await refused(1, TO, folder)).toContain('does not follow from root 2')
    const env = { TENFOLD_RELEASE_KEY: privateFile(theirs, 'release.pem') }
    expect(await refused(1, TO, folder, { ...fakeKeys(), ...env })).toContain('does not follow from root 2')
    expect(await refused(3, ['publish', '--from', 'store', '--to', 'store'], folder, env)).toContain(
      'cannot be trusted',
    )
    await done(['compile', '--out', 'out'], folder)
    expect(await refused(1, ['publish', '--from', 'out', '--to', 'store'], folder, env)).toContain('does not follow')

    writeFileSync(join(folder, ...ROOT_JSON), newest)
    await done(TO, folder, fakeKeys())
  })

  it('TENFOLD_ROOT pins a root, or one before it; any other is refused, into an empty target too', async () => {
    const folder = await rooted()
    const digest = async (): Promise<string> =>
      String(said(await done(['keys', 'show', '--format', 'json'], folder), 'digest'))
    const first = await digest()
    await done(['keys', 'recipient', 'next-runtime'], folder)
    const second = await digest()
    const theirs = await rooted()
    const keys = fakeKeys()
    expect(await refused(1, TO, theirs, { TENFOLD_ROOT: first })).toContain('TENFOLD_ROOT')
    expect(await refused(1, TO, folder, { TENFOLD_ROOT: 'f'.repeat(64) })).toContain('TENFOLD_ROOT')
    for (const pin of [first, second, `sha256:${second}`, second.toUpperCase(), ''])
      await done(TO, folder, { ...keys, TENFOLD_ROOT: pin })
    // A store that somebody of another descent wrote: the pinned root wins, and takes over nothing.
    await done(['release', '--to', `file:${folder}/foreign`], theirs, keys)
    expect(await refused(1, ['release', '--to', 'file:foreign'], folder, keys)).toContain('does not follow')
    await done(['release', '--to', 'file:foreign'], folder, { ...keys, TENFOLD_ROOT: `sha256:${second}` })
    expect(headOf(folder, 'foreign')).toMatchObject({ seq: 1, history: [] })
    await done(['verify', 'foreign'], folder)
  })

  it('refuses a secret name that the root does not permit, and two that were swapped', async () => {
    const folder = await rooted()
    const settings = BASE['settings.yaml'] ?? ''
    const env = { ...fakeKeys(), PR_API_KEY: 'p'.repeat(30) }
    for (const text of [
      settings.replace('OPENAI_API_KEY', 'PR_API_KEY'),
      settings
        .replace('OPENAI_API_KEY', 'X')
        .replace('RUNWARE_API_KEY', 'OPENAI_API_KEY')
        .replace(' X ', ' RUNWARE_API_KEY '),
    ]) {
      writeConfig({ 'settings.yaml': text }, folder)
      expect(await refused(1, TO, folder, env)).toContain('trust/secret-name')
      // A note of a machine's own store seals no more than that.
      expect(await refused(1, ['release'], folder, env)).toContain('trust/secret-name')
    }
  })

  it('seals to the recipients of the root, or to those that tenfold.yaml leaves, and to nobody else', async () => {
    const folder = await rooted()
    const keys = fakeKeys()
    const who = { runtime: identity(folder, 'production-runtime'), glass: identity(folder, 'production-break-glass') }
    writeConfig({ 'tenfold.yaml': 'recipients: [runtime]\n' }, folder)
    await done(TO, folder, keys)
    expect(await unsealed(folder, who.runtime)).toEqual(keys)
    await expect(unsealed(folder, who.glass)).rejects.toThrow(/cannot be opened/)
    writeConfig({ 'tenfold.yaml': 'name: all\n' }, folder)
    await done(TO, folder, keys)
    for (const one of Object.values(who)) expect(await unsealed(folder, one)).toEqual(keys)
    await expect(unsealed(folder, who.runtime, 'staging')).rejects.toThrow(/another environment/)

    const stranger = identity(await rooted(), 'production-runtime')
    await expect(unsealed(folder, stranger)).rejects.toThrow(/cannot be opened/)
    for (const name of ['mallory', `age1${'q'.repeat(58)}`]) {
      writeConfig({ 'tenfold.yaml': `recipients: [runtime, ${name}]\n` }, folder)
      expect(await refused(1, TO, folder, keys)).toContain('trust/recipient')
    }
    // The recipients are those of production, and --env names another environment: none of them may be left out unseen.
    writeConfig({ 'tenfold.yaml': 'recipients: [runtime]\n' }, folder)
    expect(await refused(1, [...TO, '--env', 'staging'], folder, keys)).toContain('for staging')
  })

  it('--env names the environment, for which the root has recipients of its own', async () => {
    const folder = await rooted()
    const keys = fakeKeys()
    await done(['keys', 'recipient', 'runtime', '--env', 'staging'], folder)
    await done([...TO, '--env', 'staging'], folder, keys)
    expect(headOf(folder).environment).toBe('staging')
    expect(await unsealed(folder, identity(folder, 'staging-runtime'), 'staging')).toEqual(keys)
    await expect(unsealed(folder, identity(folder, 'production-runtime'), 'staging')).rejects.toThrow(
      /cannot be opened/,
    )
    await refused(2, [...TO, '--env', 'Not One'], folder, keys)
  })

  it('takes the names of tenfold.yaml for targets, as every other command does', async () => {
    const folder = await rooted()
    writeConfig({ 'tenfold.yaml': 'targets: { live: "file:store" }\n' }, folder)
    const keys = fakeKeys()
    await done(['release', '--to', 'live'], folder, keys)
    await done(['release', '--to', 'live'], folder, keys)
    await done(['rollback', '1', '--to', 'live'], folder)
    await done(['publish', '--from', 'live', '--to', 'live'], folder)
    await done(['verify', 'live'], folder)
    await done(['get', 'acme', 'generate_content', '--store', 'live'], folder)
    await done(['release', '--refresh', '--to', 'live'], folder)
    // What every object has is no name of tenfold.yaml.
    await done(['release', '--to', 'constructor'], folder, keys)
    expect(existsSync(join(folder, 'constructor', 'head.json'))).toBe(true)
  })

  it('publishes anew what is half over, and expires_after_days says when that is', async () => {
    const folder = await rooted()
    writeConfig({ 'tenfold.yaml': 'expires_after_days: 10\n' }, folder)
    trustFolder(folder)
    await done(TO, folder)
    const { issued, expires, seq } = headOf(folder)
    expect(Date.parse(expires ?? '') - Date.parse(issued ?? '')).toBe(10 * 86_400_000)
    await done(TO, folder)
    expect(headOf(folder)).toMatchObject({ seq, issued })
    const key = privateKey(privateFile(folder, 'release.pem'))
    if (key === undefined) throw new Error('no key')
    const old = { ...headOf(folder), issued: '2020-01-01T00:00:00.000Z', expires: '2020-01-11T00:00:00.000Z' }
    writeFileSync(join(folder, 'store', 'head.json'), signHead(old, [key]))
    expect(await refused(3, ['release', '--refresh', '--to', 'file:store'], folder)).toContain('expired')
    const verified = await done(['verify', 'file:store'], folder)
    expect(verified.stderr).toContain('expired at 2020-01-11')
    await done(TO, folder)
    expect(headOf(folder).seq).toBe(2)
    expect(Date.parse(headOf(folder).expires ?? '')).toBeGreaterThan(Date.now())
  })

  it('refuses to let most accounts go, unless that is said', async () => {
    const accounts = Object.fromEntries(
      Array.from({ length: 25 }, (_, i) => [`accounts/a${i}.yaml`, `id: a${i}\nplan: free\n`]),
    )
    const folder = trustFolder(writeConfig(accounts))
    await done(TO, folder)
    for (let i = 5; i < 25; i++) rmSync(join(folder, 'config', 'accounts', `a${i}.yaml`))
    expect(await refused(1, TO, folder)).toContain('20 of 25 accounts')
    writeConfig({ 'tenfold.yaml': 'guards: { max_accounts_removed_percent: 79 }\n' }, folder)
    expect(await refused(1, TO, folder)).toContain('more than 79 %')
    writeConfig({ 'tenfold.yaml': 'guards: { max_accounts_removed_percent: 80 }\n' }, folder)
    await done(TO, folder)
    expect(headOf(folder)).toMatchObject({ seq: 2, shrunk_at: 2 })
    rmSync(join(folder, 'config', 'accounts', 'a4.yaml'))
    writeConfig({ 'tenfold.yaml': 'guards: { max_accounts_removed_percent: 0 }\n' }, folder)
    expect(await refused(1, TO, folder)).toContain('1 of 5 accounts')
    await done([...TO, '--allow-shrink'], folder)
    expect(headOf(folder)).toMatchObject({ seq: 3, shrunk_at: 2 })
  })

  it('two publishers with sealed keys at once get a seq each, and both sets can be opened', async () => {
    const folder = await rooted()
    const keys = fakeKeys()
    const both = await Promise.all([1, 2].map(() => tenfold([...TO, '--format', 'json'], folder, keys)))
    expect(both.map((ran) => said(ran, 'seq')).sort()).toEqual([1, 2])
    expect(headOf(folder)).toMatchObject({ seq: 2, history: [{ seq: 1 }] })
    expect(await unsealed(folder, identity(folder, 'production-runtime'))).toEqual(keys)
    await done(['verify', 'store'], folder)
  })
})

describe('the embedded store', () => {
  const STORE = join('.tenfold', 'store')

  it('is signed by a local key, made when it is first needed, and sealed where a root has somebody to seal to', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    const keys = fakeKeys()
    expect((await done(['release'], folder, keys)).stderr).toContain('nothing is sealed')
    expect(modeOf(stateFolder() ?? '', 'local.pem')).toBe('600')
    expect(modeOf(stateFolder() ?? '')).toBe('700')
    expect(existsSync(join(folder, '.tenfold', 'local.pem'))).toBe(false)
    expect(headOf(folder, STORE)).toMatchObject({ secrets: null, trust: null, expires: null })
    const local = readFileSync(join(stateFolder() ?? '', 'local.pem'), 'utf8')
    await done(['keys', 'init'], folder)
    expect((await done(['release'], folder, keys)).stderr).not.toContain('nothing is sealed')
    expect(await unsealed(folder, identity(folder, 'production-runtime'), 'production', STORE)).toEqual(keys)
    expect(headOf(folder, STORE).trust).not.toBeNull()
    expect(readFileSync(join(stateFolder() ?? '', 'local.pem'), 'utf8')).toBe(local)
    await done(['verify', STORE], folder)
    await done(['verify', STORE, '--trust', join('config', 'trust', 'root.json')], folder)
    // What is compiled again is what was released, under its root and with its keys.
    const released = readFileSync(join(folder, STORE, 'head.json'), 'utf8')
    await done(['compile'], folder)
    expect(readFileSync(join(folder, STORE, 'head.json'), 'utf8')).toBe(released)
    // Nothing is set: it goes without, and says so.
    expect((await done(['release'], folder)).stderr).toContain('released without')
    // Without the release key the local one signs alone, and the keys are sealed all the same.
    renameSync(join(folder, '.tenfold', 'keys', 'release.pem'), join(folder, 'release.pem'))
    expect((await done(['release'], folder, keys)).stderr).not.toContain('nothing is sealed')
    expect(headOf(folder, STORE)).toMatchObject({ trust: null, secrets: expect.any(String) })
  })

  it('has no key after a release that failed, and keeps it after one that was published', async () => {
    const folder = await rooted()
    const state = temporaryFolder()
    const keys = { ...fakeKeys(), XDG_STATE_HOME: state }
    const key = join(state, 'tenfold', 'local.pem')
    mkdirSync(join(folder, STORE), { recursive: true })
    writeFileSync(join(folder, STORE, 'objects'), 'in the way')
    expect(await tenfold(['release'], folder, keys)).toMatchObject({ code: 3 })
    expect(existsSync(key)).toBe(false)
    rmSync(join(folder, STORE), { recursive: true })
    writeFileSync(join(folder, 'file'), 'no folder')
    expect(
      await tenfold(['release', '--to', 'file:.tenfold/store', '--to', 'file:file/below'], folder, keys),
    ).toMatchObject({ code: 3 })
    // It failed at the second target, when the first had been signed.
    if (existsSync(join(folder, STORE, 'head.json'))) await done(['verify', STORE], folder, { XDG_STATE_HOME: state })
    else expect(existsSync(key)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'killed at any point, is whole or not there, and the next release goes on',
    async () => {
      const heads = new Set<boolean>()
      for (let at = 0; ; at += stride(16)) {
        const folder = writeConfig({ 'accounts/acme.yaml': ACME })
        const ran = await killed(['release'], folder, { at })
        const isPublished = existsSync(join(folder, STORE, 'head.json'))
        if (isPublished) await done(['verify', STORE], folder)
        await done(['release'], folder)
        await done(['verify', STORE], folder)
        heads.add(isPublished)
        if (ran.code === 0) break
        expect(ran).toMatchObject({ code: null, stdout: '' })
      }
      expect(heads).toEqual(new Set([false, true]))
    },
  )

  it('that another machine signed is no cache: what it says of the files is not taken over', async () => {
    const theirs = writeConfig({ 'accounts/acme.yaml': ACME })
    await done(['release'], theirs, { XDG_STATE_HOME: temporaryFolder() })
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    mkdirSync(join(folder, '.tenfold'))
    cpSync(join(theirs, STORE), join(folder, STORE), { recursive: true })
    expect(await refused(3, ['get', 'acme', 'generate_content', '--store', STORE], folder)).toContain(
      'cannot be trusted',
    )
    const ran = await done(['release', '--format', 'json'], folder)
    expect(JSON.parse(ran.stdout)).toMatchObject({ files_reused: 0, seq: 2 })
    expect(headOf(folder, STORE).history).toEqual([])
  })
})

describe('rollback and --refresh', () => {
  it('rollback publishes old content under a new seq, with the keys of today', async () => {
    const folder = await rooted()
    await done(TO, folder, fakeKeys())
    const first = headOf(folder)
    writeConfig({ 'accounts/acme.yaml': ACME.replace('gpt-4', 'gpt-4o') }, folder)
    const keys = fakeKeys()
    await done(TO, folder, keys)
    const second = headOf(folder)
    const ran = await done(['rollback', '1', '--to', 'file:store', '--format', 'json'], folder)
    expect(JSON.parse(ran.stdout)).toMatchObject({ seq: 3, restored: 1, environment: 'production' })
    expect(headOf(folder)).toMatchObject({
      seq: 3,
      root: first.root,
      secrets: second.secrets,
      history: [{ seq: 2 }, { seq: 1 }],
    })
    expect(await unsealed(folder, identity(folder, 'production-runtime'))).toEqual(keys)
    expect((await done(['get', 'acme', 'generate_content', '--store', 'store'], folder)).stdout).toContain('"gpt-4"')
    expect(await refused(2, ['rollback', '9', '--to', 'file:store'], folder)).toContain('2, 1')
    for (const seq of ['0', 'x', '-1', '1.5']) await refused(2, ['rollback', seq, '--to', 'file:store'], folder)
    expect(await refused(3, ['rollback', '1', '--to', 'file:nowhere'], folder)).toContain('there is no store')
    // The root of the second release goes: what it held is not whole any more.
    const hex = Buffer.from(second.root.slice(0, 43), 'base64url').toString('hex')
    rmSync(join(folder, 'store', 'objects', hex.slice(0, 2), hex))
    expect(await refused(3, ['rollback', '2', '--to', 'file:store'], folder)).toContain('not whole')
  })

  it('--refresh prolongs the same release with the refresh key alone', async () => {
    const folder = await rooted()
    await done(TO, folder, fakeKeys())
    const before = headOf(folder)
    const elsewhere = temporaryFolder()
    cpSync(join(folder, 'config'), join(elsewhere, 'config'), { recursive: true })
    const refresh = ['release', '--refresh', '--to', `file:${folder}/store`, '--format', 'json']
    expect(await refused(3, refresh, elsewhere)).toContain('TENFOLD_REFRESH_KEY')
    const env = { TENFOLD_REFRESH_KEY: privateFile(folder, 'refresh.pem') }
    const ran = await done(refresh, elsewhere, env)
    expect(said(ran, 'seq')).toBe(1)
    const after = headOf(folder)
    expect({ ...after, issued: before.issued, expires: before.expires }).toEqual(before)
    expect(Date.parse(after.expires ?? '')).toBeGreaterThan(Date.parse(before.expires ?? ''))
    await done(['verify', 'store'], folder)
    // It cannot release.
    expect(
      await refused(3, ['release', '--to', `file:${folder}/store`], elsewhere, { ...fakeKeys(), ...env }),
    ).toContain('release key')
    expect(readdirSync(elsewhere)).toEqual(['config'])
  })
})

describe('reading', () => {
  it('verify and get take --trust, need a root, and refuse what somebody else signed', async () => {
    const folder = await rooted()
    await done(TO, folder, fakeKeys())
    const trust = join(folder, ...ROOT_JSON)
    const elsewhere = temporaryFolder()
    const store = `file:${folder}/store`
    const get = ['get', 'acme', 'generate_content', '--store', store]
    for (const args of [['verify', store], get]) {
      expect(await refused(2, args, elsewhere)).toContain('root of trust')
      const ran = await done([...args, '--trust', trust], elsewhere)
      expect(ran.stdout).not.toContain('fake-')
    }
    const other = join(await rooted(), ...ROOT_JSON)
    for (const args of [['verify', store], get])
      expect(await refused(3, [...args, '--trust', other], elsewhere)).toContain('cannot be trusted')
    await refused(3, ['verify', store, '--trust', join(folder, 'config', 'settings.yaml')], elsewhere)
    await refused(3, ['verify', store, '--trust', 'nowhere.json'], elsewhere)

    // Stripped, foreign, prolonged by nobody.
    const file = join(folder, 'store', 'head.json')
    const { release, core, signatures } = readHead(readFileSync(file))
    const key = privateKey(privateFile(folder, 'root.pem'))
    if (key === undefined) throw new Error('no key')
    for (const head of [
      writeHead(release),
      writeHead(release, core),
      writeHead(release, [], signatures),
      signHead(release, [key]),
      resignHead(release, core, [key]),
    ]) {
      writeFileSync(file, head)
      expect(await refused(3, ['verify', 'store'], folder)).toContain('cannot be trusted')
      expect(await refused(3, TO, folder, fakeKeys())).toContain('cannot be trusted')
    }
  })

  it('publish signs what this machine compiled, and what those whom we trust have signed, and nothing else', async () => {
    const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
    await done(['compile', '--out', 'out'], folder)
    await done(['publish', '--from', 'out', '--to', 'file:store'], folder)
    await done(['verify', 'store'], folder)
    const theirs = await rooted()
    await done(['release', '--to', `file:${folder}/theirs`], theirs, fakeKeys())
    expect(await refused(3, ['publish', '--from', 'theirs', '--to', 'file:store'], folder)).toContain(
      'cannot be trusted',
    )
    // Without its signatures it still brings keys that somebody sealed.
    writeFileSync(join(folder, 'theirs', 'head.json'), writeHead(headOf(folder, 'theirs')))
    expect(await refused(3, ['publish', '--from', 'theirs', '--to', 'file:store'], folder)).toMatch(
      /cannot be trusted|damaged/,
    )
  })
})
