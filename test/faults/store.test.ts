import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathOf } from '../../src/store/format/object-ref.ts'
import { readHead } from '../../src/store/format/release-manifest.ts'
import { readRoot } from '../../src/store/format/content-root.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'
import { UNSEALED, trustFolder } from '../support/trust.ts'
import { ACME, expectNoTrace, expectRefused, treeOf, unchanged } from './support.ts'

const STORE = '.tenfold/store'

let original = ''

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tenfold-'))
  trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }, original))
  expect(await tenfold(['release', '--quiet'], original)).toMatchObject({ code: 0 })
})

afterAll(() => rmSync(original, { recursive: true }))

/** `FOLDER/config` with one account, released into the embedded store. */
function released(): string {
  const folder = temporaryFolder()
  cpSync(original, folder, { recursive: true })
  return folder
}

function head(folder: string): string {
  return join(folder, STORE, 'head.json')
}

function rootOf(folder: string): { root: string; globals: string } {
  const { root } = readHead(readFileSync(head(folder))).release
  return { root: pathOf(root), globals: pathOf(readRoot(readFileSync(join(folder, STORE, pathOf(root)))).globals) }
}

function envelope(payload: object | string, payloadType = 'application/vnd.tenfold.release+json'): string {
  const text = typeof payload === 'string' ? payload : Buffer.from(JSON.stringify(payload)).toString('base64')
  return JSON.stringify({ payload: text, payloadType, signatures: [] })
}

const RELEASE = {
  format: 2,
  environment: 'production',
  seq: 1,
  commit: null,
  root: `${'A'.repeat(43)}000010`,
  ...UNSEALED,
  core: [],
  issued: null,
  expires: null,
}

const HEADS: readonly (readonly [name: string, change: (file: string) => void])[] = [
  ['empty', (file) => writeFileSync(file, '')],
  [
    'garbage',
    (file) =>
      writeFileSync(
        file,
        Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
      ),
  ],
  ['cut off', (file) => truncateSync(file, 100)],
  ['too large', (file) => truncateSync(file, 3_000_000_000)],
  ['a list', (file) => writeFileSync(file, '[]')],
  ['null', (file) => writeFileSync(file, 'null')],
  ['deeply nested', (file) => writeFileSync(file, '['.repeat(60_000))],
  ['of another payload type', (file) => writeFileSync(file, envelope(RELEASE, 'application/vnd.other+json'))],
  ['with a bad payload', (file) => writeFileSync(file, envelope('e30'))],
  ['with an empty payload', (file) => writeFileSync(file, envelope(''))],
  ['of another format', (file) => writeFileSync(file, envelope({ ...RELEASE, format: 3 }))],
  ['with seq 0', (file) => writeFileSync(file, envelope({ ...RELEASE, seq: 0 }))],
  ['with seq 1.5', (file) => writeFileSync(file, envelope({ ...RELEASE, seq: 1.5 }))],
  ['with a root that is a path', (file) => writeFileSync(file, envelope({ ...RELEASE, root: '../../../etc/passwd' }))],
  [
    'a folder',
    (file) => {
      rmSync(file)
      mkdirSync(file)
    },
  ],
  [
    'a named pipe',
    (file) => {
      rmSync(file)
      execFileSync('mkfifo', [file])
    },
  ],
  [
    'a link that leads in a circle',
    (file) => {
      rmSync(file)
      symlinkSync('head.json', file)
    },
  ],
]

describe('a head.json that is no head is refused by every command, and left as it is', () => {
  test.for(HEADS)('%s', async ([, change]) => {
    const folder = released()
    change(head(folder))
    const before = treeOf(folder)
    expectRefused(await tenfold(['verify', STORE], folder), 3, STORE)
    expectRefused(await tenfold(['compile'], folder), 3, STORE)
    expect(treeOf(folder)).toEqual(before)
  })

  test('by the other commands too', async () => {
    const folder = released()
    writeFileSync(head(folder), 'x')
    const before = treeOf(folder)
    const refused = await Promise.all([
      tenfold(['get', 'acme', 'generate_content', '--store', `file:${STORE}`], folder),
      tenfold(['release'], folder),
      tenfold(['publish', '--to', 'file:other'], folder),
    ])
    for (const ran of refused) expectRefused(ran, 3, STORE, 'is damaged')
    expect(treeOf(folder)).toEqual(before)
  })

  test('check --since finds what it finds without a store, and says why it read everything', async () => {
    const folder = released()
    await git(folder, 'init', '--quiet')
    const base = await commitAll(folder)
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '9.8') }, folder)
    const since = ['check', '--since', base, '--at', await commitAll(folder, 'a mistake'), '--format', 'json']
    expect(await tenfold(['release', '--quiet'], folder)).toMatchObject({ code: 1 })
    const whole = await tenfold(since, folder)
    expect(whole).toMatchObject({ code: 1, stderr: '' })
    const { root } = rootOf(folder)
    for (const file of [join(folder, STORE, root), head(folder)]) {
      writeFileSync(file, 'x')
      const ran = await unchanged(folder, () => tenfold(since, folder))
      expect(ran).toMatchObject({ code: 1, stdout: whole.stdout })
      expect(ran.stderr).toMatch(
        /^note: the store cannot be used as a cache \(the store .* is damaged: .*\): reading everything\n$/,
      )
    }
  })

  test('as a target: the message names the target, not what is published', async () => {
    const folder = released()
    expect(await tenfold(['publish', '--to', 'file:other'], folder)).toMatchObject({ code: 0 })
    writeFileSync(join(folder, 'other', 'head.json'), 'x')
    const published = await unchanged(folder, () => tenfold(['publish', '--to', 'file:other'], folder))
    expectRefused(published, 3, /store file:\S*other is damaged/)
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    const both = await tenfold(['release', '--to', `file:${STORE}`, '--to', 'file:other'], folder)
    expectRefused(both, 3, /store file:\S*other is damaged/)
  })
})

const OBJECTS: readonly (readonly [name: string, change: (file: string) => void])[] = [
  ['missing', (file) => rmSync(file)],
  ['empty', (file) => truncateSync(file, 0)],
  ['cut off', (file) => truncateSync(file, 10)],
  ['longer by a byte', (file) => appendFileSync(file, '\n')],
  ['far too large', (file) => truncateSync(file, 3_000_000_000)],
  [
    'flipped in one bit',
    (file) => {
      const bytes = readFileSync(file)
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      writeFileSync(file, bytes)
    },
  ],
  [
    'a named pipe',
    (file) => {
      rmSync(file)
      execFileSync('mkfifo', [file])
    },
  ],
]

describe('an object that is not what its name says', () => {
  test.for(OBJECTS)('%s: refused by readers, healed by the next compile', async ([, change]) => {
    const folder = released()
    const { root, globals } = rootOf(folder)
    const hexes = [root, globals].map((path) => {
      change(join(folder, STORE, path))
      return path.slice(path.lastIndexOf('/') + 1)
    })
    const before = treeOf(folder)
    const [verified, got, copied] = await Promise.all([
      tenfold(['verify', STORE], folder),
      tenfold(['get', 'acme', 'generate_content', '--store', STORE], folder),
      tenfold(['publish', '--to', 'file:other'], folder),
    ])
    expectRefused(verified, 3, `the store ${STORE} is damaged`, ...hexes.slice(0, 1))
    expectRefused(got, 3, 'is damaged', ...hexes.slice(0, 1))
    expectRefused(copied, 3, 'is damaged', ...hexes.slice(0, 1))
    expect(treeOf(folder)).toEqual(before)
    const compiled = await tenfold(['compile'], folder)
    expectNoTrace(compiled)
    expect(compiled).toMatchObject({ code: 0, stderr: expect.stringContaining('the store cannot be used as a cache') })
    expect(await tenfold(['verify', STORE], folder)).toMatchObject({ code: 0, stderr: '' })
  })

  test('every object but the root: verify names it, publish refuses to spread it', async () => {
    const folder = released()
    const other = rootOf(folder).globals
    rmSync(join(folder, STORE, other))
    const hex = other.slice(other.lastIndexOf('/') + 1)
    const [verified, copied] = await Promise.all([
      tenfold(['verify', STORE, '--format', 'json'], folder),
      tenfold(['publish', '--to', 'file:other'], folder),
    ])
    expect(verified.code).toBe(3)
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: false, problems: [expect.stringContaining(hex)] })
    expectRefused(copied, 3, 'is damaged', hex)
    expect(existsSync(join(folder, 'other'))).toBe(false)
  })

  test('a folder in its place is refused, and never removed', async () => {
    const folder = released()
    const file = join(folder, STORE, rootOf(folder).root)
    rmSync(file)
    mkdirSync(file)
    expectRefused(await tenfold(['verify', STORE], folder), 3, 'is damaged')
    expectRefused(await unchanged(folder, () => tenfold(['compile'], folder)), 3, 'it is a folder')
  })
})

describe('what does not belong into a store', () => {
  const content = 'not ours'
  const hex = createHash('sha256').update(content).digest('hex')

  test.for([
    ['a file among the objects', 'objects/readme.txt', content, 'objects/readme.txt'],
    ['a file with a name of its own', 'objects/ab/notes', content, 'objects/ab/notes'],
    ['a file under the name of another', `objects/ab/ab${'0'.repeat(62)}`, content, `ab${'0'.repeat(62)}`],
    ['a file under a wrong prefix', `objects/zz/${hex}`, content, `objects/zz/${hex}`],
  ] as const)('%s is named by verify, and in nobody’s way', async ([, path, text, named]) => {
    const folder = released()
    const file = join(folder, STORE, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    expectRefused(await unchanged(folder, () => tenfold(['verify', STORE], folder)), 3, named)
    expect(await tenfold(['get', 'acme', 'generate_content', '--store', STORE], folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('links and pipes among the objects', async () => {
    const folder = released()
    const objects = join(folder, STORE, 'objects')
    // The ids of the store's own objects follow from the version of the program, so that any name may be taken.
    const taken = new Set(readdirSync(objects))
    const [a = '', b = ''] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0')).filter(
      (name) => !taken.has(name),
    )
    symlinkSync('nowhere', join(objects, a))
    mkdirSync(join(objects, b))
    symlinkSync('/etc/passwd', join(objects, b, `${b}${'0'.repeat(62)}`))
    execFileSync('mkfifo', [join(objects, b, `${b}${'1'.repeat(62)}`)])
    const ran = await unchanged(folder, () => tenfold(['verify', STORE], folder))
    expectRefused(ran, 3, `objects/${a}`, `${b}0000`, `${b}1111`)
  })

  test('an object of an older release is no stranger', async () => {
    const folder = released()
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', STORE], folder)).toMatchObject({ code: 0 })
  })

  test('objects/ that is a file: nobody can write there, and it says so', async () => {
    const folder = released()
    rmSync(join(folder, STORE, 'objects'), { recursive: true })
    writeFileSync(join(folder, STORE, 'objects'), content)
    expectRefused(await tenfold(['verify', STORE], folder), 3, STORE)
    expectRefused(await unchanged(folder, () => tenfold(['compile'], folder)), 3, STORE)
  })

  test('objects without a head are no store yet: the next compile begins one', async () => {
    const folder = released()
    rmSync(head(folder))
    expectRefused(await tenfold(['verify', STORE], folder), 3, 'there is no store at', STORE)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', STORE], folder)).toMatchObject({ code: 0 })
  })

  test('files of somebody else beside the head stay where they are', async () => {
    const folder = released()
    for (const name of ['README.md', 'head.json.bak']) writeFileSync(join(folder, STORE, name), content)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder, STORE, 'README.md'), 'utf8')).toBe(content)
  })
})

describe('what a killed publisher leaves behind', () => {
  test('its lock turns stale, and the next one goes on', async () => {
    const folder = released()
    const lock = join(folder, STORE, 'head.lock')
    mkdirSync(lock)
    utimesSync(lock, new Date('2026-01-01'), new Date('2026-01-01'))
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(existsSync(lock)).toBe(false)
  })

  test('a fresh lock is waited for until it is stale', async () => {
    const folder = released()
    // From before it is there: a machine that is slow in between waits for less of it.
    const started = performance.now()
    mkdirSync(join(folder, STORE, 'head.lock'))
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(performance.now() - started).toBeGreaterThan(3_000)
  })

  test.for([
    ['a file', (at: string) => writeFileSync(at, '')],
    [
      'a folder with something in it',
      (at: string) => {
        mkdirSync(at)
        writeFileSync(join(at, 'x'), '')
      },
    ],
  ] as const)('a lock that is none of ours (%s) is not removed: exit 3', async ([, make]) => {
    const folder = released()
    const lock = join(folder, STORE, 'head.lock')
    make(lock)
    utimesSync(lock, new Date('2026-01-01'), new Date('2026-01-01'))
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    expectRefused(await unchanged(folder, () => tenfold(['release'], folder)), 3, STORE)
  })

  test('old leftovers in tmp/ are swept, fresh ones are another publisher’s', async () => {
    const folder = released()
    const tmp = join(folder, STORE, 'tmp')
    mkdirSync(join(tmp, '1-old'), { recursive: true })
    mkdirSync(join(tmp, '2-fresh'))
    writeFileSync(join(tmp, '1-old', 'head.json'), '{')
    writeFileSync(join(tmp, '2-fresh', 'head.json'), '{')
    utimesSync(join(tmp, '1-old'), new Date('2026-01-01'), new Date('2026-01-01'))
    writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', '0.9') }, folder)
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(readdirSync(tmp)).toEqual(['2-fresh'])
    expect(await tenfold(['verify', STORE], folder)).toMatchObject({ code: 0 })
  })

  test('a root without what is under it does not pass for a release: publish copies the rest', async () => {
    const folder = released()
    const { root, globals } = rootOf(folder)
    for (const path of [root, globals]) {
      mkdirSync(join(folder, 'other', path, '..'), { recursive: true })
      writeFileSync(join(folder, 'other', path), readFileSync(join(folder, STORE, path)))
    }
    // One that was cut off counts as missing.
    truncateSync(join(folder, 'other', globals), 5)
    expect(await tenfold(['publish', '--to', 'file:other'], folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', 'other'], folder)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a path that cannot hold a store', () => {
  test.for([
    ['compile', '--out', 'taken'],
    ['compile', '--out', 'taken/store'],
    ['release', '--to', 'file:taken'],
  ])('%j', async (args) => {
    const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
    writeFileSync(join(folder, 'taken'), 'a file')
    expectRefused(await unchanged(folder, () => tenfold(args, folder)), 3, /taken/)
  })

  test('--flat at a folder, and in a folder that is not there', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    mkdirSync(join(folder, 'taken'))
    expectRefused(
      await unchanged(folder, () => tenfold(['compile', '--flat', 'taken'], folder)),
      3,
      /cannot write .*taken/,
    )
    expectRefused(
      await unchanged(folder, () => tenfold(['compile', '--flat', 'no/x.json'], folder)),
      3,
      /cannot write .*x\.json/,
    )
  })

  test('.tenfold/store that was moved away while a link stands in its place works as before', async () => {
    const folder = released()
    renameSync(join(folder, STORE), join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, STORE))
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', STORE], folder)).toMatchObject({ code: 0 })
  })
})
