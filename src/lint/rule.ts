import type { Edit, Severity } from '../source/diagnostic-types.ts'
import type { PartialGlobals, AccountModel } from '../source/link-files.ts'
import type { Tree } from '../source/list-folder.ts'
import type { Part, Path, SourceFile, Span } from '../source/source-nodes.ts'
import type { Validated } from '../source/schema/validate-file.ts'

/**
 * A rule inspects one thing and reports what is wrong with it. It is pure: no files, no clock, no randomness.
 *
 * Its methods determine what it inspects: the tree of files, one file, the globals as a whole, or one account given the
 * globals. An account's check never sees another account, so that checking one costs the same among ten and a million.
 */
export interface Rule {
  /** `family/name`: names the rule's file, its page under docs/rules and its test. */
  readonly id: string
  readonly severity: Severity
  /**
   * It never reports an error, or only on what the change under review wrote: so it can be skipped where errors alone
   * count, and where no change is under review.
   */
  readonly onlyWarns?: true | 'but-of-changes'
  /** Describes what it catches, without a full stop. */
  readonly summary: string
  readonly fix?: 'safe' | 'suggest'
  /** `use`: where something is going to be made of the tree, less of it may be missing. */
  tree?(tree: Tree, report: Reporter, use: Use): void
  file?(file: Checked, report: Reporter): void
  globals?(known: PartialGlobals, report: Reporter, when: When): void
  account?(account: AccountModel, known: PartialGlobals, report: Reporter, when: When): void
  /**
   * Returns what of the globals, and of the day, determines the findings of `account`: as long as this is the same, it
   * finds the same in an account, at the same places and in the same words. Left out, everything does.
   */
  reads?(known: PartialGlobals, when: When): unknown
}

/** A file with the result of its schema validation. */
export interface Checked {
  readonly file: SourceFile
  readonly validated: Validated | undefined
}

/** The purpose of a tree: only to be checked, or to be written into a store or to files. */
export type Use = 'check' | 'write'

export interface When {
  /** The commit's date as `2026-01-31`; undefined without git, where no date is checked. */
  readonly date: string | undefined
  /** Whether the change under review wrote the value at this place; undefined where no change is under review. */
  readonly touched?: (place: Place) => boolean
}

export type Reporter = (finding: Omit<Finding, 'rule' | 'severity'> & { readonly severity?: Severity }) => void

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly at: Place
  readonly message: string
  readonly help: string
  readonly related?: readonly { readonly at: Place; readonly message: string }[]
  readonly fix?: readonly Edit[]
  /** The id that the account's file claims, and that may be another one's. */
  readonly claims?: string
}

/** A place by its path in a document, or by its span; both are turned into lines and columns when printed. */
export type Place =
  | { readonly file: string; readonly path: Path; readonly part: Part }
  | { readonly file: string; readonly span: Span }

export function defineRule(rule: Rule): Rule {
  return rule
}

export function keyAt(file: string, ...path: (string | number)[]): Place {
  return { file, path, part: 'key' }
}

export function valueAt(file: string, ...path: (string | number)[]): Place {
  return { file, path, part: 'value' }
}

export function fileStart(file: string): Place {
  return { file, span: { start: 0, end: 0 } }
}

/**
 * Yields what a file has of one kind, each with the others that it is reported for, and the words about those: a file
 * may be full of them, and after so many nobody reads on.
 */
export function* few<T>(all: readonly T[]): Generator<readonly [one: T, others: readonly T[], words: string]> {
  for (const [i, one] of all.slice(0, MOST_SHOWN + 1).entries()) {
    const others = i < MOST_SHOWN ? [] : all.slice(i + 1)
    yield [one, others, others.length > 0 ? ` (and ${others.length} more in this file)` : '']
  }
}

const MOST_SHOWN = 100
