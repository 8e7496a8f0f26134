import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { Failure } from '../compile/failure.ts'
import { type Facts, type Repository, factsOfCommit, factsOfWorkingTree, openRepository, readBlobs, readRevision, resolveRevision } from '../compile/git.ts'
import { type Content, type Located, type Tree, readContent, readFolder } from '../compile/read.ts'
import { nearest } from '../compile/suggest.ts'

/** A configuration wherever it lies: a folder of the working tree, or a revision of its repository. */
export interface Configuration extends Facts {
  /** The folder, absolute; for a revision, where the folder would be. */
  readonly folder: string
  readonly tree: Tree
  /** Where the contents come from: workers read a folder's files themselves. */
  readonly from: 'folder' | 'revision'
  readonly repository: Repository | undefined
  readonly rules: RulesPlace
  /** A path of the configuration relative to the working directory. */
  show(path: string): string
  contents<F extends Located>(files: readonly F[]): AsyncIterable<readonly [F, Content]>
}

/** Where the repository's own rules stand, of whichever configuration judges. */
export interface RulesPlace {
  readonly is: 'working tree' | 'policy' | 'revision'
  /** The folder of the configuration that they are a part of. */
  readonly folder: string
  readonly files: readonly Located[]
}

export function rulesIn({ others }: Tree): Located[] {
  return others.filter(({ path }) => isRule(path))
}

export function isRule(path: string): boolean {
  return path.startsWith('rules/')
}

/** @throws {Failure} when there is no such folder, or no such revision. */
export async function openConfiguration(config: string, at?: string): Promise<Configuration> {
  const folder = resolve(config)
  const shown = relative(process.cwd(), folder).split(sep).join('/')
  const show = (path: string): string => (shown === '' ? path : `${shown}/${path}`)
  const repository = await openRepository(folder)
  if (at !== undefined) return atRevision(folder, show, repository, at)
  if (!existsSync(folder)) throw noFolder(config, folder)
  const tree = readFolder(folder)
  const facts = repository === undefined ? { commit: null, date: undefined } : await factsOfWorkingTree(repository)
  return {
    ...facts, folder, tree, from: 'folder', repository, show,
    rules: { is: 'working tree', folder, files: rulesIn(tree) },
    async *contents<F extends Located>(files: readonly F[]): AsyncGenerator<readonly [F, Content]> {
      for (const file of files) yield [file, readContent(join(folder, file.path))]
    },
  }
}

async function atRevision(
  folder: string,
  show: (path: string) => string,
  repository: Repository | undefined,
  at: string,
): Promise<Configuration> {
  if (repository === undefined) {
    throw new Failure('usage', `${folder} is in no git repository, so there is no revision "${at}"`, 'leave out the revision')
  }
  const commit = await resolveRevision(repository, at)
  const [facts, tree] = await Promise.all([factsOfCommit(repository, commit), readRevision(repository, commit)])
  return {
    ...facts, folder, tree, from: 'revision', repository, show,
    rules: { is: 'revision', folder, files: rulesIn(tree) },
    contents: (files) => readBlobs(repository, files),
  }
}

function noFolder(config: string, folder: string): Failure {
  let names: string[] = []
  try {
    names = readdirSync(dirname(folder), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name)
  } catch {
    // The folder above is missing too: there is nothing to suggest.
  }
  const near = nearest(basename(folder), names)
  const hint = near === undefined ? '' : `did you mean "${near}"? `
  return new Failure('usage', `there is no configuration folder "${config}"`, `${hint}name it with --config DIR`)
}
