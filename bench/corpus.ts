import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BASE } from '../test/support/base.ts'
import { accountFiles, idOf, pathOf, randomFrom } from '../test/support/corpus.ts'
import { fastImport } from './fast-import.ts'
import { CACHE, git } from './place.ts'

/**
 * `plain`: 3 of 4 accounts override something, 1 of 8 has a prompt. `sets`: 3 of 4 have one of 50,000 sets of
 * overrides. `distinct`: 3 of 4 have overrides that nobody else has.
 */
export type Shape = 'plain' | 'sets' | 'distinct'

export interface Corpus {
  readonly shape: Shape
  readonly size: number
  /** A repository without a working tree: its commits are read with `--at`. */
  readonly folder: string
  readonly commit: string
}

type File = readonly [path: string, text: string]

/** How many different sets of overrides there are among `sets`. */
export const SETS = 50_000

/** A committed corpus, out of the cache if an earlier run made it. The same bytes, and the same commit, anywhere. */
export async function corpusOf(shape: Shape, size: number): Promise<Corpus> {
  const folder = join(CACHE, 'corpora', `${shape}-${size}-${identity(shape)}`)
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true })
    await git(unfinished, 'init', '--quiet', '--initial-branch', 'main')
    await fastImport(unfinished, undefined, filesOf(shape, size))
    mkdirSync(dirname(folder), { recursive: true })
    renameSync(unfinished, folder)
  }
  return { shape, size, folder, commit: await git(folder, 'rev-parse', 'main') }
}

/** Every file below `config/`. */
function* filesOf(shape: Shape, size: number): Generator<File> {
  yield* globals()
  yield* shape === 'plain' ? plainAccounts(size) : accountsWithSets(shape, size)
}

/**
 * The tests' accounts, without the overrides that say what they would inherit anyway: one of four would have a warning,
 * and finding its line is not what an ordinary check does.
 */
export function* plainAccounts(accounts: number): Generator<File> {
  for (const [path, text] of accountFiles({ accounts })) {
    const other = text.replace('temperature: 0.7', 'temperature: 0.75').replace('gpt-4o-mini', 'gpt-4')
    yield [path, other.replace('article: 2 ', 'article: 3 ')]
  }
}

/** The globals that the tests' corpora are written for, all models and limits allowing what the accounts say. */
export function globals(): File[] {
  return Object.entries(BASE)
}

/** One account's file with another temperature: what a person changes on an ordinary day. */
export function editOf(account: number, round: number): File {
  const temperature = `    temperature: 1.${String(round).padStart(3, '0')}`
  const lines = [`id: ${idOf(account)}`, 'plan: growth', 'overrides:', '  openai:', temperature]
  return [pathOf(account), `${lines.join('\n')}\n`]
}

/** The settings with another default, one that nobody overrides with the same: there is nothing new to say. */
export function globalEdit(round: number): File {
  const settings = globals().find(([path]) => path === 'settings.yaml')
  if (settings === undefined) throw new Error('there is no settings.yaml')
  const text = settings[1].replace('temperature: 0.7,', `temperature: 0.6${round + 1},`)
  if (text === settings[1]) throw new Error('settings.yaml has no temperature to move')
  return ['settings.yaml', text]
}

/** The plans with a lower limit, which all accounts keep: whether they do, what they say has to be looked at for. */
export function limitEdit(round: number): File {
  const plans = globals().find(([path]) => path === 'plans.yaml')
  const text = plans?.[1].replace('max_tokens: 16000', `max_tokens: ${15_000 + round}`)
  if (text === undefined || text === plans?.[1]) throw new Error('plans.yaml has no limit to move')
  return ['plans.yaml', text]
}

function* accountsWithSets(shape: Exclude<Shape, 'plain'>, size: number): Generator<File> {
  const random = randomFrom(42)
  for (let i = 0; i < size; i++) {
    const lines = [`id: ${idOf(i)}`, 'plan: growth', `name: Tenant ${i}`]
    const set = shape === 'distinct' ? i : random.below(SETS)
    if (i % 4 !== 0) {
      lines.push('overrides:', '  openai:', `    temperature: 0.${String(set % 100).padStart(2, '0')}`)
      lines.push('    model: gpt-4o-mini', `    max_tokens: ${1000 + Math.floor(set / 100)}`)
    }
    yield [pathOf(i), `${lines.join('\n')}\n`]
  }
}

/** Changes when the generator or the globals do, so that the cache never answers with another corpus. */
function identity(shape: Shape): string {
  const hash = createHash('sha256')
  for (const [path, text] of filesOf(shape, 1000)) hash.update(`${path}\0${text}\0`)
  return hash.digest('hex').slice(0, 8)
}
