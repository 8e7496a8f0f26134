import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { stemOf } from '../source/file-layout.ts'
import { parse } from '../source/parse/parse-file.ts'
import type { Absent, FileContent } from '../source/list-folder.ts'
import type { Problem, SourceFile } from '../source/source-nodes.ts'
import { checkAccount } from '../check/check-account.ts'
import type { CheckContext } from '../check/check-context.ts'
import { checkGlobals } from '../check/check-globals.ts'
import type { Configuration } from '../source/open-configuration.ts'
import type { FileEdit } from '../source/with-edits.ts'

/** Returns the new text of one account's file; `file` is undefined where the account has none. */
export type AccountEdit = (file: SourceFile | undefined, id: string, context: CheckContext) => string

export interface Edited {
  /** The files to write, relative to the configuration's folder, only those whose text changed. */
  readonly files: ReadonlyMap<string, FileEdit>
  /** The diagnostics of `check` for the result: an error means that nothing is to be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Edits some accounts and checks the result, before anything is written. `reads` are the global files that the edit
 * takes something from: while one of them is wrong, nothing is edited. `placed` returns where a file is going to be, of
 * those that the edit moves.
 */
export async function editAccounts(
  configuration: Configuration,
  ids: readonly string[],
  edit: AccountEdit,
  reads: readonly string[] = [],
  placed: (path: string) => string = (path) => path,
): Promise<Edited> {
  const { context, diagnostics: common } = await checkGlobals(configuration, { use: 'write' })
  const needed = new Set(reads.map(configuration.show))
  const wrong = common.filter(({ file, severity }) => severity === 'error' && needed.has(file))
  if (wrong.length > 0) return { files: new Map(), diagnostics: wrong }

  const wanted = new Set(ids)
  // A file that is not checked out would be taken for a missing one, and written anew.
  const isNeeded = ({ path, kind }: Absent): boolean => kind !== 'account' || wanted.has(stemOf(path))
  if (configuration.tree.absent?.some(isNeeded) === true) {
    return { files: new Map(), diagnostics: common.filter(({ rule }) => rule === 'files/not-checked-out') }
  }
  const existing = configuration.tree.files.filter(({ path, kind }) => kind === 'account' && wanted.has(stemOf(path)))
  const contents = new Map<string, FileContent>()
  for await (const [{ path }, content] of configuration.contents(existing)) contents.set(path, content)
  // The tree's own findings about a file, such as that another one has its id.
  const paths = new Set(existing.map(({ path }) => configuration.show(path)))
  const diagnostics = common.filter(({ file }) => paths.has(file))
  const add = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) diagnostics.push(diagnostic)
  }

  const files = new Map<string, FileEdit>()
  for (const id of wanted) {
    const known = existing.find((file) => stemOf(file.path) === id)?.path
    const path = known ?? pathOf(id)
    const inTheWay = known === undefined ? inTheWayOf(configuration, id) : []
    if (inTheWay.length > 0) {
      const shown = new Set(inTheWay.map(configuration.show))
      add(common.filter(({ rule, file }) => rule === 'files/unexpected' && shown.has(file)))
      continue
    }
    const content = contents.get(path)
    const file = content === undefined || content === 'too-large' ? undefined : parse(path, 'account', content)
    if (content !== undefined && (file === undefined || file.problems.some(forbidsEdits))) {
      add(checkAccount(path, content, context).diagnostics)
      continue
    }
    const before = content === undefined ? null : Buffer.from(content).toString('utf8')
    const after = edit(file, id, context)
    const target = placed(path)
    if (target !== path) files.set(path, { before, after: null }).set(target, { before: null, after })
    else if (after !== file?.text) files.set(path, { before, after })
    add(checkAccount(target, Buffer.from(after), context).diagnostics)
  }
  return { files, diagnostics: sortDiagnostics(diagnostics) }
}

/**
 * Returns what is in the place of a new account's file without being a file. It is neither followed nor replaced: a
 * link would lead what is written out of the configuration.
 */
export function inTheWayOf({ tree }: Configuration, id: string): string[] {
  return ['accounts', pathOf(id)].filter((at) => tree.unexpected.some(({ path }) => path === at))
}

function pathOf(id: string): string {
  return `accounts/${id}.yaml`
}

/** Whether a problem leaves no tree, or one that differs from the text: it is reported before anything is edited. */
function forbidsEdits({ kind }: Problem): boolean {
  return !EDITABLE.has(kind)
}

const EDITABLE: ReadonlySet<Problem['kind']> = new Set([
  'empty',
  'unsafe-number',
  'bidi',
  'invisible',
  'surrogate',
  'tab',
  'forbidden-key',
])
