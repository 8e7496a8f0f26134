import type { CheckOptions } from './check/check-configuration.ts'
import type { CheckedGlobals } from './check/check-globals.ts'
import { type Previous, withPrevious } from './check/previous/previous-release.ts'
import { emitContent } from './compile/emit-content.ts'
import { type Ground, planRelease, secretsOf } from './compile/plan-release.ts'
import { checkScope, readScope } from './compile/check-scope.ts'
import type { Origin } from './source/open-configuration.ts'
import type { Diagnostic } from './source/diagnostic-types.ts'
import { NOTHING_NEW, type Published } from './store/backend-types.ts'
import type { FileBackend } from './store/backends/file-backend.ts'
import type { Release } from './store/format/release-manifest.ts'
import type { StoredObject } from './store/format/object-ref.ts'
import { type Descends, type Signer, lastIn } from './store/release-succession.ts'

/**
 * Runs the pipeline, from the files of a configuration to the release manifest of a store. Undefined where another
 * publisher was faster. @throws {Unusable} where what the store knows of the last release is damaged. @throws {Failure}
 */
async function run(
  origin: Origin,
  ground: Ground,
  previous: Previous | undefined,
  options: CompileOptions,
): Promise<Compiled | undefined> {
  // read: which files there are, and which of them may have changed: check/previous/changed-scope.ts
  const scope = await readScope(origin, previous, options.custom)
  const { files } = scope

  // parse → validate → link → lint: the globals (check/check-global-files.ts), then each account against them
  // (check/check-account.ts); one file at a time, by check/check-source.ts and source/link-files.ts
  const checked = await checkScope(scope, previous, options)
  const { diagnostics } = checked
  const { globals } = checked.globals
  if (globals === undefined || diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, files }

  // emit: what is new, as immutable objects
  const content = emitContent(globals, checked, previous, (ref) => ground.target.readNow(ref), options.fingerprint)

  // seal: the platform's keys, to the recipients of the environment: release/, given as `options.seal`
  const secrets = secretsOf(await options.seal?.(checked.globals), ground, content)

  // number and sign: the release that follows the last one, and its signed manifest (`head`); release/release-signers.ts
  const { commit, tree } = await commitOf(origin, checked.isAsInGit)
  const environment = options.environment ?? checked.globals.environment
  const draft = { environment, commit, ...(tree !== undefined && { tree }), root: content.root, secrets }
  const { release, head } = await planRelease(content, draft, ground, options.publisher, previous)

  // publish: the objects first, the manifest last and in one step
  const { objects } = content
  const published =
    head === undefined
      ? { ...NOTHING_NEW, reused: objects.size }
      : await ground.target.publish({ objects: objects.values(), expected: ground.expected, head })
  if (!published.done) return undefined
  const parsed = checked.globals.parsed + checked.parsed
  const counts = { accounts: content.accounts, files_parsed: parsed, files_reused: files - parsed }
  return { diagnostics, files, emitted: { ...counts, release, published } }
}

/**
 * Checks a configuration and emits it into a store, building on what the store already holds: a file whose content is
 * known there is not parsed again. Where another publisher is faster, it builds again on their release.
 */
export async function compile(origin: Origin, target: FileBackend, options: CompileOptions): Promise<Compiled> {
  const { fingerprint, reuses = true, note = (): void => {} } = options
  let builtOn: number | undefined
  for (;;) {
    const expected = target.headNow()
    const last = await lastIn(target, expected, options.publisher)
    const isUsable =
      reuses && last?.isOurs === true && (!('basis' in options) || options.basis?.root === last.release.root)
    const store = isUsable ? { target, release: options.basis ?? last.release } : undefined
    const ground = { target, expected, last, builtOn, descends: options.descends }
    const compiled = await withPrevious(store, fingerprint, note, (previous) => run(origin, ground, previous, options))
    if (compiled !== undefined) return compiled
    note(`another release was published to ${target.url} meanwhile: building on it`)
    builtOn = last?.release.seq ?? 0
  }
}

export interface CompileOptions extends CheckOptions {
  /** Instead of the one that tenfold.yaml names. It is a member of the release, and changes nothing of its content. */
  readonly environment?: string
  /** Numbers and signs what comes out. */
  readonly publisher: Signer
  /** Seals the platform's keys, once there is something to release; left out, the store keeps those that it has. */
  readonly seal?: (globals: CheckedGlobals) => Promise<StoredObject | null>
  /** Whether a commit has another one in its history: one that has ours is not published over. */
  readonly descends?: Descends
  /** The toolchain's: a store that another version of the program, or other rules, have checked is no cache. */
  readonly fingerprint: string
  /** Whether the store may serve as a cache; one that a checkout may have brought must not. */
  readonly reuses?: boolean
  /**
   * Instead of the store's own last release, the one to build upon. Used only where the store's has the same content;
   * undefined, where there is none to trust, the store is no cache.
   */
  readonly basis?: Release | undefined
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

/** Returns the commit of what was compiled, and git's id of its folder where the files are those that git has. */
async function commitOf({ state, id }: Origin, isAsInGit: boolean): Promise<Pick<Release, 'commit' | 'tree'>> {
  const { commit } = await state()
  return { commit, ...(commit !== null && id !== undefined && isAsInGit && { tree: id }) }
}
