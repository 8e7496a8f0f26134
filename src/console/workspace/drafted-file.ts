import { checkAccountSource } from '../../check/check-account.ts'
import type { CheckContext } from '../../check/check-context.ts'
import { type CheckedGlobals, checkGlobals } from '../../check/check-globals.ts'
import type { SettingsDraft } from '../../draft/draft.ts'
import type { Json, Operation } from '../../draft/operation.ts'
import { replayOnFile, valueAt } from '../../draft/replay-operations.ts'
import { locate } from '../../lint/locate-findings.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { ACCOUNTS, keyOf, pathOf } from '../../source/file-layout.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import type { SourceFile } from '../../source/source-nodes.ts'
import { type FileEdit, type FileEdits, withEdits } from '../../source/with-edits.ts'

/** A file as it is in the working tree, and as the draft makes it, with what the check says of that. */
export interface DraftedFile {
  readonly key: string
  readonly base: SourceFile | undefined
  readonly now: SourceFile | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly context: CheckContext
  /** What the working tree has at a path. */
  readonly seen: (path: readonly string[]) => Json
}

/** Returns the operations of a draft for one file. */
function operationsFor(draft: SettingsDraft | undefined, key: string): readonly Operation[] {
  return draft?.operations.filter(({ file }) => file === key) ?? []
}

/** Returns the globals as a draft makes them, checked. */
export async function draftedGlobals(
  configuration: Configuration,
  common: CheckedGlobals,
  draft: SettingsDraft | undefined,
): Promise<CheckedGlobals> {
  const edits = globalEdits(common, draft)
  return edits.size === 0 ? common : checkGlobals(withEdits(configuration, edits), {})
}

/** Returns what a draft makes of the globals and of one account's file. */
export function editsFor(common: CheckedGlobals, account: DraftedFile, draft: SettingsDraft | undefined): FileEdits {
  const { key, base, now } = account
  const path = base?.path ?? now?.path ?? `${key}.yaml`
  const edits = new Map(globalEdits(common, draft))
  if (now?.text !== base?.text) edits.set(path, { before: base?.text ?? null, after: now?.text ?? null })
  return edits
}

function globalEdits(common: CheckedGlobals, draft: SettingsDraft | undefined): FileEdits {
  const edits = new Map<string, FileEdit>()
  const keys = new Set(draft?.operations.map(({ file }) => file).filter((file) => !isAccountKey(file)))
  for (const key of keys) {
    const path = pathOf(key)?.path
    if (path === undefined) continue
    const before = common.context.globals(path)
    const file = replayOnFile(before, operationsFor(draft, key))
    if (file?.text !== before?.text) edits.set(path, { before: before?.text ?? null, after: file?.text ?? null })
  }
  return edits
}

function isAccountKey(key: string): boolean {
  return key.startsWith(`${ACCOUNTS}/`)
}

/** Returns a global file with a draft. */
export function draftedGlobalFile(
  key: string,
  common: CheckedGlobals,
  after: CheckedGlobals,
  draft: SettingsDraft | undefined,
): DraftedFile {
  const path = pathOf(key)?.path ?? ''
  const base = common.context.globals(path)
  const file = replayOnFile(base, operationsFor(draft, key))
  const { show } = after.context
  return {
    key,
    base,
    now: file,
    diagnostics: after.diagnostics.filter((one) => one.file === show(path)),
    context: after.context,
    seen: seenIn(base),
  }
}

/** Returns an account's file with a draft, checked against the globals as the draft makes them. */
export function draftedAccountFile(
  base: SourceFile | undefined,
  id: string,
  { context }: CheckedGlobals,
  draft: SettingsDraft | undefined,
): DraftedFile {
  const key = `${ACCOUNTS}/${id}`
  const file = replayOnFile(base, operationsFor(draft, key))
  return {
    key,
    base,
    now: file,
    diagnostics: file === undefined ? [] : diagnosticsOf(file, context),
    context,
    seen: seenIn(base),
  }
}

function diagnosticsOf(file: SourceFile, context: CheckContext): readonly Diagnostic[] {
  const checked = checkAccountSource(file.path, Buffer.from(file.text), context)
  const lookup = (path: string): SourceFile | undefined => {
    return keyOf(path) === keyOf(file.path) ? checked.file : context.globals(path)
  }
  return locate(checked.findings, lookup, context.show)
}

function seenIn(base: SourceFile | undefined): (path: readonly string[]) => Json {
  return (path) => (base === undefined ? null : valueAt(base, path))
}
