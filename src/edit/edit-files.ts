import { Failure } from '../base/failure.ts'
import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { ACCOUNTS, type FileKind, keyOf, pathOf } from '../source/file-layout.ts'
import { parse } from '../source/parse/parse-file.ts'
import type { Absent, FileContent, TreeFile } from '../source/list-folder.ts'
import type { Problem, SourceFile } from '../source/source-nodes.ts'
import { checkAccount } from '../check/check-account.ts'
import type { CheckContext } from '../check/check-context.ts'
import { checkGlobals } from '../check/check-globals.ts'
import type { Configuration } from '../source/open-configuration.ts'
import { type FileEdit, withEdits } from '../source/with-edits.ts'

/** The change of one file. */
export interface FileToEdit {
  /** The file, wherever it is: `settings`, `prompts/clustering`, `accounts/acme`. */
  readonly key: string
  /** Returns the file's new text, null to remove it; `file` is undefined where there is none. */
  readonly edit: (file: SourceFile | undefined, context: CheckContext) => string | null
  /** Whether the text is replaced or removed as a whole, so that the file need not be understood. */
  readonly isWhole?: boolean
  /** Where the file is going to be; left out, it stays where it is. */
  readonly moved?: (path: string) => string
}

export interface Edited {
  /** The files to write, relative to the configuration's folder, only those whose text changed. */
  readonly files: ReadonlyMap<string, FileEdit>
  /** What `check` finds in these files as they would be: an error means that nothing is to be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Edits some files of any kind and checks the result, before anything is written. `reads` are the global files that
 * the edit takes something from: while one of them is wrong, nothing is edited. A change of a global file may make
 * other files wrong: `checkSince` tells.
 */
export async function editFiles(
  configuration: Configuration,
  changes: readonly FileToEdit[],
  reads: readonly string[] = [],
): Promise<Edited> {
  const { context, diagnostics: common } = await checkGlobals(configuration, { use: 'write' })
  const needed = new Set(reads.map(configuration.show))
  const wrong = common.filter(({ file, severity }) => severity === 'error' && needed.has(file))
  if (wrong.length > 0) return { files: new Map(), diagnostics: wrong }

  const wanted = new Map(changes.map((change) => [change.key, change]))
  // A file that is not checked out would be taken for a missing one, and written anew.
  const isNeeded = ({ path, kind }: Absent): boolean => kind !== 'account' || wanted.has(keyOf(path))
  if (configuration.tree.absent?.some(isNeeded) === true) {
    return { files: new Map(), diagnostics: common.filter(({ rule }) => rule === 'files/not-checked-out') }
  }
  const existing = configuration.tree.files.filter(({ path }) => wanted.has(keyOf(path)))
  const found = await contentsOf(configuration, existing)
  // The tree's own findings about an account's file, such as that another one has its id.
  const accountFiles = new Set(
    existing.flatMap(({ path, kind }) => (kind === 'account' ? configuration.show(path) : [])),
  )
  const diagnostics = common.filter(({ file }) => accountFiles.has(file))

  const files = new Map<string, FileEdit>()
  const accounts: EditedAccount[] = []
  for (const change of wanted.values()) {
    const made = editOne(configuration, change, found.get(change.key), context, common)
    if ('diagnostics' in made) diagnostics.push(...made.diagnostics)
    else {
      for (const [path, edit] of made.files) files.set(path, edit)
      if (made.account !== undefined) accounts.push(made.account)
    }
  }
  const checked = await diagnosticsOf(configuration, files, accounts, context)
  return { files, diagnostics: sortDiagnostics(diagnostics.concat(checked)) }
}

/** An account's file as it will be: it is checked whether its text changed or not. */
interface EditedAccount {
  readonly path: string
  readonly after: string
}

type EditedOne =
  | { readonly files: readonly (readonly [path: string, edit: FileEdit])[]; readonly account?: EditedAccount }
  /** Why it cannot be edited. */
  | { readonly diagnostics: readonly Diagnostic[] }

function editOne(
  configuration: Configuration,
  { key, edit, isWhole = false, moved }: FileToEdit,
  known: FoundFile | undefined,
  context: CheckContext,
  common: readonly Diagnostic[],
): EditedOne {
  const { path, kind } = known ?? placeOf(key)
  if (known === undefined) {
    const obstacles = new Set(inTheWayOf(configuration, key).map(configuration.show))
    const found = common.filter(({ rule, file }) => rule === 'files/unexpected' && obstacles.has(file))
    if (obstacles.size > 0) return { diagnostics: found }
  }
  const content = known?.content
  const file = content === undefined || content === 'too-large' ? undefined : parse(path, kind, content)
  if (content !== undefined && (file === undefined || (!isWhole && file.problems.some(forbidsEdits)))) {
    if (kind === 'account') return { diagnostics: checkAccount(path, content, context).diagnostics }
    return { diagnostics: common.filter((one) => one.file === configuration.show(path)) }
  }
  const before = content === undefined ? null : Buffer.from(content).toString('utf8')
  const after = edit(file, context)
  const target = moved?.(path) ?? path
  const account = kind === 'account' && after !== null && { account: { path: target, after } }
  if (target === path) return { files: after === before ? [] : [[path, { before, after }]], ...account }
  const files = [[path, { before, after: null }] as const, [target, { before: null, after }] as const]
  return { files, ...account }
}

/** Checks what was edited: accounts against the globals as they will be. */
async function diagnosticsOf(
  configuration: Configuration,
  files: ReadonlyMap<string, FileEdit>,
  accounts: readonly EditedAccount[],
  before: CheckContext,
): Promise<readonly Diagnostic[]> {
  const globals = [...files.keys()].filter((path) => !path.startsWith(`${ACCOUNTS}/`))
  const judge = globals.length === 0 ? undefined : await checkGlobals(withEdits(configuration, files), {})
  const shown = new Set(globals.map(configuration.show))
  const found = judge?.diagnostics.filter(({ file }) => shown.has(file)) ?? []
  const context = judge?.context ?? before
  return found.concat(
    accounts.flatMap(({ path, after }) => checkAccount(path, Buffer.from(after), context).diagnostics),
  )
}

interface FoundFile {
  readonly path: string
  readonly kind: SourceFile['kind']
  readonly content: FileContent
}

async function contentsOf(
  configuration: Configuration,
  existing: readonly TreeFile[],
): Promise<Map<string, FoundFile>> {
  const found = new Map<string, FoundFile>()
  for await (const [{ path, kind }, content] of configuration.contents(existing)) {
    // Of two that claim one id, the first is edited, and the check reports both.
    if (!found.has(keyOf(path))) found.set(keyOf(path), { path, kind, content })
  }
  return found
}

/** Where a new file goes. An account of any name has a place, and the check says why it cannot have that name. */
function placeOf(key: string): { readonly path: string; readonly kind: FileKind } {
  const placed = pathOf(key)
  if (placed !== undefined) return placed
  if (key.startsWith(`${ACCOUNTS}/`)) return { path: `${key}.yaml`, kind: 'account' }
  throw new Failure('usage', `a configuration has no file "${key}"`, 'name one such as settings or prompts/TYPE')
}

/**
 * Returns what is in the place of a new file without being one. It is neither followed nor replaced: a link would lead
 * what is written out of the configuration.
 */
export function inTheWayOf({ tree }: Configuration, key: string): string[] {
  const [folder = ''] = key.split('/')
  return [folder, `${key}.yaml`].filter((at) => tree.unexpected.some(({ path }) => path === at))
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
