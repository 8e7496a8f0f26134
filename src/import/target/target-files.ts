import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { PROGRAM } from '../../base/program-folder.ts'
import { readFolder } from '../../source/list-folder.ts'
import { type FileKind, REQUIRED } from '../../source/file-layout.ts'
import type { DumpIndex } from '../rows/dump-index.ts'
import { REPORT } from '../previous-import.ts'

/** What is in the target's place already, and what the template gives where nothing is. */
export interface TargetFiles {
  /** The files that stay unless rows take their place, dotfiles left out. */
  readonly kept: readonly string[]
  /** Files that `init` wrote and nobody has changed: those of examples go, others give way to rows. */
  readonly examples: ReadonlySet<string>
  /** Files of the template for what no dump has, by path. */
  readonly template: ReadonlyMap<string, string>
}

/**
 * Looks at a target. Files of the kinds that rows become are in the way, unless an earlier import wrote them or they are
 * the template's own.
 *
 * @param isOurs whether an import has written there before
 * @throws {Failure} where work is in the way.
 */
export function targetFiles(out: string, index: DumpIndex, hasAccounts: boolean, isOurs: boolean): TargetFiles {
  const template = join(PROGRAM, 'template', 'config')
  const tree = existsSync(out) ? readFolder(out) : undefined
  const files = tree?.files ?? []
  const unexpected = tree?.unexpected ?? []
  const isExample = (path: string): boolean => {
    const example = join(template, path)
    return existsSync(example) && readFileSync(example).equals(readFileSync(join(out, path)))
  }
  const examples = new Set(files.map(({ path }) => path).filter(isExample))
  const made = kindsOf(index, hasAccounts)
  if (!isOurs) {
    const inTheWay = files.filter(({ path, kind }) => made.has(kind) && !examples.has(path))
    const [first] = inTheWay
    if (first !== undefined) {
      const more = inTheWay.length === 1 ? '' : ` and ${inTheWay.length - 1} more`
      throw new Failure(
        'usage',
        `${out} has files in the way that no import wrote (no ${REPORT}): ${first.path}${more}`,
        'import into an empty folder with --out DIR, and compare; or move these away',
      )
    }
  }
  const [stray] = unexpected
  if (stray !== undefined) {
    throw new Failure('usage', `${out}/${stray.path}: ${stray.why}`, `${stray.help}, and import then`)
  }
  const kept = [...files, ...(tree?.others ?? [])]
    .map(({ path }) => path)
    .filter((path) => !(examples.has(path) && path.startsWith('accounts/') && made.has('account')))
  return { kept, examples, template: fromTemplate(template, new Set(kept), made) }
}

/** Returns the kinds of files that the rows of a dump become. */
function kindsOf({ globals, accounts }: DumpIndex, hasAccounts: boolean): ReadonlySet<FileKind> {
  const kinds = new Set<FileKind>()
  if (hasAccounts || accounts.length > 0) kinds.add('account')
  for (const kind of ['settings', 'prompt', 'profile', 'strategy'] as const) {
    if ((globals.get(kind) ?? []).length > 0) kinds.add(kind)
  }
  return kinds
}

/** Functions of the template come with the prompts that they name. */
function fromTemplate(folder: string, there: ReadonlySet<string>, made: ReadonlySet<FileKind>): Map<string, string> {
  const wanted = REQUIRED.filter((path) => !there.has(path) && !(path === 'settings.yaml' && made.has('settings')))
  const prompts = wanted.includes('functions.yaml')
    ? readdirSync(join(folder, 'prompts')).map((name) => relative('.', join('prompts', name)).replaceAll('\\', '/'))
    : []
  const all = [...wanted, ...prompts.filter((path) => !there.has(path))]
  return new Map(all.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}
