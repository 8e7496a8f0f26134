import { type Ref, type StoredObject, textObject, toObject } from './bundle/object.ts'
import type { Release } from './bundle/release.ts'
import { writeGlobals, writeRoot } from './bundle/root.ts'
import { type Diagnostic, count, sortDiagnostics } from './compile/diagnostic.ts'
import { emitAccounts } from './compile/emit.ts'
import { storeGlobals } from './compile/store-form.ts'
import { foldFailures } from './lint/own/fold.ts'
import type { CheckedAccount } from './pipeline/account.ts'
import { filesById, withOriginals } from './pipeline/account-meant.ts'
import { checkAccounts } from './pipeline/accounts.ts'
import { reportConverted, withStagedIds } from './pipeline/checkout/converted.ts'
import { inspect } from './pipeline/checkout/inspect.ts'
import { type Common, checkCommon } from './pipeline/common.ts'
import type { Configuration, Origin } from './pipeline/configuration.ts'
import { judgeAccounts } from './pipeline/judge.ts'
import type { OwnRules } from './pipeline/own-rules.ts'
import { type Previous, usable, withPrevious } from './pipeline/previous.ts'
import { type Scope, scopeOf } from './pipeline/scope.ts'
import type { ChangeSet } from './pipeline/touched.ts'
import { NOTHING, countOf } from './publish/publish.ts'
import { type Draft, type Last, type Publisher, isSame } from './publish/publisher.ts'
import type { Published } from './publish/target.ts'
import type { FileTarget } from './publish/targets/file.ts'

/**
 * read → parse → validate → link → lint → resolve → emit → seal → sign → publish   ⇒   store   ⇒   sdk
 *
 * Everything between reading and sealing is a function from values to values; this file puts them in their order.
 */
export interface Options {
  /** Told as the account files are done. */
  readonly progress?: (done: number, total: number) => void
  /** Told what a person may want to know and a program need not. */
  readonly note?: (text: string) => void
  /** What the change under review did, where one is under review. */
  readonly changes?: ChangeSet
  /** The repository's own rules, beside ours. */
  readonly own?: OwnRules
  /** Whoever asks wants the diagnostics, and not the accounts. */
  readonly judgesOnly?: boolean
}

export interface Checked extends Common {
  /** All of them, sorted. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files the configuration has. */
  readonly files: number
  readonly accounts: readonly CheckedAccount[]
}

/** Reads, parses, validates, links and lints a whole configuration. */
export async function check(opened: Configuration, options: Options = {}): Promise<Checked> {
  const configuration = await withStagedIds(await inspect(opened))
  const common = await checkCommon(configuration, options)
  const work = configuration.tree.files.filter(({ kind }) => kind === 'account').map((file) => ({ file }))
  const accounts: CheckedAccount[] = []
  const differing = [...common.differing]
  const bench = { ...common.bench, judgesOnly: options.judgesOnly === true }
  for await (const outcome of checkAccounts(work, configuration, bench, common.contents)) {
    if (!('unchanged' in outcome)) accounts.push(outcome)
    if (outcome.differs === true) differing.push(outcome.path)
    options.progress?.(accounts.length, work.length)
  }
  const converted = await reportConverted(configuration, differing)
  const found = [...common.diagnostics, ...converted, ...accounts.flatMap((account) => account.diagnostics)]
  const { show, tree } = configuration
  const diagnostics = sortDiagnostics(withOriginals(foldFailures(found), show, filesById(tree)))
  return { ...common, diagnostics, files: configuration.tree.files.length, accounts }
}

export interface Compiled {
  readonly diagnostics: readonly Diagnostic[]
  readonly files: number
  /** Undefined where an error kept the store as it was. */
  readonly emitted?: Emitted
}

export interface Emitted {
  readonly release: Release
  readonly accounts: number
  readonly files_parsed: number
  readonly files_reused: number
  readonly published: Extract<Published, { done: true }>
}

export interface ReleaseOptions extends Options {
  /** Instead of the one that tenfold.yaml names. */
  readonly environment?: string
  /** Who numbers and signs what comes out. */
  readonly publisher: Publisher
  /** Seals the platform's keys, once there is something to release; left out, the store keeps those that it has. */
  readonly seal?: (common: Common) => Promise<StoredObject | null>
  /** The program that judges: a store that another one wrote is no cache. */
  readonly judge: string
  /** Whether the store may be built upon at all; one that a checkout may have brought is not even read. */
  readonly reuses?: boolean
  /** Instead of the store's own release, the one that is built upon, where the store holds that: somebody else's word. */
  readonly basis?: Release | undefined
}

/**
 * Checks a configuration and emits it into a store, building on what the store already holds: a file whose content
 * is known there is not parsed again. Where somebody else publishes meanwhile, it builds again on their release.
 */
export async function compile(origin: Origin, target: FileTarget, options: ReleaseOptions): Promise<Compiled> {
  const { judge, reuses = true, note = (): void => {} } = options
  for (;;) {
    const expected = target.headNow()
    const last = expected === undefined ? undefined : await options.publisher.last(target, expected)
    const isUsable =
      reuses && last?.isOurs === true && (!('basis' in options) || options.basis?.root === last.release.root)
    const store = isUsable ? { target, release: options.basis ?? last.release } : undefined
    const built = { target, expected, last }
    const compiled = await withPrevious(store, judge, note, (previous) => compileOnto(previous, origin, built, options))
    if (compiled !== undefined) return compiled
    note(`another release was published to ${target.url} meanwhile: building on it`)
  }
}

/** The files of accounts by their ids, of those too that have not changed. */
function originals({ configuration, gone }: Scope, previous: Previous | undefined): (id: string) => string | undefined {
  const here = filesById(configuration.tree)
  return (id) => here(id) ?? (gone.has(id) ? undefined : previous?.find(id)?.file)
}

/** What is built upon: a store, and what its head says. */
interface Ground {
  readonly target: FileTarget
  readonly expected: Uint8Array | undefined
  readonly last: Last | undefined
}

/** Undefined where somebody else was first. @throws {Unusable} */
async function compileOnto(
  previous: Previous | undefined,
  origin: Origin,
  { target, expected, last }: Ground,
  options: ReleaseOptions,
): Promise<Compiled | undefined> {
  const { judge, publisher } = options
  const scoped = await scopeOf(origin, previous, options.own)
  const scope = { ...scoped, configuration: await inspect(scoped.configuration) }
  const common = await checkCommon(scope.configuration, { ...options, use: 'write' }, previous)
  const judged = await judgeAccounts(scope, common, previous, options.progress)
  const converted = await reportConverted(scope.configuration, [...common.differing, ...judged.differing])
  const found = foldFailures([...common.diagnostics, ...converted, ...judged.diagnostics])
  const diagnostics = sortDiagnostics(withOriginals(found, scope.configuration.show, originals(scope, previous)))
  const { files } = scope
  const { globals } = common
  if (globals === undefined || count(diagnostics, 'error') > 0) return { diagnostics, files }

  const objects = new Collector((ref) => previous?.read(ref) ?? target.readNow(ref))
  const { stored, objects: texts } = storeGlobals(globals, common.environment, common.provenance)
  for (const text of [...texts, ...judged.texts]) objects.write(text)
  const globalsObject = objects.write(textObject(writeGlobals(stored)))
  const { region, count: growth } = usable(() => emitAccounts(previous?.root.accounts ?? null, judged.changes, objects))
  const accounts = (previous?.root.count ?? 0) + growth
  const root = { format: 1 as const, judge, globals: globalsObject.ref, count: accounts, accounts: region }
  const { id } = origin
  const { commit } = await origin.state()
  const draft: Draft = {
    // An environment named on the command line is this release's alone: the root must not depend on it.
    environment: options.environment ?? common.environment,
    commit,
    ...(commit !== null && id !== undefined && judged.isAsInGit && { tree: id }),
    root: objects.write(toObject(writeRoot(root))).ref,
    secrets: kept(await options.seal?.(common), last?.isOurs === true ? last.release.secrets : null, objects),
  }
  const parsed = common.parsed + judged.parsed
  const counts = { accounts, files_parsed: parsed, files_reused: files - parsed }
  if (previous !== undefined && last?.isGood === true && isSame(last.release, draft, publisher)) {
    return {
      diagnostics,
      files,
      emitted: { ...counts, release: last.release, published: { ...NOTHING, reused: objects.size } },
    }
  }
  const before = previous?.root.count ?? (await countOf(target, last?.release.root))
  if (publisher.trust !== null) objects.write(publisher.trust)
  const { release, head } = publisher.next(draft, last, { before, after: accounts })
  const published = await target.publish({ objects: objects.all(), expected, head })
  return published.done ? { diagnostics, files, emitted: { ...counts, release, published } } : undefined
}

/** An object of this release, or else what the last one had. */
function kept(given: StoredObject | null | undefined, before: Ref | null | undefined, objects: Collector): Ref | null {
  if (given === undefined) return before ?? null
  return given === null ? null : objects.write(given).ref
}

/** The objects of one release: those that are new, and those that are read on the way. */
class Collector {
  readonly #objects = new Map<Ref, StoredObject>()
  readonly #read: (ref: Ref) => Uint8Array

  constructor(read: (ref: Ref) => Uint8Array) {
    this.#read = read
  }

  read(ref: Ref): Uint8Array {
    return this.#objects.get(ref)?.bytes ?? this.#read(ref)
  }

  write(object: StoredObject): StoredObject {
    this.#objects.set(object.ref, object)
    return object
  }

  get size(): number {
    return this.#objects.size
  }

  all(): Iterable<StoredObject> {
    return this.#objects.values()
  }
}
