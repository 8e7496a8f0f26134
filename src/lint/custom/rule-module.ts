/** A file of custom rules, relative to the configuration's folder: `rules/names.ts`. */
export interface RuleSource {
  readonly path: string
  readonly text: string
}

/** The same as JavaScript, in plain text, so that it can be sent to every worker. */
export interface RuleModule {
  readonly path: string
  readonly code: string
}

/** The reason that a file cannot be used, in UTF-16 offsets into its text. */
export interface RuleProblem {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly message: string
  readonly help: string
}

/** The names under which a rule imports the program. */
export const PROGRAM: ReadonlySet<string> = new Set(['tenfold', 'tenfold/rules'])

/** Resolves `./names.ts`, `./names.js` or `./names`, as imported in the folder of the rules, to `rules/names.ts`. */
export function neighbour(specifier: string): string | undefined {
  const name = /^\.\/([^/]+?)(?:\.[jt]s)?$/.exec(specifier)?.[1]
  return name === undefined ? undefined : `rules/${name}.ts`
}

export function problemIn(path: string, message: string, help: string): RuleProblem {
  return { path, start: 0, end: 0, message, help }
}
