/** The means to write custom rules; `src/rules.ts` is their entry point. */
export { defineRule, fileStart, keyAt, valueAt } from './rule.ts'
export type { Checked, Finding, Place, Reporter, Rule, When } from './rule.ts'
export type { Edit, Severity } from '../source/diagnostic.ts'
export type { PartialGlobals, PartialGlobals as Known } from '../source/link.ts'
export type { AccountModel } from '../source/account-model.ts'
export type { Tree } from '../source/read-folder.ts'
export type { Node, Part, Path, SourceFile, Span } from '../source/nodes.ts'
export type { Validated, Violation } from '../source/validate.ts'
