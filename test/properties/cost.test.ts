import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Ref, lengthOf } from '../../src/store/format/object-ref.ts'
import { compile } from '../../src/pipeline.ts'
import { openOrigin } from '../../src/source/open-configuration.ts'
import { logOf } from '../../src/ask/log/account-log.ts'
import { readOneAccount } from '../../src/ask/read-one-account.ts'
import { checkSince } from '../../src/check/since/check-since.ts'
import { lookUp } from '../../src/store/look-up-account.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { BASE } from '../support/config.ts'
import { idOf, pathOf, writeCorpus } from '../support/corpus.ts'
import { commitAll, run } from '../support/run.ts'
import { SLOW } from './seed.ts'
import { believed, inTemporary } from './stores.ts'

const PATH = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = PATH
})

/** A store that counts what is read of it, and the bytes that a service has to fetch that keeps what it had. */
class Counting extends FileBackend {
  reads = 0
  fetched = 0
  readonly #had = new Set<Ref>()

  override read(ref: Ref): Promise<Buffer> {
    if (!this.#had.has(ref)) this.fetched += lengthOf(ref)
    this.#had.add(ref)
    return super.read(ref)
  }

  override readNow(ref: Ref): Buffer {
    this.reads++
    return super.readNow(ref)
  }
}

/** Puts a git before the real one that notes how often it is run and how much it says. */
function watchGit(folder: string): () => { processes: number; entries: number } {
  const [bin, log] = [join(folder, 'bin'), join(folder, 'log')]
  mkdirSync(bin)
  // A listing's entries end with NUL.
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh
PATH='${PATH}'
export PATH
printf . >> '${log}.runs'
case " $* " in
  *' -z '*) git "$@" > '${log}.out'$$; code=$?; tr -cd '\\000' < '${log}.out'$$ >> '${log}.entries'; cat '${log}.out'$$; exit $code ;;
esac
exec git "$@"
`,
  )
  chmodSync(join(bin, 'git'), 0o755)
  process.env['PATH'] = `${bin}:${PATH}`
  const sizeOf = (name: string): number => (existsSync(`${log}.${name}`) ? readFileSync(`${log}.${name}`).length : 0)
  return () => {
    const seen = { processes: sizeOf('runs'), entries: sizeOf('entries') }
    for (const name of ['runs', 'entries']) rmSync(`${log}.${name}`, { force: true })
    return seen
  }
}

interface Cost {
  readonly processes: number
  /** What git lists: a path, or a change. */
  readonly entries: number
  readonly reads: number
  readonly parsed: number | undefined
  readonly written?: number | undefined
}

/** What one edit costs among so many accounts, in counts. */
async function costAmong(accounts: number): Promise<Record<'checked' | 'edited' | 'nothing' | 'folder', Cost>> {
  return inTemporary(async (folder) => {
    writeCorpus(folder, { accounts }, BASE)
    const base = await commitAll(folder)
    const [config, target] = [join(folder, 'config'), new Counting(join(folder, 'store'))]
    await compile(await openOrigin(config, base), target, { fingerprint: 'test', publisher: unsigned })
    writeFileSync(
      join(config, pathOf(1234)),
      `id: ${idOf(1234)}\nplan: growth\noverrides: { openai: { temperature: 0.42 } }\n`,
    )
    const head = await commitAll(folder, 'one')
    const store = believed(target)
    if (store === undefined) throw new Error('there is no store')
    await lookUp(target, store.release, idOf(1234))
    const seen = watchGit(folder)

    target.reads = 0
    const since = await checkSince(await openOrigin(config, base), await openOrigin(config, head), {
      fingerprint: 'test',
      store,
    })
    const checked = { ...seen(), reads: target.reads, parsed: since.accounts_parsed }
    expect(since.files).toBe(accounts + Object.keys(BASE).length)
    target.reads = 0
    const one = await compile(await openOrigin(config, head), target, { fingerprint: 'test', publisher: unsigned })
    const edited = {
      ...seen(),
      reads: target.reads,
      parsed: one.emitted?.files_parsed,
      written: one.emitted?.published.written,
    }
    expect(one.emitted).toMatchObject({ accounts, files_reused: one.files - 1 })
    target.fetched = 0
    if (one.emitted !== undefined) await lookUp(target, one.emitted.release, idOf(1234))
    // A root, a leaf and what leads to it; the globals and their texts are those that the service has.
    expect(target.fetched).toBeGreaterThan(0)
    expect(target.fetched).toBeLessThanOrEqual(20_000)
    target.reads = 0
    const none = await compile(await openOrigin(config, head), target, { fingerprint: 'test', publisher: unsigned })
    const nothing = {
      ...seen(),
      reads: target.reads,
      parsed: none.emitted?.files_parsed,
      written: none.emitted?.published.written,
    }

    // A clean checkout: git looks at every file, and we at the one that it has changed since.
    writeFileSync(
      join(config, pathOf(1234)),
      `id: ${idOf(1234)}\nplan: growth\noverrides: { openai: { temperature: 0.43 } }\n`,
    )
    await commitAll(folder, 'two')
    seen()
    target.reads = 0
    const clean = await compile(await openOrigin(config), target, { fingerprint: 'test', publisher: unsigned })
    expect(clean.emitted).toMatchObject({ accounts, files_reused: clean.files - 1 })
    const { processes } = seen()
    return {
      checked,
      edited,
      nothing,
      folder: {
        processes,
        entries: 0,
        reads: target.reads,
        parsed: clean.emitted?.files_parsed,
        written: clean.emitted?.published.written,
      },
    }
  })
}

test(
  'one edit, and none, cost the same among 2,000 accounts and among 10,000',
  async () => {
    const [few, many] = [await costAmong(2000), await costAmong(10_000)]
    expect(few).toMatchObject({
      checked: { parsed: 1 },
      edited: { parsed: 1, written: 3 },
      folder: { parsed: 1, written: 3 },
      nothing: { parsed: 0, written: 0 },
    })
    for (const work of ['checked', 'edited', 'nothing', 'folder'] as const) {
      const { reads, written = 0, ...rest } = many[work]
      expect(few[work]).toMatchObject(rest)
      // The larger tree is one object deeper, which is looked for and then replaced.
      expect(reads - few[work].reads).toBeLessThanOrEqual(2)
      expect(written - (few[work].written ?? 0)).toBeLessThanOrEqual(1)
      // Starting a process is what a run without changes takes longest for.
      expect(many[work].processes).toBeLessThanOrEqual(5)
    }
  },
  SLOW * 4,
)

/** What one account's answer costs among so many, of a checkout or of its commit, in counts. */
async function answerAmong(
  accounts: number,
  isPast: boolean,
): Promise<{ processes: number; entries: number; listed: number; read: number }> {
  return inTemporary(async (folder) => {
    writeCorpus(folder, { accounts }, BASE)
    const head = await commitAll(folder)
    const seen = watchGit(folder)
    const origin = await openOrigin(join(folder, 'config'), isPast ? head : undefined)
    let read = 0
    const counting: typeof origin = {
      ...origin,
      async *contents(files) {
        for await (const one of origin.contents(files)) {
          read++
          yield one
        }
      },
    }
    const { account, configuration } = await readOneAccount(counting, idOf(1234))
    expect(account?.plan).toBeDefined()
    return { ...seen(), listed: configuration.tree.files.length, read }
  })
}

test.each([false, true])(
  'an answer costs the same among 2,000 accounts and among 10,000; from the past: %s',
  { timeout: SLOW },
  async (isPast) => {
    const few = await answerAmong(2000, isPast)
    expect(few).toMatchObject({ listed: Object.keys(BASE).length + 1, read: Object.keys(BASE).length + 1 })
    expect(few.processes).toBeLessThanOrEqual(3)
    expect(await answerAmong(10_000, isPast)).toEqual(few)
  },
)

/** What a log costs of an account with so many commits, among as many of others. */
async function logOver(commits: number): Promise<{ processes: number; told: number }> {
  return inTemporary(async (folder) => {
    writeCorpus(folder, { accounts: 1300 }, BASE)
    await commitAll(folder)
    // Through one process: more than a hundred commits by `git commit` would take longer than all else.
    const lines = ['feature done']
    const change = (i: number, account: number, text: string): void => {
      const path = `config/${pathOf(account)}`
      lines.push('commit refs/heads/main', `committer Ada <ada@example.org> ${1_770_000_000 + lines.length} +0000`)
      lines.push('data 6', 'change')
      // The others each follow the one before.
      if (i === 0) lines.push('from refs/heads/main^0')
      lines.push(`M 100644 inline ${path}`, `data ${text.length}`, text)
    }
    for (let i = 0; i < commits; i++) {
      change(2 * i, 1234, `id: ${idOf(1234)}\nplan: growth\noverrides: { openai: { temperature: 0.${i + 1} } }\n`)
      change(2 * i + 1, 7, `id: ${idOf(7)}\nplan: free\n# ${i}\n`)
    }
    writeFileSync(join(folder, 'import'), `${[...lines, 'done'].join('\n')}\n`)
    const { code, stderr } = await run('sh', ['-c', 'git fast-import --quiet < import && git reset -q --hard'], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const seen = watchGit(folder)
    const { entries } = await logOf(join(folder, 'config'), idOf(1234), { is: 'everything' })
    return { processes: seen().processes, told: entries.length }
  })
}

test(
  'a log starts as many processes for 3 commits as for 60',
  async () => {
    const few = await logOver(3)
    expect(few.told).toBe(4)
    const many = await logOver(60)
    expect(many.told).toBe(61)
    expect(few.processes).toBeLessThanOrEqual(6)
    expect(many.processes).toBe(few.processes)
  },
  SLOW,
)
