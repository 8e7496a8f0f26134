import { type Ref, type StoredObject, textObject } from './bundle/object.ts'
import type { Release } from './bundle/release.ts'
import { writeGlobals, writeRoot } from './bundle/root.ts'
import { type Diagnostic, count, sortDiagnostics } from './compile/diagnostic.ts'
import { type Entry, emitAccounts } from './compile/emit.ts'
import { storeGlobals } from './compile/store-form.ts'
import { lintAccount } from './lint/lint.ts'
import { foldFailures } from './lint/own/fold.ts'
import type { CheckedAccount } from './pipeline/account.ts'
import { type Work, checkAccounts } from './pipeline/accounts.ts'
import { type Common, checkCommon } from './pipeline/common.ts'
import type { Configuration } from './pipeline/configuration.ts'
import type { OwnRules } from './pipeline/own-rules.ts'
import { modelFrom, type Previous, readPrevious } from './pipeline/previous.ts'
import type { ChangeSet } from './pipeline/touched.ts'
import { NOTHING, countOf } from './publish/publish.ts'
import { type Draft, type Publisher, isSame } from './publish/publisher.ts'
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
}

export interface Checked extends Common {
  /** All of them, sorted. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files the configuration has. */
  readonly files: number
  readonly accounts: readonly CheckedAccount[]
}

/** Reads, parses, validates, links and lints a whole configuration. */
export async function check(configuration: Configuration, options: Options = {}): Promise<Checked> {
  const common = await checkCommon(configuration, options)
  const work = accountFiles(configuration).map((file): Work => ({ file }))
  const accounts: CheckedAccount[] = []
  for await (const outcome of checkAccounts(work, configuration, common.bench, common.contents)) {
    if (!('unchanged' in outcome)) accounts.push(outcome)
    options.progress?.(accounts.length, work.length)
  }
  const found = [...common.diagnostics, ...accounts.flatMap((account) => account.diagnostics)]
  const diagnostics = sortDiagnostics(foldFailures(found))
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
}

/**
 * Checks a configuration and emits it into a store, building on what the store already holds: a file whose content
 * is known there is not parsed again. Where somebody else publishes meanwhile, it builds again on their release.
 */
export async function compile(configuration: Configuration, target: FileTarget, options: ReleaseOptions): Promise<Compiled> {
  for (;;) {
    const expected = target.headNow()
    const last = expected === undefined ? undefined : await options.publisher.last(target, expected)
    const ours = last?.isOurs === true ? last.release : undefined
    const previous = ours && readPrevious(target, ours, options.judge, options.note ?? ((): void => {}))
    const common = await checkCommon(configuration, options, previous && { previous, read: (ref) => target.readNow(ref) })
    const judged = await judgeAccounts(configuration, common, previous, target, options)
    const diagnostics = sortDiagnostics(foldFailures([...common.diagnostics, ...judged.diagnostics]))
    const files = configuration.tree.files.length
    const { globals } = common
    if (globals === undefined || count(diagnostics, 'error') > 0) return { diagnostics, files }

    const objects = new Collector((ref) => target.readNow(ref))
    const { stored, objects: texts } = storeGlobals(globals, common.environment, common.provenance)
    for (const text of [...texts, ...judged.texts]) objects.write(text)
    const globalsObject = objects.write(textObject(writeGlobals(stored)))
    const { region, count: growth } = emitAccounts(previous?.root.accounts ?? null, judged.changes, objects)
    const accounts = (previous?.root.count ?? 0) + growth
    const root = { format: 1 as const, judge: options.judge, globals: globalsObject.ref, count: accounts, accounts: region }
    const draft: Draft = {
      // An environment named on the command line is this release's alone: the root must not depend on it.
      environment: options.environment ?? common.environment,
      commit: configuration.commit,
      root: objects.write(textObject(writeRoot(root))).ref,
      secrets: kept(await options.seal?.(common), ours?.secrets, objects),
    }
    const counts = { accounts, files_parsed: common.parsed + judged.parsed, files_reused: files - common.parsed - judged.parsed }
    if (previous !== undefined && last?.isGood === true && isSame(last.release, draft, options.publisher)) {
      return { diagnostics, files, emitted: { ...counts, release: last.release, published: NOTHING } }
    }
    const before = previous?.root.count ?? (await countOf(target, last?.release.root))
    if (options.publisher.trust !== null) objects.write(options.publisher.trust)
    const { release, head } = options.publisher.next(draft, last, { before, after: accounts })
    const published = await target.publish({ objects: objects.all(), expected, head })
    if (published.done) return { diagnostics, files, emitted: { ...counts, release, published } }
    options.note?.(`another release was published to ${target.url} meanwhile: building on it`)
  }
}

/** An object of this release, or else what the last one had. */
function kept(given: StoredObject | null | undefined, before: Ref | null | undefined, objects: Collector): Ref | null {
  if (given === undefined) return before ?? null
  return given === null ? null : objects.write(given).ref
}

interface Judged {
  readonly diagnostics: Diagnostic[]
  readonly texts: StoredObject[]
  /** By account id; null for an account that is gone. */
  readonly changes: Map<string, Entry | null>
  parsed: number
}

/** Every account whose file's content is new, and, where the globals moved, every other one from the store. */
async function judgeAccounts(
  configuration: Configuration,
  { bench, contents, reused }: Common,
  previous: Previous | undefined,
  target: FileTarget,
  options: Options,
): Promise<Judged> {
  const judged: Judged = { diagnostics: [], texts: [], changes: new Map(), parsed: 0 }
  const gone = new Set([...(previous?.accounts.values() ?? [])].map(({ id }) => id))
  const files = accountFiles(configuration)
  const take = (account: CheckedAccount): void => {
    judged.parsed++
    judged.diagnostics.push(...account.diagnostics)
    if (account.stored === undefined) return
    judged.texts.push(...account.stored.texts)
    judged.changes.set(account.stored.id, account.stored.entry)
    gone.delete(account.stored.id)
  }
  const again: Work[] = []
  const work = files.map((file): Work => {
    const before = previous?.accounts.get(file.path)?.blob
    return before === undefined ? { file } : { file, before }
  })
  let done = 0
  for await (const outcome of checkAccounts(work, configuration, bench, contents)) {
    options.progress?.(++done, files.length)
    const known = previous?.accounts.get(outcome.path)
    if (!('unchanged' in outcome)) take(outcome)
    else if (known !== undefined) {
      gone.delete(known.id)
      if (reused) continue
      const model = modelFrom(outcome.path, known, (ref) => Buffer.from(target.readNow(ref)).toString('utf8'))
      // Only an account with something to say is read again, for the places to say it at.
      const silent = lintAccount(model, bench.known, bench.when, bench.rules).length === 0
      if (!silent) again.push({ file: { path: outcome.path, kind: 'account' } })
    }
  }
  const blobs = new Map(files.map((file) => [file.path, file]))
  const reread = again.map(({ file }) => ({ file: blobs.get(file.path) ?? file }))
  for await (const outcome of checkAccounts(reread, configuration, bench, contents)) {
    if (!('unchanged' in outcome)) take(outcome)
  }
  for (const id of gone) judged.changes.set(id, null)
  return judged
}

function accountFiles({ tree }: Configuration): Configuration['tree']['files'] {
  return tree.files.filter(({ kind }) => kind === 'account')
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

  all(): Iterable<StoredObject> {
    return this.#objects.values()
  }
}

