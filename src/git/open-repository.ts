import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Failure, codeOf } from '../base/failure.ts'
import { askGit } from './ask-git.ts'
import { type Setting, gitEnvironment } from './git-environment.ts'
import { gitFailure } from './git-failure.ts'
import { GitObjects } from './objects/cat-file.ts'
import { atTop, topOf } from './find-top.ts'

/** The repository that contains a configuration, wherever the command is run. */
export interface Repository {
  /** The folder of the working tree, and git's own, both absolute. */
  readonly top: string
  readonly gitDir: string
  /** The configuration's folder relative to the top, with forward slashes; empty where it is the top. */
  readonly prefix: string
  readonly isShallow: boolean
  /** Whether a remote has promised the objects that are missing here, as after `git clone --filter`. */
  readonly isPartial: boolean
  readonly objects: GitObjects
  /**
   * Runs a git command in this repository and no other. Nothing in it runs a program or signs in anywhere.
   *
   * @throws {Failure} with git's message.
   */
  run(args: readonly string[], options?: RunOptions): Promise<string>
}

interface RunOptions {
  /** It reads files of the working tree: filters are switched off for it. */
  readonly readsFiles?: boolean
  /** Its paths are patterns, with git's `:(…)` before them. */
  readonly patterns?: boolean
  readonly input?: Buffer
  /** Another index than the repository's own. */
  readonly index?: string
}

/**
 * Opens the repository whose working tree a folder is in. We find which one that is ourselves, by the `.git` that no
 * checkout can bring, and pass it to git: it would take other folders that resemble a repository for one too. Undefined
 * where the folder is in none, where there is no git, and where git refuses it, for example because it has another
 * owner.
 */
export async function openRepository(folder: string): Promise<Repository | undefined> {
  const base = existing(folder)
  const real = realpathSync(base)
  const top = topOf(real)
  if (top === undefined) return undefined
  try {
    const facts = await ask(top)
    const inside = relative(top, real + folder.slice(base.length))
    return repositoryAt({ top, ...facts, prefix: inside.split(sep).join('/') })
  } catch {
    return undefined
  }
}

/** Opens the same repository again, with new objects written into another folder. */
export async function withObjectsIn({ objects: _, run, ...place }: Repository, folder: string): Promise<Repository> {
  const own = resolve(place.top, (await run(['rev-parse', '--git-path', 'objects'])).trim())
  // Several are separated by colons, except for those in quotes.
  const alternate = /[:"]/.test(own) ? JSON.stringify(own) : own
  return repositoryAt(place, { GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate })
}

function repositoryAt(
  place: Omit<Repository, 'objects' | 'run'>,
  more: Readonly<Record<string, string>> = {},
): Repository {
  const { top, gitDir } = place
  const where = { gitDir, workTree: top }
  const env = { ...gitEnvironment(process.env, where), ...more }
  let withoutFilters: Promise<Record<string, string>> | undefined
  const run: Repository['run'] = async (args, { readsFiles = false, patterns = false, input, index } = {}) => {
    const given = !readsFiles
      ? env
      : await (withoutFilters ??= filtersOff(top, env).then((settings) => {
          return { ...gitEnvironment(process.env, { ...where, settings }), ...more }
        }))
    const how = {
      ...given,
      ...(patterns && { GIT_LITERAL_PATHSPECS: '0' }),
      ...(index !== undefined && { GIT_INDEX_FILE: index }),
    }
    return askGit(top, args, { env: how, ...(input !== undefined && { input }) }).catch((error: unknown) => {
      throw gitFailure(error, `git ${args[0] ?? ''} failed in ${top}`)
    })
  }
  return { ...place, objects: new GitObjects(top, env), run }
}

/** Returns settings that switch off every filter that the configuration defines: attributes of a checkout name them. */
async function filtersOff(top: string, env: Readonly<Record<string, string>>): Promise<Setting[]> {
  const listed = await askGit(top, ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], { env }).catch(
    () => '',
  )
  const names = new Set(listed.split('\0').map((key) => key.slice('filter.'.length, key.lastIndexOf('.'))))
  names.delete('')
  return [...names].flatMap((name): Setting[] => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.smudge`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ])
}

type Asked = Pick<Repository, 'gitDir' | 'isShallow' | 'isPartial'>

interface Answer {
  /** git's own folder as it was when it was asked. */
  readonly stamp: string
  readonly said: Promise<Asked>
}

const answers = new Map<string, Answer>()

/**
 * Asks git about the repository at a top, once for as long as nothing changes in git's own folder: a fetch may make it
 * shallow, and another repository may take its place. git also decides whether its owner may be trusted. @throws
 */
function ask(top: string): Promise<Asked> {
  const stamp = stampOf(top)
  const known = answers.get(top)
  if (known?.stamp === stamp) return known.said
  const said = askAt(top)
  answers.set(top, { stamp, said })
  // What git refuses now, the user may come to trust.
  said.catch(() => answers.delete(top))
  return said
}

function stampOf(top: string): string {
  try {
    const { ino, ctimeMs } = statSync(gitDirOf(top))
    return `${ino} ${ctimeMs}`
  } catch {
    // git reports what is wrong with it.
    return ''
  }
}

async function askAt(top: string): Promise<Asked> {
  const answer = await askGit(top, ['rev-parse', '--absolute-git-dir', '--is-shallow-repository', '--git-common-dir'], {
    env: atTop(top),
  })
  const [gitDir = '', isShallow, common = ''] = answer.trim().split('\n')
  // Where `.git` is damaged, git takes the top itself for a repository if it resembles one.
  if (realpathSync(gitDir) !== realpathSync(gitDirOf(top))) throw new Error(`.git of ${top} is not a repository`)
  return { gitDir, isShallow: isShallow === 'true', isPartial: isPartialClone(resolve(top, common)) }
}

/** Reads the text of its configuration: asking git would cost one more process in every run. */
function isPartialClone(commonDir: string): boolean {
  try {
    return /^\s*(?:promisor|partialclone)\s*=/im.test(readFileSync(join(commonDir, 'config'), 'utf8'))
  } catch {
    // git finds everything that it knows elsewhere.
    return false
  }
}

/**
 * Returns where a `.git` leads: to itself, or, in a linked working tree and in a submodule, to where its file points.
 */
function gitDirOf(top: string): string {
  const path = join(top, '.git')
  if (!lstatSync(path).isFile()) return path
  return resolve(top, /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8'))?.[1] ?? '.git')
}

/**
 * Explains why a folder, of which a revision is asked for, is in no repository: there is none, there is no git, or git
 * refuses to work with this one, for example because it has another owner.
 */
export async function whyNoRepository(folder: string, revision: string): Promise<Failure> {
  const error = await refusal(folder)
  if (error !== undefined) return gitFailure(error, `cannot read revision "${revision}" of ${folder}`)
  return new Failure(
    'usage',
    `${folder} is in no git repository, so there is no revision "${revision}"`,
    'run it in a clone of the repository, or leave out the revision where it can be left out',
  )
}

/**
 * Explains why git does not answer for a folder that is nevertheless in a repository; undefined where it is in none.
 */
export async function whyNoHistory(folder: string): Promise<Failure | undefined> {
  const error = await refusal(folder)
  if (error === undefined) return undefined
  const top = topOf(realpathSync(existing(folder))) ?? folder
  return gitFailure(error, `${top} is read as if git had no part in it`)
}

/**
 * Makes sure that git answers for the repository of a folder, if that is in one: where it does not, it is unknown what
 * a checkout has brought. A machine without git has no checkouts.
 *
 * @throws {Failure} where there is a repository that git refuses, such as one of another owner, or a damaged one.
 */
export async function refuseUnanswered(folder: string): Promise<void> {
  const error = await objection(folder)
  if (error === undefined || isWithoutGit(error)) return
  throw gitFailure(error, `cannot tell what is tracked in ${topOf(realpathSync(existing(folder))) ?? folder}`)
}

function isWithoutGit(error: unknown): boolean {
  return /spawn git\b.*\bENOENT/.test(`${String(error)} ${codeOf(error)}`)
}

/**
 * Returns git's objection to the repository of a folder, other than that there is none; undefined where there is no
 * objection.
 */
async function refusal(folder: string): Promise<unknown> {
  const error = await objection(folder)
  return error instanceof Error && error.message.includes('not a git repository (or any') ? undefined : error
}

async function objection(folder: string): Promise<unknown> {
  const top = topOf(realpathSync(existing(folder)))
  return top === undefined
    ? undefined
    : ask(top).then(
        () => undefined,
        (error: unknown) => error,
      )
}

/**
 * Finds the nearest folder, from this one up, that exists in the working tree: only a revision may have the folder
 * itself.
 */
function existing(folder: string): string {
  let base = folder
  while (!existsSync(base) && dirname(base) !== base) base = dirname(base)
  return base
}
