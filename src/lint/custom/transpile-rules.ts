import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TSError, create, type Service } from 'ts-node'
import { PROGRAM, neighbour, type RuleModule, type RuleProblem, type RuleSource } from './rule-module.ts'

/**
 * Type-checks custom rules and compiles them to JavaScript. This is slow, and done once: the result is sent to the
 * workers. The repository's own tsconfig.json has no effect, so that a rule means the same wherever it is loaded.
 *
 * @param folder The configuration's folder, absolute.
 */
export function compileRules(folder: string, sources: readonly RuleSource[]): CompiledRules {
  // A check with --fix asks for the same twice.
  const key = JSON.stringify([folder, sources])
  const known = compiled.get(key) ?? compile(folder, sources)
  compiled.set(key, known)
  return known
}

export interface CompiledRules {
  readonly modules: readonly RuleModule[]
  readonly problems: readonly RuleProblem[]
}

const compiled = new Map<string, CompiledRules>()

/**
 * Compiles first without the types of node, which take longer to read than all else together and which few rules use:
 * what compiles without them compiles with them, to the same code.
 */
function compile(folder: string, sources: readonly RuleSource[]): CompiledRules {
  const plain = compileWith([], folder, sources)
  return plain.problems.length === 0 || NODE_TYPES === undefined ? plain : compileWith(['node'], folder, sources)
}

function compileWith(types: readonly 'node'[], folder: string, sources: readonly RuleSource[]): CompiledRules {
  const service = serviceIn(join(folder, 'rules'), types)
  const known = new Set(sources.map(({ path }) => path))
  const modules: RuleModule[] = []
  const problems: RuleProblem[] = []
  for (const source of sources) {
    const foreign = foreignImports(source, known)
    for (const problem of foreign) problems.push(problem)
    if (foreign.length > 0) continue
    const compiled = compileOne(service, source, join(folder, source.path))
    if (typeof compiled === 'string') modules.push({ path: source.path, code: compiled })
    else for (const problem of compiled) problems.push(problem)
  }
  return { modules, problems }
}

const require = createRequire(import.meta.url)
const required: (name: 'typescript') => typeof import('typescript') = require
/** Not imported, since node would then search all nine megabytes of it for the names that it exports. */
const ts = required('typescript')
/** Run from its sources, the program's types are its sources; built, they are beside it. */
const TYPES = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../rules.ts' : './rules.d.cts', import.meta.url),
)

/** Where node's types are; undefined where nobody has installed them: few rules need them. */
const NODE_TYPES = nodeTypes()

function nodeTypes(): string | undefined {
  try {
    return dirname(dirname(require.resolve('@types/node/package.json')))
  } catch {
    return undefined
  }
}

function serviceIn(cwd: string, types: readonly 'node'[]): Service {
  return create({
    cwd,
    skipProject: true,
    compiler: require.resolve('typescript'),
    // Each of these could be changed by an environment variable.
    transpileOnly: false,
    typeCheck: true,
    logError: false,
    files: false,
    emit: false,
    pretty: false,
    swc: false,
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      module: 'commonjs',
      moduleResolution: 'bundler',
      strict: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      rewriteRelativeImportExtensions: true,
      paths: Object.fromEntries([...PROGRAM].map((name) => [name, [TYPES]])),
      types,
      typeRoots: NODE_TYPES === undefined ? [] : [NODE_TYPES],
    },
  })
}

function compileOne(service: Service, { path, text }: RuleSource, file: string): string | RuleProblem[] {
  try {
    return service.compile(text, file)
  } catch (error) {
    if (!(error instanceof TSError)) throw error
    return error.diagnostics.map(({ start = 0, length = 0, messageText, code }) => ({
      path,
      start,
      end: start + length,
      message: `${oneLine(ts.flattenDiagnosticMessageText(messageText, '\n'))} (TS${code})`,
      help:
        NODE_TYPES === undefined
          ? 'a rule that does not compile cannot judge: correct it, or install @types/node if it uses node'
          : 'a rule that does not compile cannot judge: correct it',
    }))
  }
}

/**
 * Finds imports of anything but the program, a neighbour and node itself. What a rule depends on has to be beside it: a
 * store is only a cache under the rules that checked it, and those are known by the content of these files.
 */
function foreignImports({ path, text }: RuleSource, known: ReadonlySet<string>): RuleProblem[] {
  const { importedFiles, referencedFiles, typeReferenceDirectives } = ts.preProcessFile(text)
  return [...importedFiles, ...referencedFiles, ...typeReferenceDirectives]
    .filter(({ fileName }) => !PROGRAM.has(fileName) && !isBuiltin(fileName) && !known.has(neighbour(fileName) ?? ''))
    .map(({ fileName, pos, end }) => ({
      path,
      start: pos,
      end,
      message: `a rule cannot import "${fileName}"`,
      help: 'import from tenfold, from another file of config/rules, or from node',
    }))
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
}
