import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SEED, SLOW } from '../properties/seed.ts'
import { BASE, temporaryFolder } from '../support/config.ts'
import { accountFiles, pathOf, writeCorpus } from '../support/corpus.ts'
import { commitAll, tenfold } from '../support/run.ts'

const ACCOUNTS = 5000
/** What has to be known before an account can be answered for. */
const GLOBALS = Object.keys(BASE).length

interface Facts {
  readonly accounts: readonly { readonly account: string }[]
  readonly summary: {
    readonly accounts_total: number
    readonly by_plan: Readonly<Record<string, { readonly total: number }>>
  }
  readonly files_parsed: number
}

async function diffOf(folder: string, ...args: string[]): Promise<Facts> {
  const { code, stdout, stderr } = await tenfold(['diff', ...args, '--quiet'], folder)
  if (code !== 0) throw new Error(stderr)
  const facts: Facts = JSON.parse(stdout)
  return facts
}

test(
  'one edit among 5,000: at most two files parsed',
  async () => {
    const folder = temporaryFolder()
    const corpus = { accounts: ACCOUNTS, seed: SEED }
    writeCorpus(folder, corpus, BASE)
    const base = await commitAll(folder)
    const texts = [...accountFiles(corpus)]
    const i = texts.findIndex(([, text]) => text.includes('temperature: 0.5'))
    const path = pathOf(i)
    const file = join(folder, 'config', path)
    writeFileSync(file, readFileSync(file, 'utf8').replace('temperature: 0.5', 'temperature: 0.55'))

    // Without a store: the account on both sides, and the globals once.
    const alone = await diffOf(folder, base)
    expect(alone.accounts).toHaveLength(1)
    expect(alone.files_parsed).toBe(GLOBALS + 2)
    expect(alone.summary.accounts_total).toBe(ACCOUNTS)
    const plans = ['free', 'starter', 'growth', 'scale']
    for (const plan of plans) {
      expect(alone.summary.by_plan[plan]?.total).toBe(
        texts.filter(([, text]) => text.includes(`\nplan: ${plan}\n`)).length,
      )
    }
    const head = await commitAll(folder, 'one')
    const { files_parsed, accounts } = await diffOf(folder, base, head)
    expect({ files_parsed, accounts }).toEqual({ files_parsed: GLOBALS + 2, accounts: alone.accounts })

    // With a store of the one side: the other side's account alone.
    await tenfold(['compile', '--at', base], folder)
    const stored = await diffOf(folder, base, head)
    expect(stored.files_parsed).toBe(1)
    expect(stored.accounts).toEqual(alone.accounts)
    expect(stored.summary).toEqual(alone.summary)

    // Moved or deleted: no file has new content. The one parsed is the edited one, which the store of BASE does not know.
    const [one, two] = [pathOf(100), pathOf(200)]
    renameSync(join(folder, 'config', one), join(folder, 'config', 'accounts', one.slice(one.lastIndexOf('/') + 1)))
    rmSync(join(folder, 'config', two))
    const moved = await diffOf(folder, head)
    expect(moved.accounts.map(({ account }) => account)).toEqual([two.slice(two.lastIndexOf('/') + 1, -'.yaml'.length)])
    expect(moved.files_parsed).toBe(1)

    // A global reaches everybody, and a store knows everybody.
    writeFileSync(
      join(folder, 'config', 'settings.yaml'),
      (BASE['settings.yaml'] ?? '').replace('temperature: 0.7', 'temperature: 0.6'),
    )
    const everybody = await diffOf(folder, head)
    expect(everybody.accounts.length).toBeGreaterThan(250)
    // Only those are parsed that the rules have something to say about, for the places to say it at.
    expect(everybody.files_parsed).toBeLessThan(ACCOUNTS / 2)
  },
  SLOW * 3,
)

test(
  'a global among 2,000 accounts: each file is parsed once for both sides, in workers, and a store changes no answer',
  async () => {
    const folder = temporaryFolder()
    writeCorpus(folder, { accounts: 2000, seed: SEED }, BASE)
    const base = await commitAll(folder)
    const settings = join(folder, 'config', 'settings.yaml')
    writeFileSync(settings, (BASE['settings.yaml'] ?? '').replace('temperature: 0.7', 'temperature: 0.6'))
    const { files_parsed, ...alone } = await diffOf(folder, base)
    expect(files_parsed).toBe(2000 + 2 * GLOBALS)
    await tenfold(['compile', '--at', base], folder)
    const { files_parsed: fewer, ...stored } = await diffOf(folder, base)
    expect(fewer).toBeLessThan(1000)
    expect(stored).toEqual(alone)
  },
  SLOW,
)
