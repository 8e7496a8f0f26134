/** All that `import … from 'tenfold'` gives: what a service reads settings with, and what a rule is written with. */
export * from './sdk/index.ts'
export * from './rules.ts'
