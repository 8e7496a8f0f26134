/**
 * Everything that `import … from 'tenfold'` provides: what a service reads settings with, and what a rule is written
 * with.
 */
// A compiler that names no types takes none, not even node's, and the settings would have no `on`.
/// <reference types="node" preserve="true" />
export * from './sdk/index.ts'
export * from './rules.ts'
