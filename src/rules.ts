/**
 * What a repository's own rules are written with: `import { defineRule } from 'tenfold'`, or from 'tenfold/rules',
 * which holds this and nothing else.
 */
export * from './lint/api.ts'
