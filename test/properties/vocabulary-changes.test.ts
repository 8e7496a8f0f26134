import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Compiled, compile } from '../../src/pipeline.ts'
import { type Origin, openOrigin } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { hexOf } from '../../src/store/format/object-ref.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { BASE } from '../support/config.ts'
import { accountFiles, idOf, pathOf, randomFrom, writeCorpus } from '../support/corpus.ts'
import { commitAll } from '../support/run.ts'
import { written } from '../support/written-vocabulary.ts'
import { filesOf, repairAccounts, repairGlobals } from './arbitrary.ts'
import { stem, sync } from './edits.ts'
import type { Config } from './model.ts'
import { SLOW, runs, settle } from './seed.ts'
import { inTemporary, mustEqualScratch, writeFiles } from './stores.ts'
import { accountUnder, changed } from './vocabulary-changes.ts'
import { legalConfigOfAny } from './vocabulary-configs.ts'

beforeAll(settle)

/** Compiles `FOLDER/config` into a store, telling which account files are read. */
async function compiled(folder: string, store: string, isRead?: (path: string) => void): Promise<Compiled> {
  const origin = await openOrigin(join(folder, 'config'))
  const counting: Origin = {
    ...origin,
    async *contents(files) {
      for await (const one of origin.contents(files)) {
        if (one[0].path.startsWith('accounts/')) isRead?.(one[0].path)
        yield one
      }
    },
  }
  return compile(counting, new FileBackend(store), { fingerprint: 'test', publisher: unsigned })
}

function errorsOf({ diagnostics }: Compiled): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return errors.map(({ rule, file, line, column, message }) => `${file}:${line}:${column} ${rule} ${message}`)
}

test(
  'after any change of providers.yaml a compile says and emits what one from scratch does',
  async () => {
    const counts = { emitted: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(legalConfigOfAny, fc.integer(), async (config, seed) => {
        await inTemporary(async (folder) => {
          const random = randomFrom(seed)
          const store = join(folder, 'store')
          let last = config
          let files = new Map(Object.entries(filesOf(config)))
          sync(folder, new Map(), files)
          expect((await compiled(folder, store)).emitted).toBeDefined()
          for (let step = 0; step < 4; step++) {
            const next = repairGlobals(changed(last, random))
            const { providers } = next
            if (providers === undefined) throw new Error('the change wrote no vocabulary')
            // Accounts as they were; then without what is gone, but with its nulls; then as they have to be.
            const nulls = accountsOf(next, (account) => accountUnder(providers, account, true))
            const legal = repairAccounts(accountsOf(next, (account) => accountUnder(providers, account, false)))
            for (const [i, written] of [next, nulls, legal].entries()) {
              const now = new Map(Object.entries(filesOf(written)))
              sync(folder, files, now)
              files = now
              const scratch = join(folder, `scratch-${step}-${i}`)
              const [incremental, whole] = [await compiled(folder, store), await compiled(folder, scratch)]
              expect(errorsOf(incremental)).toEqual(errorsOf(whole))
              expect(incremental.emitted && hexOf(incremental.emitted.release.root)).toBe(
                whole.emitted && hexOf(whole.emitted.release.root),
              )
              if (whole.emitted === undefined) counts.refused++
              else {
                await mustEqualScratch(store, scratch)
                counts.emitted++
              }
            }
            last = legal
          }
        })
      }),
      runs(12),
    )
    // Both have to be met.
    expect(counts.emitted).toBeGreaterThan(runs(20).numRuns)
    expect(counts.refused).toBeGreaterThan(runs(5).numRuns)
  },
  SLOW,
)

function accountsOf(
  config: Config,
  change: (account: Config['accounts'][string]) => Config['accounts'][string],
): Config {
  const accounts = Object.entries(config.accounts).map(([id, account]) => [id, change(account)])
  return { ...config, accounts: Object.fromEntries(accounts) }
}

const ACCOUNTS = 3000
const CORPUS = { accounts: ACCOUNTS, seed: 42 }

test(
  'a change of providers.yaml parses no account file, but for those that it breaks',
  async () => {
    await inTemporary(async (folder) => {
      const store = join(folder, 'store')
      const globals = { ...BASE, 'providers.yaml': written() }
      writeCorpus(folder, CORPUS, globals)
      // git knows which files are as they were, without anyone reading them.
      await commitAll(folder)
      const files = Object.keys(globals).length
      const first = await compiled(folder, store)
      expect(first.emitted).toMatchObject({ accounts: ACCOUNTS, files_parsed: ACCOUNTS + files })
      let read: string[] = []
      const put = async (vocabulary: string): Promise<Compiled> => {
        writeFiles(folder, [['providers.yaml', vocabulary]])
        read = []
        return compiled(folder, store, (path) => read.push(path))
      }
      const harmless = [
        // Prose alone.
        written().replace('title: OpenAI', 'title: Open AI'),
        // A parameter that nobody uses yet, listed or not.
        written().replace('      max_tokens:', '      seed: { type: integer }\n      max_tokens:'),
        written().replace('      max_tokens:', '      effort: { type: string, listed: true }\n      max_tokens:'),
        // A bound that nobody is beyond, and one that is gone.
        written().replace('maximum: 2\n', 'maximum: 1.9\n'),
        written().replace('        maximum: 2\n', ''),
        // A provider and a kind beside the others.
        `${written().replace('kinds:\n', 'kinds:\n  speech: {}\n')}  kokoro: { kind: speech, parameters: { speed: { type: number } } }\n`,
        written(),
      ]
      for (const vocabulary of harmless) {
        const { emitted } = await put(vocabulary)
        expect(read).toEqual([])
        expect(emitted, vocabulary).toMatchObject({ files_parsed: files, files_reused: ACCOUNTS })
      }

      // Some write more than this one; every one of them is named, and nobody else is read.
      const beyond = [...accountFiles(CORPUS)].flatMap(([path, text]) =>
        text.includes('temperature: 0.9') ? [path] : [],
      )
      expect(beyond.length).toBeGreaterThan(100)
      const narrow = written().replace('maximum: 2\n', 'maximum: 0.8\n')
      const refused = await put(narrow)
      expect(refused.emitted).toBeUndefined()
      const errors = refused.diagnostics.filter(({ severity }) => severity === 'error')
      expect(errors.map(({ rule, file }) => [rule, file.slice(file.indexOf('accounts/'))])).toEqual(
        beyond.map((path) => ['schema/out-of-range', path]),
      )
      expect(read.sort()).toEqual(beyond)

      // Mended, they are what is parsed beside the globals, and the store is what one from scratch would be.
      writeFiles(
        folder,
        beyond.map((path) => [path, `id: ${stem(path)}\nplan: growth\n`]),
      )
      const { emitted } = await put(narrow)
      expect(emitted).toMatchObject({ files_parsed: files + beyond.length, files_reused: ACCOUNTS - beyond.length })
      const scratch = join(folder, 'scratch')
      await compiled(folder, scratch)
      await mustEqualScratch(store, scratch)
    })
  },
  SLOW,
)

test(
  'an account with a null at a field that is gone is refused, though a store holds no nulls',
  async () => {
    await inTemporary(async (folder) => {
      const store = join(folder, 'store')
      const globals = {
        ...BASE,
        'providers.yaml': written().replace('      max_tokens:', '      seed: { type: integer }\n      max_tokens:'),
      }
      writeCorpus(folder, CORPUS, globals)
      const wrong = [7, 70, 700].map(
        (i) => [pathOf(i), `id: ${idOf(i)}\nplan: scale\noverrides: { openai: { seed: null } }\n`] as const,
      )
      writeFiles(folder, wrong)
      expect((await compiled(folder, store)).emitted).toBeDefined()
      writeFiles(folder, [['providers.yaml', written()]])
      const refused = await compiled(folder, store)
      expect(refused.emitted).toBeUndefined()
      const errors = refused.diagnostics.filter(({ severity }) => severity === 'error')
      expect(errors.map(({ rule, file }) => [rule, file.slice(file.indexOf('accounts/'))])).toEqual(
        wrong.map(([path]) => ['schema/unknown-key', path]),
      )
    })
  },
  SLOW,
)

test('a providers.yaml that turns wrong is reported alone, and keeps the store', async () => {
  await inTemporary(async (folder) => {
    const store = join(folder, 'store')
    writeFiles(
      folder,
      Object.entries({ ...BASE, 'providers.yaml': written(), 'accounts/acme.yaml': 'id: acme\nplan: growth\n' }),
    )
    expect((await compiled(folder, store)).emitted).toBeDefined()
    writeFiles(folder, [['providers.yaml', written().replace('kind: text', 'kind: speech')]])
    const refused = await compiled(folder, store)
    expect(refused.emitted).toBeUndefined()
    expect(errorsOf(refused)).toEqual([expect.stringContaining('providers.yaml')])
  })
})
