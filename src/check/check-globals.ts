import type { Globals } from '../domain/settings-types.ts'
import { withGlobalTexts } from '../store/format/content-root.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { blobId } from '../git/objects/blob-id.ts'
import type { PartialGlobals, TrustFacts } from '../source/link-files.ts'
import { parse } from '../source/parse/parse-file.ts'
import type { FileContent, Tree } from '../source/list-folder.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { lintGlobals, lintTree } from '../lint/run-rules.ts'
import { type Lookup, locate } from '../lint/locate-findings.ts'
import type { Finding, Rule, Use, When } from '../lint/rule.ts'
import { rules as ourRules } from '../lint/generated/registry.ts'
import type { CheckContext } from './check-context.ts'
import type { Configuration } from '../source/open-configuration.ts'
import {
  type CheckedGlobalFiles,
  type GlobalContent,
  checkGlobalFiles,
  globalContents,
  hidesVocabulary,
  tenfoldIn,
} from './check-global-files.ts'
import type { CustomRules } from './load-custom-rules.ts'
import type { Previous } from './previous/previous-release.ts'
import { rootOfTrust, trustIn } from './read-root-of-trust.ts'
import { type ChangeSet, touchedBy } from './since/change-set.ts'

/** The part that is checked once for all accounts: the tree of files, and the globals. */
export interface CheckedGlobals {
  readonly context: CheckContext
  readonly contents: readonly GlobalContent[]
  readonly diagnostics: readonly Diagnostic[]
  readonly globals: Globals | undefined
  readonly environment: string
  /** The content of the store's provenance object for the globals. */
  readonly provenance: string
  /** How many global files were parsed. */
  readonly parsed: number
  /** The global files whose content differs from what git has under the id that they were listed with. */
  readonly differing: readonly string[]
  /** Whether the globals are those of the previous store, so that an unchanged account need not be checked again. */
  readonly reused: boolean
}

export async function checkGlobals(
  configuration: Configuration,
  {
    changes,
    custom,
    use = 'check',
  }: { readonly changes?: ChangeSet; readonly custom?: CustomRules; readonly use?: Use },
  previous?: Previous,
): Promise<CheckedGlobals> {
  const { tree, date, show } = configuration
  const when: When = { date, ...(changes !== undefined && { touched: touchedBy(changes) }) }
  const contents = await globalContents(tree.files, configuration.contents)
  const reused = previous !== undefined && isUnchanged(contents, previous)
  const rules = custom && [...ourRules, ...custom.rules]
  const trust = trustIn(await rootOfTrust(configuration))
  const checked = reused
    ? fromStore(contents, trust, previous, when, show, rules)
    : checkGlobalFiles(contents, trust, when, show, rules, undefined, hidesVocabulary(tree))
  const findings = lintTree(tree, rules, use)
  const accounts = await involved(findings, configuration)
  const diagnostics = locate(findings, (path) => checked.lookup(path) ?? accounts.get(path), show)
  const context: CheckContext = {
    known: checked.known,
    when,
    globals: checked.lookup,
    show,
    ...(changes !== undefined && { changes }),
    ...(rules !== undefined && { rules, modules: custom?.modules ?? [] }),
  }
  const { globals, environment, provenance, parsed } = checked
  return {
    context,
    contents,
    globals,
    environment,
    provenance,
    parsed,
    reused,
    differing: differingIn(contents, tree),
    diagnostics: [...diagnostics, ...checked.diagnostics, ...(custom?.diagnostics ?? [])],
  }
}

function differingIn(contents: readonly GlobalContent[], { files }: Tree): string[] {
  const ids = new Map(files.map(({ path, blob }) => [path, blob]))
  return contents.flatMap(({ path, content }) => {
    const id = ids.get(path)
    return id === undefined || content === 'too-large' || blobId(content) === id ? [] : [path]
  })
}

function isUnchanged(contents: readonly GlobalContent[], { globalFiles }: Previous): boolean {
  if (contents.length !== globalFiles.size) return false
  return contents.every(({ path, content }) => content !== 'too-large' && globalFiles.get(path) === blobId(content))
}

/** Returns the globals as the store holds them; a file is parsed only where a diagnostic has to name a place in it. */
function fromStore(
  contents: readonly GlobalContent[],
  trust: TrustFacts | undefined,
  previous: Previous,
  when: When,
  show: (path: string) => string,
  rules: readonly Rule[] | undefined,
): CheckedGlobalFiles {
  const { environment, provenance } = previous.globals
  const globals = withGlobalTexts(previous.globals, (ref) => previous.text(ref))
  const lookup = lazily(contents)
  const known = { ...knownFrom(globals), ...extrasOf(contents, trust) }
  const diagnostics = locate(lintGlobals(known, when, rules), lookup, show)
  return { known, diagnostics, globals, environment, lookup, provenance: previous.text(provenance), parsed: 0 }
}

/** Returns the globals that the accounts of a store were checked against. */
export function knownIn(previous: Previous): PartialGlobals {
  return knownFrom(withGlobalTexts(previous.globals, (ref) => previous.text(ref)))
}

/** Returns the globals of a release, as far as an answer needs them. */
export function knownFrom(globals: Globals): PartialGlobals {
  const { vocabulary, sections, providers, models, plans, functions, prompts, author_profiles, strategies } = globals
  return {
    vocabulary,
    settings: { sections, providers },
    models,
    plans,
    written: plans,
    functions,
    prompts,
    author_profiles,
    strategies,
  }
}

/** Returns what rules read of the globals and their object does not hold. */
function extrasOf(
  contents: readonly GlobalContent[],
  trust: TrustFacts | undefined,
): Pick<PartialGlobals, 'tenfold' | 'trust'> {
  const tenfold = tenfoldIn(contents)
  return { ...(tenfold !== undefined && { tenfold }), ...(trust !== undefined && { trust }) }
}

/** Looks up global files by path, parsed when they are first asked for. */
export function lazily(contents: readonly GlobalContent[]): Lookup {
  const sources = new Map<string, SourceFile>()
  return (path) => {
    const found = sources.get(path)
    const global = contents.find((file) => file.path === path)
    if (found !== undefined || global === undefined) return found
    const file = sourceOf(path, global.kind, global.content)
    sources.set(path, file)
    return file
  }
}

function sourceOf(path: string, kind: SourceFile['kind'], content: FileContent): SourceFile {
  return parse(path, kind, content)
}

/** Returns the account files that the tree's own findings name, such as an id in two files. */
async function involved(findings: readonly Finding[], configuration: Configuration): Promise<Map<string, SourceFile>> {
  const paths = new Set(findings.flatMap(({ at, related = [] }) => [at.file, ...related.map((other) => other.at.file)]))
  const files = configuration.tree.files.filter(({ path, kind }) => kind === 'account' && paths.has(path))
  const sources = new Map<string, SourceFile>()
  for await (const [{ path, kind }, content] of configuration.contents(files)) {
    sources.set(path, sourceOf(path, kind, content))
  }
  return sources
}
