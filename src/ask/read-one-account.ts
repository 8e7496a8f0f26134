import type { Account } from '../domain/settings-types.ts'
import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { ACCOUNTS, ANSWERING } from '../source/file-layout.ts'
import { toAccount } from '../source/link-files.ts'
import { findAccountIn, readGlobalsOf } from '../source/list-revision.ts'
import { blobId } from '../git/objects/blob-id.ts'
import { fetchMissing } from '../git/objects/fetch-missing.ts'
import { type Index, asGlob, readIndexAt } from '../git/worktree/read-index.ts'
import { type Lookup, locate } from '../lint/locate-findings.ts'
import { type AccountSource, checkAccountSource } from '../check/check-account.ts'
import { respelled } from '../check/account-spelling.ts'
import { absentIn, withAbsent } from '../check/checkout/absent-files.ts'
import { convertedByAttribute, reportConverted, withStagedIds } from '../check/checkout/converted-files.ts'
import { type CheckedGlobals, checkGlobals } from '../check/check-globals.ts'
import type { Configuration, Origin } from '../source/open-configuration.ts'
import { merged } from '../check/previous/changed-scope.ts'

/** One account, and the globals that it inherits from, checked without reading any other account. */
export interface OneAccount {
  /** It lists the globals, and the files that are named by the account. */
  readonly configuration: Configuration
  readonly common: CheckedGlobals
  /** Undefined where no file is named by the account; the first one where several are. */
  readonly own: AccountSource | undefined
  /** Its content; undefined where there is no file, or one that cannot be understood. */
  readonly account: Account | undefined
  /** Of the globals, and of the files that are named by the account. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads the globals and one account, at a cost that does not depend on the number of accounts. What a checkout left out
 * is read from HEAD, which is noted.
 */
export async function readOneAccount(
  origin: Origin,
  id: string,
  note: (text: string) => void = () => {},
): Promise<OneAccount> {
  const { here, index } = await listedFor(origin, id)
  const configuration = withAbsent(here)
  const missing = configuration.tree.files.length - here.tree.files.length
  if (missing > 0)
    note(`${missing === 1 ? '1 file that is' : `${missing} files that are`} not checked out: read from HEAD`)
  await fetchAbsent(configuration)
  const common = await checkGlobals(configuration, {})
  const { show } = configuration
  const { own, differs } = await checkOwn(configuration, common)
  const isThere = async (other: string): Promise<boolean> => (await origin.find(other)).files.length > 0
  const meant = own === undefined ? await respelled(id, isThere) : undefined
  if (meant !== undefined) note(meant)
  const lookup: Lookup = (path) => (path === own?.file.path ? own.file : common.context.globals(path))
  const found = own === undefined ? [] : locate(own.findings, lookup, show)
  const differing = index === undefined ? [] : [...common.differing, ...differs]
  const converted = await reportConverted(configuration, differing, index)
  return {
    configuration,
    common,
    own,
    account: own?.model && toAccount(own.model),
    diagnostics: sortDiagnostics([...common.diagnostics, ...found, ...converted]),
  }
}

/** Fetches at once what is read from git and may have to come from a remote. */
async function fetchAbsent({ from, repository, tree }: Configuration): Promise<void> {
  if (from === 'folder' || repository === undefined) return
  await fetchMissing(
    repository,
    tree.files.flatMap(({ blob }) => (blob === undefined ? [] : [blob])),
  )
}

/** Lists the configuration as it is here, and what git has staged of what it lists. */
async function listedFor(origin: Origin, id: string): Promise<{ here: Configuration; index: Index | undefined }> {
  const { repository, from, folder } = origin
  const isCheckout = from === 'folder' && repository !== undefined
  // git searches its index while we search the folder.
  const asked = isCheckout ? readIndexAt(repository, [...GLOBALS, `${ACCOUNTS}/**/${asGlob(id)}.yaml`]) : undefined
  // If the folder cannot be read, that is reported.
  asked?.catch(() => {})
  const listed = { ...origin, tree: merged(await origin.listGlobals(), await origin.find(id)) }
  const index = await asked
  if (index === undefined || !isCheckout) return { here: listed, index: undefined }
  const staged = await withStagedIds(listed, index)
  const converted = await convertedByAttribute(repository, folder, index)
  const absent = await absentIn(listed, repository, index, async (tree) => {
    return merged(await readGlobalsOf(repository, 'HEAD', tree), await findAccountIn(repository, tree, id))
  })
  return { here: { ...staged, tree: { ...staged.tree, converted, absent } }, index }
}

const GLOBALS = [...ANSWERING, 'tenfold.yaml', 'prompts/*', 'author-profiles/*', 'strategies/*', 'trust/*']

async function checkOwn(
  { tree, contents }: Configuration,
  { context }: CheckedGlobals,
): Promise<{ own: AccountSource | undefined; differs: readonly string[] }> {
  const file = tree.files.find(({ kind }) => kind === 'account')
  if (file === undefined) return { own: undefined, differs: [] }
  for await (const [{ path, blob }, content] of contents([file])) {
    const isStaged = blob === undefined || content === 'too-large' || blobId(content) === blob
    return { own: checkAccountSource(path, content, context), differs: isStaged ? [] : [path] }
  }
  return { own: undefined, differs: [] }
}
