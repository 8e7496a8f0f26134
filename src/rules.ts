/**
 * The means to write custom rules: `import { defineRule } from 'tenfold'`, or from 'tenfold/rules', which holds this
 * and nothing else.
 */
export * from './lint/rule-api.ts'
