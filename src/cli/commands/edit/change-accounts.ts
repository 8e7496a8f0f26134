import { join } from 'node:path'
import { Failure, fileFailure } from '../../../base/failure.ts'
import { makeFolder } from '../../../base/own-folders.ts'
import { stemOf } from '../../../source/file-layout.ts'
import type { SourceFile } from '../../../source/source-nodes.ts'
import { writeFiles } from '../../../base/write-files.ts'
import type { CheckContext } from '../../../check/check-context.ts'
import { accountMeant, spelledId } from '../../../check/account-spelling.ts'
import { inspect } from '../../../check/checkout/inspect-checkout.ts'
import { type Configuration, openConfiguration } from '../../../source/open-configuration.ts'
import { type Edited, type FileToEdit, editFiles, inTheWayOf } from '../../../edit/edit-files.ts'
import type { Proposed } from '../../../github/open-pull-request.ts'
import type { ExitCode } from '../../exit-code.ts'
import { forgeOf } from '../../pull-request/which-forge.ts'
import { FINGERPRINT } from '../../version.ts'
import { type CommandIo, type CommonFlags, formatOf, out, outJson } from '../../io.ts'
import { proposeEdits } from '../../../propose/propose-edits.ts'
import { hasErrors, renderAside } from '../../render-diagnostics.ts'
import { EDIT_FORMATS, type EditFlags } from './proposal-flags.ts'

/** Returns the new text of one account's file; `file` is undefined where the account has none. */
type AccountEdit = (file: SourceFile | undefined, id: string, context: CheckContext) => string

/** The changes that a command which edits accounts would write. */
export interface EditRequest extends Edited {
  readonly configuration: Configuration
}

/** Edits accounts and checks the result; nothing is written yet. */
export async function change(flags: CommonFlags, ids: readonly string[], edit: AccountEdit): Promise<EditRequest> {
  const configuration = await inspect(await openConfiguration(flags.config))
  refuseRespelled(configuration, ids)
  return { configuration, ...(await editFiles(configuration, changesOf(ids, edit))) }
}

/** Does the same for accounts with a file, using something from global files. @throws {Failure} if one has none. */
export async function changeExisting(
  flags: CommonFlags,
  ids: readonly string[],
  edit: (file: SourceFile, id: string, context: CheckContext) => string,
  reads: readonly string[] = [],
): Promise<EditRequest> {
  const configuration = await inspect(await openConfiguration(flags.config))
  refuseAbsent(configuration, ids)
  const existing: AccountEdit = (file, id, context) =>
    file === undefined ? noFile(configuration, id) : edit(file, id, context)
  return { configuration, ...(await editFiles(configuration, changesOf(ids, existing), reads)) }
}

function changesOf(ids: readonly string[], edit: AccountEdit): FileToEdit[] {
  return ids.map((id) => ({ key: `accounts/${id}`, edit: (file, context) => edit(file, id, context) }))
}

/** Refuses a new account named as a respelling of an existing one: its file name, or another case. @throws {Failure} */
function refuseRespelled({ tree }: Configuration, ids: readonly string[]): void {
  const known = new Set(tree.files.flatMap(({ path, kind }) => (kind === 'account' ? stemOf(path) : [])))
  const respelled = ids.find((id) => !known.has(id) && known.has(spelledId(id)))
  if (respelled === undefined) return
  throw new Failure(
    'usage',
    `"${respelled}" cannot be the id of an account`,
    `did you mean "${spelledId(respelled)}"? An id has small letters, digits, "-" and "_" alone`,
  )
}

/** Runs before anything else is read: wrong usage is reported before a wrong configuration. @throws {Failure} */
function refuseAbsent(configuration: Configuration, ids: readonly string[]): void {
  const absent = new Set(ids)
  const { files, absent: elsewhere = [] } = configuration.tree
  for (const { path, kind } of [...files, ...elsewhere]) if (kind === 'account') absent.delete(stemOf(path))
  for (const id of absent) if (inTheWayOf(configuration, `accounts/${id}`).length === 0) noFile(configuration, id)
}

/** @throws {Failure} always. */
function noFile({ tree }: Configuration, id: string): never {
  const meant = accountMeant(id, tree)
  const near = meant === undefined ? '' : `did you mean "${meant}"? `
  throw new Failure('usage', `the account "${id}" has no file`, `${near}create it with \`plan ACCOUNT PLAN\``)
}

/**
 * Writes all of a change, or proposes it as a pull request; if the result has an error, does neither. Reports what it
 * did. The title is the one for a commit of the change.
 */
export async function apply(
  flags: EditFlags,
  io: CommandIo,
  title: string,
  { configuration, files, diagnostics }: EditRequest,
): Promise<ExitCode> {
  const format = formatOf(flags, EDIT_FORMATS, 'pretty')
  const forge = flags.forge === undefined ? undefined : forgeOf(flags.forge)
  // A file without edits counts if it has diagnostics.
  const looked = new Set([...files.keys()].map(configuration.show).concat(diagnostics.map(({ file }) => file)))
  renderAside(io, diagnostics, looked.size)
  if (hasErrors(diagnostics)) return 1
  if (flags.pr === true && files.size > 0) {
    const { remote, base } = flags
    const proposed = await proposeEdits(configuration, files, title, {
      fingerprint: FINGERPRINT,
      ...(remote !== undefined && { remote }),
      ...(base !== undefined && { base }),
      ...(forge !== undefined && { forge }),
    })
    return told(io, format, proposed)
  }
  if ([...files.values()].some(({ after }) => after !== null)) makeAccountFolder(join(configuration.folder, 'accounts'))
  writeFiles([...files].map(([path, { after }]) => [join(configuration.folder, path), after]))
  const changed = [...files.keys()].map(configuration.show)
  if (format === 'json') outJson(io, { changed })
  else
    out(
      io,
      changed.length === 0
        ? 'nothing to change\n'
        : [...files]
            .map(([path, { after }]) => `${after === null ? 'removed' : 'changed'} ${configuration.show(path)}\n`)
            .join(''),
    )
  return 0
}

/** Reports the result of a proposal. */
export function told(io: CommandIo, format: (typeof EDIT_FORMATS)[number], proposed: Proposed): ExitCode {
  if (format === 'json') outJson(io, proposed)
  else if (proposed.did === 'nothing' || proposed.did === 'ended')
    out(io, `nothing to propose: ${proposed.base} has this change\n`)
  else if (!('number' in proposed)) {
    const what = proposed.did === 'pushed' ? 'pushed' : 'nothing to push: there is'
    out(io, `${what} ${proposed.branch}, for a merge request into ${proposed.base}\n`)
  } else {
    const instead = proposed.closed === undefined ? '' : ` (#${proposed.closed} with the same change was closed)`
    out(io, `${proposed.did} pull request #${proposed.number}${instead}: ${proposed.url}\n`)
  }
  return 0
}

/** Names accounts in a title: a few by id, many by their count. */
export function accountsIn(ids: readonly string[]): string {
  const [first = '', ...rest] = ids
  if (rest.length === 0) return first
  return ids.length <= 3 ? ids.join(', ') : `${first} and ${rest.length} more accounts`
}

/** The first account may have no folder yet. */
function makeAccountFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    throw fileFailure(error, `cannot make ${folder}`)
  }
}
