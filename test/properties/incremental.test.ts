import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { hexOf } from '../../src/bundle/object.ts'
import { BASE, diagnosticsOf, temporaryFolder, writeConfig } from '../support/config.ts'
import { type Random, randomFrom } from '../support/corpus.ts'
import { openDoors } from '../support/doors.ts'
import { SLOW, runs, settle } from './seed.ts'
import { compileInto, inTemporary, mustEqualScratch, rootOf, writeFiles } from './stores.ts'

beforeAll(settle)

type Files = Map<string, string>

const accountsIn = (files: Files): string[] => [...files.keys()].filter((path) => path.startsWith('accounts/'))
const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length)
const somewhere = (random: Random, id: string): string => `accounts/${random.of(['', 'eu/', 'eu/north/', 'us/'])}${id}.yaml`

function accountText(id: string, random: Random): string {
  if (random.below(4) === 0) return `id: ${id}\nplan: free\n`
  const text = random.below(3) > 0 ? '' : `prompts:
  clustering:
    customized: ${random.of(['true', 'false'])}
    value: "Mine ${random.below(5)} ${'long '.repeat(random.below(800))}[IGNY8_KEYWORDS]"
    default: "Old ${random.below(3)} [IGNY8_KEYWORDS]"
`
  const profiles = random.below(4) > 0 ? '' : `author_profiles: { house: { name: House, tone: "${'warm '.repeat(random.below(3000))}" } }\n`
  return `id: ${id}\nplan: ${random.of(['starter', 'growth', 'scale'])}
overrides:
  openai: { model: ${random.of(['gpt-4', 'gpt-4o', 'null'])}, temperature: ${random.of(['0', '0.5', 'null'])}, max_tokens: ${1 + random.below(4000)} }
  image: ${random.of(['null', '{ max_in_article: 0 }', '{ provider: dalle }'])}
${text}${profiles}`
}

/** What people do to a configuration; each returns whether it touched a global file. */
const EDITS: readonly ((files: Files, random: Random) => boolean)[] = [
  function changes(files, random) {
    const path = accountsIn(files).at(random.below(1000) % Math.max(1, accountsIn(files).length))
    if (path !== undefined) files.set(path, accountText(stem(path), random))
    return false
  },
  function adds(files, random) {
    for (let i = random.below(12); i >= 0; i--) {
      const id = `t${random.below(400)}`
      if (!accountsIn(files).some((path) => stem(path) === id)) files.set(somewhere(random, id), accountText(id, random))
    }
    return false
  },
  function deletes(files, random) {
    for (let i = random.below(8); i >= 0; i--) files.delete(accountsIn(files).at(random.below(50)) ?? '')
    return false
  },
  function moves(files, random) {
    const path = accountsIn(files).at(random.below(20))
    const text = files.get(path ?? '')
    if (path === undefined || text === undefined) return false
    files.delete(path)
    files.set(somewhere(random, stem(path)), text)
    return false
  },
  function renames(files, random) {
    const path = accountsIn(files).at(random.below(20))
    const text = files.get(path ?? '')
    const id = `r${random.below(400)}`
    if (path === undefined || text === undefined || accountsIn(files).some((other) => stem(other) === id)) return false
    files.delete(path)
    files.set(somewhere(random, id), text.replace(/^id: .*/m, `id: ${id}`))
    return false
  },
  function swaps(files, random) {
    // Two accounts change their files' contents, each keeping its own id.
    const [a, b] = [accountsIn(files).at(random.below(9)), accountsIn(files).at(random.below(9))]
    if (a === undefined || b === undefined) return false
    const [first, second] = [files.get(a) ?? '', files.get(b) ?? '']
    files.set(a, second.replace(/^id: .*/m, `id: ${stem(a)}`))
    files.set(b, first.replace(/^id: .*/m, `id: ${stem(b)}`))
    return false
  },
  function comments(files, random) {
    const path = [...files.keys()].at(random.below(files.size)) ?? ''
    files.set(path, `${random.of(['# a comment\n', '\n', '\n\n# two\n'])}${files.get(path) ?? ''}`)
    return !path.startsWith('accounts/')
  },
  function globalPrompt(files, random) {
    files.set('prompts/clustering.yaml', (BASE['prompts/clustering.yaml'] ?? '').replace('Group', random.of(['Group', 'Sort', 'Old 1'])))
    return true
  },
  function settings(files, random) {
    files.set('settings.yaml', (BASE['settings.yaml'] ?? '').replace('temperature: 0.7', `temperature: 0.${random.below(10)}`))
    return true
  },
  function profile(files, random) {
    if (random.below(2) === 0) files.delete('author-profiles/p.yaml')
    else files.set('author-profiles/p.yaml', `name: P${random.below(3)}\n`)
    return true
  },
]

/** Mistakes that keep a store as it is. */
const MISTAKES: readonly ((files: Files) => void)[] = [
  (files) => files.set('accounts/broken.yaml', 'id: broken\nplan: free\noverrides: null\n'),
  (files) => files.set('accounts/broken.yaml', 'id: [\n'),
  (files) => files.set('plans.yaml', 'plans: {}\n'),
  (files) => files.delete('models.yaml'),
]

function sync(folder: string, before: Files, after: Files): void {
  for (const path of before.keys()) if (!after.has(path)) rmSync(join(folder, 'config', path))
  writeFiles(folder, [...after].filter(([path, text]) => before.get(path) !== text))
}

test('after any edits an incremental compile is what one from scratch is, and parses what changed alone', async () => {
  await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, steps) => {
    await inTemporary(async (folder) => {
      const random = randomFrom(seed)
      const store = join(folder, 'store')
      let files: Files = new Map(Object.entries(BASE))
      for (let i = 0; i < random.below(60); i++) files.set(somewhere(random, `t${i}`), accountText(`t${i}`, random))
      sync(folder, new Map(), files)
      let root = await rootOf(folder, store)
      for (let step = 0; step < steps; step++) {
        const next = new Map(files)
        const touched = Array.from({ length: 1 + random.below(4) }, () => random.of(EDITS)(next, random))
        if (random.below(4) === 0) {
          const wrong = new Map(next)
          random.of(MISTAKES)(wrong)
          sync(folder, files, wrong)
          expect(await compileInto(folder, store)).toBeUndefined()
          sync(folder, wrong, files)
          const emitted = await compileInto(folder, store)
          expect(emitted).toMatchObject({ files_parsed: 0, published: { written: 0 } })
          expect(emitted && hexOf(emitted.release.root)).toBe(root)
        }
        sync(folder, files, next)
        const emitted = await compileInto(folder, store)
        if (emitted === undefined) throw new Error('the edited configuration does not compile')
        const scratch = join(folder, `scratch-${step}`)
        root = await rootOf(folder, scratch)
        expect(hexOf(emitted.release.root)).toBe(root)
        await mustEqualScratch(store, scratch)
        const changed = [...next].filter(([path, text]) => files.get(path) !== text).length
        const moved = touched.some(Boolean)
        if (!moved) expect(emitted.files_parsed).toBe(changed)
        expect(emitted.files_parsed + emitted.files_reused).toBe(next.size)
        expect(emitted.accounts).toBe(accountsIn(next).length)
        files = next
      }
    })
  }), runs(10))
}, SLOW)

test('an account file that is moved keeps its answer, and one that is copied is in two files', async () => {
  const acme = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4, temperature: 0 } }\n'
  const folder = writeConfig({ 'accounts/acme.yaml': acme, 'accounts/eu/other.yaml': 'id: other\nplan: free\n' }, temporaryFolder())
  const before = await openDoors(folder)
  const to = join(folder, 'config', 'accounts', 'us', 'west', 'acme.yaml')
  mkdirSync(dirname(to), { recursive: true })
  renameSync(join(folder, 'config', 'accounts', 'acme.yaml'), to)
  const after = await openDoors(folder)
  expect(after.flat['accounts']).toEqual(before.flat['accounts'])
  expect(after.settings.getModelConfig('generate_content', 'acme')).toMatchObject({ model: 'gpt-4', temperature: 0, known: true })
  await Promise.all([before.settings.close(), after.settings.close()])

  const found = await diagnosticsOf({ 'accounts/acme.yaml': acme, 'accounts/us/acme.yaml': acme })
  expect(found.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error ref/duplicate-account')
  expect(found.flatMap(({ file, related }) => [file, ...(related ?? []).map((other) => other.file)]))
    .toEqual(expect.arrayContaining(['accounts/acme.yaml', 'accounts/us/acme.yaml']))

  // A copy stops an incremental compile as well, and the store stays.
  writeFiles(folder, [['accounts/acme.yaml', acme]])
  expect(await compileInto(folder, join(folder, '.tenfold', 'store'))).toBeUndefined()
}, SLOW)
