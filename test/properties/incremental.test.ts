import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { hexOf } from '../../src/store/format/object-ref.ts'
import { BASE, diagnosticsOf, temporaryFolder, writeConfig } from '../support/config.ts'
import { randomFrom } from '../support/corpus.ts'
import { openDoors } from '../support/doors.ts'
import { EDITS, type Files, MISTAKES, accountText, accountsIn, somewhere, sync } from './edits.ts'
import { SLOW, runs, settle } from './seed.ts'
import { compileInto, inTemporary, mustEqualScratch, rootOf, writeFiles } from './stores.ts'

beforeAll(settle)

test(
  'after any edits an incremental compile is what one from scratch is, and parses what changed alone',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, steps) => {
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
      }),
      runs(10),
    )
  },
  SLOW,
)

test(
  'an account file that is moved keeps its answer, and one that is copied is in two files',
  async () => {
    const acme = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4, temperature: 0 } }\n'
    const folder = writeConfig(
      { 'accounts/acme.yaml': acme, 'accounts/eu/other.yaml': 'id: other\nplan: free\n' },
      temporaryFolder(),
    )
    const before = await openDoors(folder)
    const to = join(folder, 'config', 'accounts', 'us', 'west', 'acme.yaml')
    mkdirSync(dirname(to), { recursive: true })
    renameSync(join(folder, 'config', 'accounts', 'acme.yaml'), to)
    const after = await openDoors(folder)
    expect(after.flat['accounts']).toEqual(before.flat['accounts'])
    expect(after.settings.getModelConfig('generate_content', 'acme')).toMatchObject({
      model: 'gpt-4',
      temperature: 0,
      known: true,
    })
    await Promise.all([before.settings.close(), after.settings.close()])

    const found = await diagnosticsOf({ 'accounts/acme.yaml': acme, 'accounts/us/acme.yaml': acme })
    expect(found.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error ref/duplicate-account')
    expect(found.flatMap(({ file, related }) => [file, ...(related ?? []).map((other) => other.file)])).toEqual(
      expect.arrayContaining(['accounts/acme.yaml', 'accounts/us/acme.yaml']),
    )

    // A copy stops an incremental compile as well, and the store stays.
    writeFiles(folder, [['accounts/acme.yaml', acme]])
    expect(await compileInto(folder, join(folder, '.tenfold', 'store'))).toBeUndefined()
  },
  SLOW,
)
