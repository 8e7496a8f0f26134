import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { flatAccount } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { NoFolderThen } from '../../src/source/list-revision.ts'
import { type Configuration, openConfiguration, openOrigin } from '../../src/source/open-configuration.ts'
import { logOf } from '../../src/ask/log/account-log.ts'
import { readOneAccount } from '../../src/ask/read-one-account.ts'
import { type Question, answerOfFunction, answerOfPrompt, dependenciesOf } from '../../src/ask/answer-question.ts'
import { changesOf } from '../../src/compare/changed-fields.ts'
import { BASE } from '../support/config.ts'
import { type Random, randomFrom } from '../support/corpus.ts'
import { git, run } from '../support/run.ts'
import { filesOf, legalConfig } from './arbitrary.ts'
import { EDITS, type Files, MISTAKES, accountText, accountsIn, somewhere, stem } from './edits.ts'
import { SLOW, runs, settle } from './seed.ts'
import { inTemporary } from './stores.ts'

beforeAll(settle)

/** Of a commit from before there is any configuration. */
const README = 'README.md'
const WHO = 'Ada <ada@example.org>'

/** A repository of random commits, made by git's own door for many: their files, by commit, are told beside it. */
class History {
  readonly #lines: string[] = ['feature done']
  readonly #files: Files[] = []
  readonly #firstParents: (number | undefined)[] = []

  /** The number of the new commit. */
  add(files: Files, parent: number | undefined, merged: number | undefined, seconds: number): number {
    const mark = this.#files.push(files)
    this.#firstParents.push(parent)
    this.#lines.push(
      'commit refs/heads/main',
      `mark :${mark}`,
      `committer ${WHO} ${seconds} +0000`,
      data(`commit ${mark}`),
    )
    if (parent !== undefined) this.#lines.push(`from :${parent}`)
    if (merged !== undefined) this.#lines.push(`merge :${merged}`)
    this.#lines.push('deleteall')
    for (const [path, text] of files)
      this.#lines.push(`M 100644 inline ${path === README ? path : `config/${path}`}`, data(text))
    return mark
  }

  filesOf(mark: number): Files {
    return this.#files[mark - 1] ?? new Map()
  }

  /** Writes it, and gives the ids of the first-parent line of the last commit, oldest first. */
  async write(folder: string): Promise<string[]> {
    writeFileSync(join(folder, 'import'), `${[...this.#lines, 'done'].join('\n')}\n`)
    await git(folder, 'init', '-q', '-b', 'main')
    const { code, stderr } = await run(
      'sh',
      ['-c', 'git fast-import --quiet --force --export-marks=marks < import'],
      folder,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { stdout } = await run('cat', ['marks'], folder)
    const ids = new Map(stdout.split('\n').map((line) => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]))
    const line: string[] = []
    for (let at: number | undefined = this.#files.length; at !== undefined; at = this.#firstParents[at - 1]) {
      line.unshift(ids.get(`:${at}`) ?? '')
    }
    return line
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}

const ID = 't1'

/** What people do to the one account that is followed, beside what they do to all. */
const ON_IT: readonly ((files: Files, random: Random) => void)[] = [
  (files, random) => files.set(pathIn(files) ?? somewhere(random, ID), accountText(ID, random)),
  (files, random) => files.set(pathIn(files) ?? somewhere(random, ID), accountText(ID, random)),
  (files) => files.delete(pathIn(files) ?? ''),
  (files) => files.set(pathIn(files) ?? 'accounts/t1.yaml', `id: ${ID}\nplan: free\noverrides: {}\n`),
  (files) => files.set(pathIn(files) ?? 'accounts/t1.yaml', `id: ${ID}\nplan: [\n`),
  (files) => files.set('accounts/copies/t1.yaml', `id: ${ID}\nplan: free\n`),
  (files) => files.set('accounts/t1.yml', ''),
  (files) => files.set('prompts/image_prompt.yaml', 'value: 3\n'),
  (files) => files.set('functions.yaml', (BASE['functions.yaml'] ?? '').replace('generate_images:', 'paint:')),
  (files, random) =>
    files.set(
      'plans.yaml',
      (BASE['plans.yaml'] ?? '').replace('[text, image,', random.of(['[text, image,', '[text,'])),
    ),
  (files) => files.delete('settings.yaml'),
  (files) => void [...files.keys()].forEach((path) => files.delete(path)),
]

/** Another account is called what nobody is. */
function takeAnothersPlace(files: Files, random: Random): void {
  const [path] = accountsIn(files)
  const text = files.get(path ?? '')
  if (pathIn(files) !== undefined || path === undefined || text === undefined) return
  files.delete(path)
  files.set(somewhere(random, ID), text.replace(/^id: .*/m, `id: ${ID}`))
}

function pathIn(files: Files): string | undefined {
  return accountsIn(files).find((path) => stem(path) === ID)
}

function randomHistory(random: Random): History {
  const history = new History()
  let seconds = 1_770_000_000
  const clock = (): number => (seconds += random.below(5) === 0 ? -50_000 : 40_000)
  const edited = (from: Files): Files => {
    const files: Files = new Map(from)
    if (files.size === 0 || random.below(6) === 0)
      for (const [path, text] of Object.entries(BASE)) files.set(path, text)
    const copy = 'accounts/copies/t1.yaml'
    for (const path of ['accounts/t1.yml', 'accounts/notes.txt', 'accounts/broken.yaml', copy])
      if (random.below(2) === 0) files.delete(path)
    for (let i = random.below(3); i >= 0; i--)
      (random.below(3) === 0 ? random.of(ON_IT) : random.of(EDITS))(files, random)
    if (random.below(3) === 0) takeAnothersPlace(files, random)
    if (random.below(8) === 0) random.of(MISTAKES)(files)
    // Where there is no file, a comment is written into none.
    files.delete('')
    return files
  }
  const start: Files = new Map(Object.entries(BASE))
  for (const id of ['t2', 't3', 't4']) start.set(somewhere(random, id), accountText(id, random))
  if (random.below(3) > 0) start.set(somewhere(random, ID), accountText(ID, random))
  let tip = history.add(random.below(5) === 0 ? new Map([[README, 'x']]) : start, undefined, undefined, clock())
  for (let step = 0; step < 12; step++) {
    if (random.below(4) > 0) {
      tip = history.add(edited(history.filesOf(tip)), tip, undefined, clock())
      continue
    }
    // A branch of some commits, whose side of the merge wins, or loses, or is none of either.
    const base = tip
    let side = base
    for (let i = random.below(3); i >= 0; i--)
      side = history.add(edited(history.filesOf(side)), side, undefined, clock())
    if (random.below(2) === 0) tip = history.add(edited(history.filesOf(tip)), tip, undefined, clock())
    const merged = random.of([history.filesOf(tip), history.filesOf(side), edited(history.filesOf(side))])
    tip = history.add(merged, tip, side, clock())
  }
  return history
}

interface State {
  readonly account: Account | undefined
  readonly flat: ReturnType<typeof flatAccount>
}

/** What checking all of it says, by the definition: an error counts in a file of this account, or a global one that answers. */
function stateOf(checked: Awaited<ReturnType<typeof check>>, id: string): State | undefined {
  const { diagnostics, globals, accounts } = checked
  const isNeeded = (file: string): boolean =>
    /^(settings|models|plans|functions)\.yaml$|^(prompts|author-profiles|strategies)\//.test(file) ||
    new RegExp(`^accounts/(.*/)?${id}\\.ya?ml$`).test(file)
  if (globals === undefined || diagnostics.some(({ severity, file }) => severity === 'error' && isNeeded(file)))
    return undefined
  const account = [...accountsOf(accounts)].find(([one]) => one === id)?.[1]
  return { account, flat: flatAccount(globals, account) }
}

async function openAt(folder: string, commit: string): Promise<Configuration | undefined> {
  try {
    return { ...(await openConfiguration(join(folder, 'config'), commit)), show: (path) => path }
  } catch (error) {
    if (error instanceof NoFolderThen) return undefined
    throw error
  }
}

function isThere({ tree }: Configuration, id: string): boolean {
  return tree.files.some(({ path, kind }) => kind === 'account' && stem(path) === id)
}

test(
  'log agrees with comparing the flat forms of every commit of the first-parent line',
  async () => {
    let entries = 0
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await inTemporary(async (folder) => {
          const line = await randomHistory(randomFrom(seed)).write(folder)
          mkdirSync(join(folder, 'config'), { recursive: true })
          const states = new Map<string, State>()
          let wasEver = false
          for (const commit of line) {
            const configuration = await openAt(folder, commit)
            if (configuration === undefined) continue
            wasEver ||= isThere(configuration, ID)
            const state = stateOf(await check(configuration), ID)
            if (state !== undefined) states.set(commit, state)
          }
          const expected: { commit: string; changes: ReturnType<typeof changesOf> }[] = []
          let last: State['flat'] | undefined
          for (const [commit, { account, flat }] of states) {
            const now = account === undefined && wasEver ? undefined : flat
            const changes = changesOf(last, now)
            if (changes.length > 0) expected.push({ commit, changes })
            last = now
          }
          if (states.size === 0) return
          const told = async (question: Question, field?: string): Promise<typeof expected> => {
            const { entries } = await logOf(join(folder, 'config'), ID, question, field === undefined ? {} : { field })
            return entries
              .map(({ commit, changes }) => ({ commit, changes: changes.map(({ layer: _, ...change }) => change) }))
              .reverse()
          }
          expect(await told({ is: 'everything' })).toEqual(expected)
          entries += expected.length
          const plans = expected.flatMap(({ commit, changes }) => {
            const kept = changes.filter(({ field }) => field === 'plan')
            return kept.length === 0 ? [] : [{ commit, changes: kept }]
          })
          expect(await told({ is: 'everything' }, 'plan')).toEqual(plans)
        })
      }),
      runs(25),
    )
    expect(entries).toBeGreaterThan(runs(40).numRuns)
  },
  SLOW,
)

test(
  'get --at says what the flat form of that commit says, and refuses where it is told to',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await inTemporary(async (folder) => {
          const line = await randomHistory(randomFrom(seed)).write(folder)
          mkdirSync(join(folder, 'config'), { recursive: true })
          for (const commit of line) {
            const configuration = await openAt(folder, commit)
            if (configuration === undefined) continue
            const state = stateOf(await check(configuration), ID)
            const origin = await openOrigin(join(folder, 'config'), commit)
            const one = await readOneAccount({ ...origin, show: (path) => path }, ID)
            const paths = dependenciesOf({ is: 'everything' }, one.configuration.tree)
            const wrong = one.diagnostics.filter(({ severity, file }) => severity === 'error' && paths.has(file))
            expect(wrong.length > 0).toBe(state === undefined)
            if (state === undefined) continue
            expect(one.account?.plan).toBe(state.account?.plan)
            const { known } = one.common.context
            for (const [name, answer] of Object.entries(Object(state.flat['functions']))) {
              expect(answerOfFunction(known, one.account, name)).toEqual(answer)
            }
            for (const [type, answer] of Object.entries(Object(state.flat['prompts']))) {
              expect(answerOfPrompt(known, one.account, type)).toEqual(answer)
            }
          }
        })
      }),
      runs(8),
    )
  },
  SLOW,
)

test(
  'get of a working tree says what its flat form says',
  async () => {
    await fc.assert(
      fc.asyncProperty(legalConfig, async (config) => {
        await inTemporary(async (folder) => {
          for (const [path, text] of Object.entries(filesOf(config))) {
            mkdirSync(dirname(join(folder, 'config', path)), { recursive: true })
            writeFileSync(join(folder, 'config', path), text)
          }
          const checked = await check(await openConfiguration(join(folder, 'config')))
          const { globals } = checked
          if (globals === undefined) throw new Error('a legal configuration is understood')
          const accounts = new Map(accountsOf(checked.accounts))
          for (const id of [...accounts.keys(), 'nobody']) {
            const {
              common: {
                context: { known },
              },
              account,
            } = await readOneAccount(await openOrigin(join(folder, 'config')), id)
            const flat = flatAccount(globals, accounts.get(id))
            for (const [name, answer] of Object.entries(Object(flat['functions'])))
              expect(answerOfFunction(known, account, name)).toEqual(answer)
            for (const [type, answer] of Object.entries(Object(flat['prompts'])))
              expect(answerOfPrompt(known, account, type)).toEqual(answer)
          }
          rmSync(join(folder, 'config'), { recursive: true })
        })
      }),
      runs(30),
    )
  },
  SLOW,
)
