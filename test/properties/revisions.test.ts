import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { hexOf } from '../../src/store/format/object-ref.ts'
import { type Diagnostic, sortDiagnostics } from '../../src/source/diagnostic-types.ts'
import { check } from '../../src/check/check-configuration.ts'
import { changedBetween, fileChanges } from '../../src/check/since/file-changes.ts'
import { listed, openOrigin } from '../../src/source/open-configuration.ts'
import { checkSince } from '../../src/check/since/check-since.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { BASE } from '../support/config.ts'
import { type Random, randomFrom } from '../support/corpus.ts'
import { commitAll, git } from '../support/run.ts'
import { EDITS, type Files, MISTAKES, accountText, somewhere, sync } from './edits.ts'
import { SLOW, runs, settle } from './seed.ts'
import { believed, compileInto, inTemporary, mustEqualScratch, rootOf } from './stores.ts'

beforeAll(settle)

interface Revision {
  readonly commit: string
  /** Whether it has a mistake in it, which no store is made of. */
  readonly isWrong: boolean
}

const DAYS = ['2026-01-01', '2026-01-20', '2026-02-20', '2026-03-20']

/** A history of random edits, each revision a commit, some of them with a mistake that the next one takes back. */
async function historyIn(folder: string, random: Random, steps: number): Promise<Revision[]> {
  const revisions: Revision[] = []
  let files: Files = new Map(Object.entries(BASE))
  for (let i = 0; i < 5 + random.below(40); i++) files.set(somewhere(random, `t${i}`), accountText(`t${i}`, random))
  sync(folder, new Map(), files)
  for (let step = 0; step < steps; step++) {
    const next = new Map(files)
    if (step > 0) for (let i = random.below(4); i >= 0; i--) random.of(EDITS)(next, random)
    const isWrong = step > 0 && random.below(3) === 0
    const written = new Map(next)
    if (isWrong) random.of(MISTAKES)(written)
    sync(folder, files, written)
    revisions.push({
      commit: await commitAll(folder, `step ${step}`, `${DAYS[Math.min(step, 3)] ?? ''}T12:00:00Z`),
      isWrong,
    })
    sync(folder, written, next)
    files = next
  }
  return revisions
}

test(
  'from revision to revision, in any order, by any judge, a compile gives what one from scratch gives',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await inTemporary(async (folder) => {
          const random = randomFrom(seed)
          const revisions = await historyIn(folder, random, 4)
          const [store, checkout] = [join(folder, 'store'), join(folder, 'checkout')]
          await git(folder, 'clone', '-q', `file://${folder}`, checkout)
          for (let i = 0; i < 5; i++) {
            const { commit, isWrong } = random.of(revisions)
            const judge = random.of(['test', 'test', 'test', 'another'])
            const isCheckedOut = random.below(2) === 0
            if (isCheckedOut) await git(checkout, 'checkout', '-q', '--detach', commit)
            const emitted = isCheckedOut
              ? await compileInto(checkout, store, undefined, judge)
              : await compileInto(folder, store, commit, judge)
            const scratch = join(folder, `scratch-${i}`)
            const clean = await compileInto(folder, scratch, commit, judge)
            expect(emitted?.release.root).toBe(clean?.release.root)
            if (emitted === undefined || clean === undefined) continue
            expect(isWrong).toBe(false)
            expect(emitted).toMatchObject({ accounts: clean.accounts })
            expect(emitted.files_parsed + emitted.files_reused).toBe(clean.files_parsed)
            expect(emitted.release.tree).toMatch(/^[0-9a-f]{40}$/)
            await mustEqualScratch(store, scratch)
          }
          // The working tree, with what nobody has committed, and then a clone that knows nothing of the store's revision.
          const emitted = await compileInto(folder, store)
          expect(emitted && hexOf(emitted.release.root)).toBe(await rootOf(folder, join(folder, 'scratch')))
          await commitAll(folder, 'the rest')
          await git(folder, 'clone', '-q', '--depth', '1', `file://${folder}`, join(folder, 'shallow'))
          const root = await rootOf(join(folder, 'shallow'), store, 'HEAD')
          expect(root).toBe(emitted && hexOf(emitted.release.root))
        })
      }),
      runs(8),
    )
  },
  SLOW * 2,
)

/** By the definition: both sides in full. */
async function inFull(folder: string, base: string, head: string | undefined): Promise<readonly Diagnostic[]> {
  const [before, after] = [
    await listed(await openOrigin(join(folder, 'config'), base)),
    await listed(await openOrigin(join(folder, 'config'), head)),
  ]
  const changed = await changedBetween(before, after)
  const now = await check(after, { changes: await fileChanges(before, after, changed) })
  const then = await check(before)
  const name = ({ rule, severity, file, line, column, message }: Diagnostic): string =>
    [rule, severity, file, line, column, message].join('\0')
  const known = new Set(then.diagnostics.map(name))
  const shown = new Set([...changed].map(after.show))
  return sortDiagnostics(now.diagnostics.filter((one) => shown.has(one.file) || !known.has(name(one))))
}

test(
  'check --since says exactly what checking both sides in full says newly, with a store of any revision or none',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await inTemporary(async (folder) => {
          const random = randomFrom(seed)
          const revisions = await historyIn(folder, random, 4)
          const target = new FileBackend(join(folder, 'store'))
          await compileInto(folder, target.folder, random.of(revisions).commit)
          const known = believed(target)
          const store = known === undefined ? {} : { store: known }
          for (let i = 0; i < 4; i++) {
            const [base, head] = [random.of(revisions).commit, i === 0 ? undefined : random.of(revisions).commit]
            const [before, after] = [
              await openOrigin(join(folder, 'config'), base),
              await openOrigin(join(folder, 'config'), head),
            ]
            const expected = await inFull(folder, base, head)
            const files = (await after.list()).files.length
            for (const options of [
              { fingerprint: 'test', ...store },
              { fingerprint: 'another', ...store },
              { fingerprint: 'test' },
            ]) {
              const since = await checkSince(before, after, options)
              expect(since.diagnostics).toEqual(expected)
              expect(since.files).toBe(files)
            }
          }
        })
      }),
      runs(10),
    )
  },
  SLOW * 2,
)

test(
  'a clean checkout is not taken for what git has where the folder holds what git does not see',
  async () => {
    await inTemporary(async (folder) => {
      sync(folder, new Map(), new Map([...Object.entries(BASE), ['accounts/acme.yaml', 'id: acme\nplan: growth\n']]))
      await commitAll(folder)
      const store = join(folder, 'store')
      const emitted = await compileInto(folder, store)
      expect(emitted?.release.tree).toMatch(/^[0-9a-f]{40}$/)
      expect(await compileInto(folder, store)).toMatchObject({ files_parsed: 0 })
      // An empty folder is nothing to git, and a mistake to us.
      mkdirSync(join(folder, 'config', 'accounts', 'globex.yaml'))
      expect(await compileInto(folder, store)).toBeUndefined()
    })
  },
  SLOW,
)

test(
  'two folders of one repository do not take each other for what they were',
  async () => {
    await inTemporary(async (folder) => {
      const acme = (temperature: number): string =>
        `id: acme\nplan: growth\noverrides: { openai: { temperature: ${temperature} } }\n`
      sync(folder, new Map(), new Map([...Object.entries(BASE), ['accounts/acme.yaml', acme(0.1)]]))
      cpSync(join(folder, 'config'), join(folder, 'two', 'config'), { recursive: true })
      sync(join(folder, 'two'), new Map(), new Map([['accounts/acme.yaml', acme(0.2)]]))
      await commitAll(folder)
      const store = join(folder, 'store')
      const one = await rootOf(folder, store, 'HEAD')
      const two = await rootOf(join(folder, 'two'), store, 'HEAD')
      expect(two).not.toBe(one)
      expect(two).toBe(await rootOf(join(folder, 'two'), join(folder, 'scratch'), 'HEAD'))
    })
  },
  SLOW,
)
