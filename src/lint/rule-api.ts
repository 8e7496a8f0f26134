/** The means to write custom rules; `src/rules.ts` is their entry point. */
export { defineRule, fileStart, keyAt, valueAt } from './rule.ts'
export type { Checked, Finding, Place, Reporter, Rule, When } from './rule.ts'
export type { Edit, Severity } from '../source/diagnostic-types.ts'
export type { AccountModel, PartialGlobals, PartialGlobals as Known } from '../source/link-files.ts'
export type { Tree } from '../source/list-folder.ts'
export type { Node, Part, Path, SourceFile, Span } from '../source/source-nodes.ts'
export type { Validated } from '../source/schema/validate-file.ts'
export type { Violation } from '../source/schema/violations.ts'
