import { createHash } from 'node:crypto'
import { join, relative, sep } from 'node:path'
import { Failure, codeOf } from '../base/failure.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { type FileContent, readContent } from '../source/list-folder.ts'
import { evaluateRules } from '../lint/custom/evaluate-rules.ts'
import { type RuleModule, type RuleProblem, type RuleSource, problemIn } from '../lint/custom/rule-module.ts'
import { maskCredentials } from '../credentials/index.ts'
import type { Rule } from '../lint/rule.ts'
import type { Configuration, RulesPlace } from '../source/open-configuration.ts'

/** The custom rules of a repository, from `config/rules/*.ts`. */
export interface CustomRules {
  readonly rules: readonly Rule[]
  /** The modules that workers make the rules from. */
  readonly modules: readonly RuleModule[]
  /** The problems that keep a file from being used: they fail the check, whatever else that finds. */
  readonly diagnostics: readonly Diagnostic[]
  /** Of their text: what was checked under other rules has to be checked again. */
  readonly digest: string
}

export interface Trusting {
  /** Whether no code of the checked configuration may run. */
  readonly untrusted: boolean
  /** Called with the reason that existing rules are not run. */
  readonly note: (text: string) => void
}

/**
 * Loads the rules that may check a configuration: those of the working tree, or of the checkout whose policy applies
 * instead, and never those of a revision. Undefined where there are none to run.
 */
export async function loadCustomRules(
  { is, folder, files }: RulesPlace,
  { untrusted, note }: Trusting,
): Promise<CustomRules | undefined> {
  if (files.length === 0) return undefined
  const why = whyNotRun(is, untrusted)
  if (why !== undefined) {
    note(`the repository's own rules (rules/*.ts) are not run: ${why}`)
    return undefined
  }
  const contents = files.map(({ path }): [string, FileContent] => [path, readContent(join(folder, path))])
  const { sources, modules, problems } = await compiled(folder, contents)
  const evaluated = evaluateRules(modules)
  // A module whose neighbour does not compile cannot be loaded either, which need not be reported twice.
  const found = problems.length === 0 ? evaluated.problems : problems
  const show = (path: string): string => relative(process.cwd(), join(folder, path)).split(sep).join('/')
  return {
    rules: evaluated.rules,
    modules,
    diagnostics: toDiagnostics(found, sources, show),
    digest: digestOf(sources),
  }
}

/**
 * Finds what will keep a change's custom rules from being used one day. They are compiled, and nothing of them is run.
 */
export async function rulesAsText(change: Configuration): Promise<Diagnostic[]> {
  const files = change.tree.others.filter(({ path }) => path.startsWith('rules/'))
  if (files.length === 0) return []
  const contents: [string, FileContent][] = []
  for await (const [{ path }, content] of change.contents(files)) contents.push([path, content])
  const { sources, problems } = await compiled(change.folder, contents)
  return toDiagnostics(problems, sources, change.show)
}

interface Compiled {
  readonly sources: readonly RuleSource[]
  readonly modules: readonly RuleModule[]
  readonly problems: readonly RuleProblem[]
}

async function compiled(folder: string, contents: readonly (readonly [string, FileContent])[]): Promise<Compiled> {
  const sources: RuleSource[] = []
  const large: RuleProblem[] = []
  for (const [path, content] of contents) {
    if (content === 'too-large') large.push(problemIn(path, 'it is over 1 MiB', 'write less'))
    else sources.push({ path, text: Buffer.from(content).toString('utf8') })
  }
  // TypeScript takes a second to load, which only repositories with custom rules pay.
  const { compileRules } = await loadTypeScript()
  const { modules, problems } = compileRules(folder, sources)
  return { sources, modules, problems: [...large, ...problems] }
}

/** Optional peers: only repositories with custom rules need them. @throws {Failure} where they are missing. */
async function loadTypeScript(): Promise<typeof import('../lint/custom/transpile-rules.ts')> {
  try {
    return await import('../lint/custom/transpile-rules.ts')
  } catch (error) {
    // One of the two is imported, and the other required.
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(error))) throw error
    throw new Failure(
      'world',
      'the repository has rules of its own (rules/*.ts), and typescript and ts-node are not installed',
      'install both beside tenfold: `npm install --save-dev typescript@6 ts-node@10`',
      { cause: error },
    )
  }
}

function whyNotRun(is: RulesPlace['is'], untrusted: boolean): string | undefined {
  if (is === 'revision') return 'those of a revision never are'
  return is === 'working tree' && untrusted ? 'TENFOLD_UNTRUSTED is set' : undefined
}

function digestOf(sources: readonly RuleSource[]): string {
  const hash = createHash('sha256')
  for (const { path, text } of sources) hash.update(JSON.stringify([path, text]))
  return hash.digest('hex').slice(0, 12)
}

function toDiagnostics(
  problems: readonly RuleProblem[],
  sources: readonly RuleSource[],
  show: (path: string) => string,
): Diagnostic[] {
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  return problems.map((problem) => toDiagnostic(problem, texts.get(problem.path) ?? '', show))
}

function toDiagnostic(
  { path, start, end, message, help }: RuleProblem,
  text: string,
  show: (path: string) => string,
): Diagnostic {
  const from = positionAt(text, start)
  const to = positionAt(text, end)
  const excerpt = maskCredentials(text.split('\n')[from.line - 1]?.replace(/\r$/, '') ?? '')
  return {
    rule: 'rules/load',
    severity: 'error',
    message: maskCredentials(message),
    help,
    related: [],
    excerpt,
    file: show(path),
    line: from.line,
    column: from.column,
    end_line: to.line,
    end_column: to.column,
  }
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
