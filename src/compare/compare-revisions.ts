import { canonical } from '../store/format/canonical-json.ts'
import type { Globals } from '../domain/settings-types.ts'
import { servesAll } from '../domain/resolve-answers.ts'
import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { lenient } from '../source/link-files.ts'
import type { TreeFile } from '../source/list-folder.ts'
import { type Difference, diff } from './diff-answers.ts'
import type { GlobalField } from './diff-types.ts'
import type { Base } from './open-base.ts'
import { blobsOf, differing, fileChanges } from '../check/since/file-changes.ts'
import { withAbsent } from '../check/checkout/absent-files.ts'
import { inspect } from '../check/checkout/inspect-checkout.ts'
import { type CheckedGlobals, checkGlobals } from '../check/check-globals.ts'
import type { Configuration } from '../source/open-configuration.ts'
import { globalFields } from './list-global-fields.ts'
import { withoutCredentials } from './mask-diff.ts'
import { identified } from '../source/identify-files.ts'
import { type PairCache, type JudgedSides, readPairs } from './read-account-pairs.ts'
import { type TrustedStore, type Previous, withPrevious } from '../check/previous/previous-release.ts'

/** The comparison of two revisions, and what is wrong with HEAD's. */
export interface Comparison {
  /** Full ids; null for a working tree that is no commit. */
  readonly base: string | null
  readonly head: string | null
  /** Undefined where a global file of HEAD is missing or opaque, so that nothing could be released from it. */
  readonly compared: Difference | undefined
  /** Of HEAD: those of the globals, and of every account file that was read. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files HEAD has. */
  readonly files: number
  /** The files that differ between the two sides, as they are shown. */
  readonly changed: ReadonlySet<string>
  /** How many files had to be parsed, including global ones. */
  readonly files_parsed: number
}

export interface CompareOptions {
  /** It may know some of the accounts already. */
  readonly store?: TrustedStore
  readonly fingerprint: string
  readonly note?: (text: string) => void
  /** Called as account files are done. */
  readonly progress?: (done: number, total: number) => void
  /** Whether it matters to the rules that the change wrote a value, as in `check --since`. */
  readonly strict?: boolean
}

/**
 * Compares what two revisions resolve to, at a cost that follows the change: the ids of the files' contents show what
 * changed, and only that is parsed. Where the globals changed every account may be affected; those that a store knows
 * are taken from it, and the others are parsed once for both sides.
 */
export async function compare(base: Base, after: Configuration, options: CompareOptions): Promise<Comparison> {
  const { store, fingerprint, note = (): void => {} } = options
  const head = withAbsent(await identified(await inspect(after)))
  const missing = head.tree.files.length - after.tree.files.length
  if (missing > 0) note(`${missing} files that are not checked out are read from HEAD`)
  return withPrevious(store, fingerprint, note, (previous) => compareWith(previous, base, head, options))
}

async function compareWith(
  previous: Previous | undefined,
  base: Base,
  after: Configuration,
  options: CompareOptions,
): Promise<Comparison> {
  const before = base.configuration
  const { commit } = await after.state()
  const [then, now] = [before === undefined ? new Map<string, string>() : await blobsOf(before), await blobsOf(after)]
  const changed = differing(then, now)

  const changes =
    options.strict !== true
      ? undefined
      : before === undefined
        ? 'everything'
        : await fileChanges(before, after, changed)
  const checked = await checkGlobals(after, changes === undefined ? {} : { changes }, previous)
  const isMoved = ({ path, kind }: TreeFile): boolean => kind !== 'account' && changed.has(path)
  const globalsMoved = [...(before?.tree.files ?? []), ...after.tree.files].some(isMoved)
  const checkedThen = before && (globalsMoved ? await checkGlobals(before, {}, previous) : checked)

  const sides = {
    // A mistake at BASE hides what depends on it; with one at HEAD there is nothing that would be released.
    before: {
      commit: base.commit,
      globals: checkedThen && answerable(lenient(checkedThen.context.known)),
      fields: fieldsOf(before, checkedThen, changed),
    },
    after: {
      commit,
      globals: answerable(checked.globals),
      fields: fieldsOf(after, checked, changed),
    },
  }
  const moved = canonical(sides.before.globals ?? null) !== canonical(sides.after.globals ?? null)
  const sidesRead: JudgedSides = {
    before: before && checkedThen && { configuration: before, common: checkedThen, blobs: then },
    after: { configuration: after, common: checked, blobs: now },
  }
  const pairs = await readPairs(sidesRead, {
    everybody: moved,
    cache: cacheOf(previous),
    vouched: checked.reused,
    ...(options.progress !== undefined && { progress: options.progress }),
  })
  const diagnostics = sortDiagnostics([...checked.diagnostics, ...pairs.diagnostics])
  const all = [...diagnostics, ...pairs.before, ...(checkedThen?.diagnostics ?? [])]
  const leaks = all.some(({ rule }) => rule.startsWith('secret/'))
  const found = sides.after.globals && diff(sides.before, sides.after, pairs.pairs, pairs.totals)
  return {
    base: base.commit,
    head: commit,
    compared: found && leaks ? { ...found, diff: withoutCredentials(found.diff) } : found,
    diagnostics,
    files: after.tree.files.length,
    changed: new Set([...changed].map(after.show)),
    files_parsed: checked.parsed + (globalsMoved ? (checkedThen?.parsed ?? 0) : 0) + pairs.parsed,
  }
}

/** Returns the fields of the global files that changed; none of a file that is opaque. */
function fieldsOf(
  configuration: Configuration | undefined,
  common: CheckedGlobals | undefined,
  changed: ReadonlySet<string>,
): Map<string, GlobalField> {
  const fields = new Map<string, GlobalField>()
  if (configuration === undefined || common === undefined) return fields
  for (const { path, kind } of configuration.tree.files) {
    const file = kind !== 'account' && changed.has(path) ? common.context.globals(path) : undefined
    if (file === undefined) continue
    for (const [name, field] of globalFields(file, common.context.known.vocabulary, configuration.show))
      fields.set(name, field)
  }
  return fields
}

/** Leaves out globals that select a provider without defining it: they resolve nothing. */
function answerable(globals: Globals | undefined): Globals | undefined {
  return globals !== undefined && servesAll(globals) ? globals : undefined
}

/**
 * Returns what a store knows of an account's file, by the id of its content, which does not depend on where the file
 * is.
 */
function cacheOf(previous: Previous | undefined): PairCache | undefined {
  if (previous === undefined) return undefined
  const byBlob = new Map([...previous.byFile().values()].map((account) => [account.blob, account]))
  return { previous, find: (blob) => byBlob.get(blob) }
}
