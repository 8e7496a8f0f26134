/**
 * What a repository's own rules are written with: `import { defineRule } from 'tenfold'`, or from 'tenfold/rules',
 * which holds this and nothing else.
 */
export { defineRule, fileStart, keyAt, valueAt } from './lint/rule.ts'
export type { Checked, Finding, Place, Reporter, Rule, When } from './lint/rule.ts'
export type { Edit, Severity } from './compile/diagnostic.ts'
export type { Known } from './compile/link.ts'
export type { AccountModel } from './compile/model.ts'
export type { Tree } from './compile/read.ts'
export type { Node, Part, Path, SourceFile, Span } from './compile/source.ts'
export type { Validated, Violation } from './compile/validate.ts'
