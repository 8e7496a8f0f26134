import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { object } from '../../src/store/format/decode-json.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { flat, functionAnswer } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { compile } from '../../src/pipeline.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { inSdk, openStore } from '../support/doors.ts'
import { localTests, trustLocally } from '../support/trust.ts'
import { PLANS, TYPES, anyConfig, filesOf, legalConfig } from './arbitrary.ts'
import { type Config, areLegalGlobals, everything, isLegal } from './model.ts'
import { SLOW, runs, settle } from './seed.ts'
import { anyConfigOfAny, legalConfigOfAny, legalGlobalsOfAny } from './vocabulary-configs.ts'

beforeAll(settle)

async function inFolder(
  files: Readonly<Record<string, string>>,
  act: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, 'config', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

const idsOf = (config: Config): string[] => [...Object.keys(config.accounts), 'somebody-else']

const BUILT_IN = { title: 'the built-in vocabulary', legal: legalConfig, anyAccounts: anyConfig }
const ANY = { title: 'any vocabulary', legal: legalConfigOfAny, anyAccounts: legalGlobalsOfAny }

describe.each([BUILT_IN, ANY])('$title', ({ legal, anyAccounts }) => {
  it(
    'gives every account, function, prompt and record what a model of a few lines says, with and without a live plan',
    async () => {
      await fc.assert(
        fc.asyncProperty(legal, async (config) => {
          await inFolder(filesOf(config), async (folder) => {
            const checked = await check(await openConfiguration(join(folder, 'config')))
            expect(checked.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
            const { globals } = checked
            if (globals === undefined) throw new Error('no globals')
            const accounts = new Map(accountsOf(checked.accounts))
            const all = object(JSON.parse(flat(globals, accounts, null)), 'the flat form')
            expect(all['accounts']).toStrictEqual(
              Object.fromEntries(Object.keys(config.accounts).map((id) => [id, everything(config, id)])),
            )
            expect(all['defaults']).toStrictEqual(everything(config, 'somebody-else'))
            for (const id of idsOf(config)) {
              for (const live of PLANS) {
                const account = accounts.get(id)
                const functions = Object.keys(config.functions).map((name) => {
                  return [name, functionAnswer(globals, account, name, live)] as const
                })
                const expected = everything(config, id, live)
                expect(
                  {
                    ...(account !== undefined && { plan: account.plan }),
                    functions: Object.fromEntries(functions),
                    prompts: Object.fromEntries(
                      TYPES.map((type) => [type, resolvePrompt(globals, account, type, live)]),
                    ),
                    author_profiles: resolveRecords(globals, account, 'author_profiles', live),
                    strategies: resolveRecords(globals, account, 'strategies', live),
                  },
                  `${id} under ${live}`,
                ).toStrictEqual(expected)
                for (const [name, answer] of functions) {
                  expect(Object.keys(answer ?? {})).toEqual(Object.keys(expected.functions[name] ?? {}))
                }
              }
            }
          })
        }),
        runs(40),
      )
    },
    SLOW,
  )

  it(
    'is said by the SDK of a compiled store',
    async () => {
      await fc.assert(
        fc.asyncProperty(legal, async (config) => {
          await inFolder(filesOf(config), async (folder) => {
            const target = new FileBackend(join(folder, '.tenfold', 'store'))
            trustLocally()
            await compile(await openConfiguration(join(folder, 'config')), target, {
              fingerprint: 'test',
              publisher: localTests,
            })
            const settings = await openStore(folder)
            for (const id of idsOf(config)) {
              for (const live of [undefined, ...PLANS]) {
                const { plan: _, ...expected } = everything(config, id, live)
                const functions = Object.keys(config.functions).map((name) => {
                  return [name, inSdk(settings, id, { function: name }, live)]
                })
                expect(
                  {
                    functions: Object.fromEntries(functions),
                    prompts: Object.fromEntries(
                      TYPES.map((type) => [type, inSdk(settings, id, { prompt: type }, live)]),
                    ),
                    author_profiles: inSdk(settings, id, { records: 'author_profiles' }, live),
                    strategies: inSdk(settings, id, { records: 'strategies' }, live),
                  },
                  `${id} under ${live}`,
                ).toStrictEqual(expected)
              }
            }
            await settings.close()
          })
        }),
        runs(15),
      )
    },
    SLOW,
  )

  it(
    'refuses an account when and only when the model finds its plan or its values at fault',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyAccounts, async (config) => {
          await inFolder(filesOf(config), async (folder) => {
            const refused = await filesWithErrors(folder)
            expect(new Set([...refused].map((file) => file.slice(file.lastIndexOf('/') + 1, -'.yaml'.length)))).toEqual(
              new Set(Object.keys(config.accounts).filter((id) => !isLegal(config, id))),
            )
          })
        }),
        runs(40),
      )
    },
    SLOW,
  )
})

test(
  'globals of any vocabulary are refused when and only when the model finds that they do not fit',
  async () => {
    const counts = { legal: 0, illegal: 0 }
    await fc.assert(
      fc.asyncProperty(anyConfigOfAny, async (config) => {
        await inFolder(filesOf({ ...config, accounts: {} }), async (folder) => {
          const refused = await filesWithErrors(folder)
          const isLegalHere = areLegalGlobals(config)
          counts[isLegalHere ? 'legal' : 'illegal']++
          expect(refused.size === 0, [...refused].join()).toBe(isLegalHere)
        })
      }),
      runs(60),
    )
    // Both have to be met.
    expect(counts.legal).toBeGreaterThan(runs(5).numRuns)
    expect(counts.illegal).toBeGreaterThan(runs(5).numRuns)
  },
  SLOW,
)

async function filesWithErrors(folder: string): Promise<ReadonlySet<string>> {
  const configuration = await openConfiguration(join(folder, 'config'))
  const { diagnostics } = await check({ ...configuration, show: (path) => path })
  return new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ file }) => file))
}
