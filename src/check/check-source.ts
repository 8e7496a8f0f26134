import { lintFile, isOpaque } from '../lint/run-rules.ts'
import { rules as ourRules } from '../lint/generated/registry.ts'
import type { Finding, Rule } from '../lint/rule.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import type { FileTypes } from '../source/generated/types.ts'
import type { FileKind } from '../source/file-layout.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { parse } from '../source/parse/parse-file.ts'
import type { FileContent } from '../source/list-folder.ts'
import { validate } from '../source/schema/validate-file.ts'

/** One file, with all that can be known of it without any other. */
export interface CheckedSource<K extends FileKind = FileKind> {
  readonly file: SourceFile
  /** What it declares; undefined where it fails yaml or schema. */
  readonly value: FileTypes[K] | undefined
  readonly findings: readonly Finding[]
}

/**
 * Takes one file through the stages that need no other: parse → validate → lint. Linking what it declares to the rest
 * is up to the caller: check/check-account.ts for an account, check/check-global-files.ts for the globals.
 *
 * @param vocabulary Undefined where `providers.yaml` is wrong: a file whose form follows from it is opaque then.
 */
export function checkSource<K extends FileKind>(
  path: string,
  kind: K,
  content: FileContent,
  vocabulary: Vocabulary | undefined,
  rules: readonly Rule[] = ourRules,
): CheckedSource<K> {
  const file = parse(path, kind, content)
  const { root } = file
  const validated = root === undefined ? undefined : validate({ ...file, kind, root }, vocabulary)
  const checked = { file, validated }
  const findings = lintFile(checked, rules)
  return { file, findings, value: isOpaque(checked, findings) ? undefined : validated?.value }
}
