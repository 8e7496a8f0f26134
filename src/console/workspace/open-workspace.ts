import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Authors } from '../../ask/blame-layers.ts'
import { Failure } from '../../base/failure.ts'
import { statsOf } from '../../base/file-facts.ts'
import { type HeadFacts, headOf } from '../../ask/distance-to-release.ts'
import { revisionAt } from '../../ask/revision-at-date.ts'
import { type OneAccount, readOneAccount } from '../../ask/read-one-account.ts'
import { checkAccountSource } from '../../check/check-account.ts'
import { type CheckedGlobals, checkGlobals } from '../../check/check-globals.ts'
import type { WrittenLayer } from '../../domain/explain-layers.ts'
import { locate } from '../../lint/locate-findings.ts'
import { sortDiagnostics } from '../../source/diagnostic-types.ts'
import { toAccount } from '../../source/link-files.ts'
import { type FileContent, readContent } from '../../source/list-folder.ts'
import type { SourceFile } from '../../source/source-nodes.ts'
import { type Comparison, compare } from '../../compare/compare-revisions.ts'
import { openBase } from '../../compare/open-base.ts'
import { inspect } from '../../check/checkout/inspect-checkout.ts'
import { type Configuration, type Origin, openConfiguration, openOrigin } from '../../source/open-configuration.ts'
import type { Release } from '../../store/format/release-manifest.ts'
import { AccountFiles } from './account-files.ts'
import { AllAccounts, type AllAccountsOptions } from './all-accounts.ts'
import { originWithEdits } from '../../source/with-edits.ts'
import { type DraftedFile, editsFor, draftedAccountFile, draftedGlobalFile, draftedGlobals } from './drafted-file.ts'
import { DraftReviews } from './draft-reviews.ts'
import { Drafting } from './drafting.ts'
import { BlamedLines } from './blamed-lines.ts'
import { Lately } from './lately.ts'
import { ProposedFields, type TouchedFields } from './touched-fields.ts'
import { placeOf } from './place-of.ts'
import { type ProposedBranch, proposalsIn } from './proposals.ts'

/** A store, and the release that it serves. */
export interface ServedStore {
  readonly url: string
  readonly release: Release
}

export interface WorkspaceOptions extends AllAccountsOptions {
  /** What is known of the forge, and of who signs in there. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads what the store serves now; undefined where there is no release. @throws {Failure} */
  readonly release: () => Promise<ServedStore | undefined>
}

/** The globals of a checkout, and where it is. */
export interface GlobalsAtHand {
  readonly configuration: Configuration
  readonly common: CheckedGlobals
  /** Undefined in no repository, or before the first commit. */
  readonly head: HeadFacts | undefined
}

interface WarmGlobals {
  /** Differs once HEAD or a file of the globals has changed. */
  readonly signature: string
  readonly globals: GlobalsAtHand
  readonly origin: Origin
  /** Differs once the folder, its repository or HEAD is another; undefined where only git can tell. */
  readonly place: string | undefined
}

/** What the pages read: a checkout, kept warm, and the drafts for it. Nothing in the checkout is written. */
export class Workspace {
  readonly config: string
  readonly accounts: AllAccounts
  readonly drafting: Drafting
  readonly reviews: DraftReviews
  readonly options: WorkspaceOptions
  private readonly files: AccountFiles
  private readonly proposedFields: ProposedFields
  private readonly blamed = new BlamedLines()
  private readonly openedProposals = new Lately(async () => {
    const { repository } = (await this.globals()).configuration
    return repository === undefined ? [] : proposalsIn(repository)
  })
  private warm: WarmGlobals | undefined
  private looking: { readonly since: number; readonly globals: Promise<GlobalsAtHand> } | undefined

  constructor(config: string, options: WorkspaceOptions) {
    this.config = config
    this.options = options
    this.accounts = new AllAccounts(config, options)
    this.drafting = new Drafting(config)
    this.proposedFields = new ProposedFields(config)
    this.reviews = new DraftReviews(
      { config, ...options },
      async () => (await this.globals()).head,
      async () => (await this.accounts.now()).total,
    )
    this.files = new AccountFiles(config)
  }

  /** Returns the globals as they are now: those at hand, unless a file of theirs or HEAD has moved. */
  globals(): Promise<GlobalsAtHand> {
    // The requests of one page look once.
    if (this.looking !== undefined && Date.now() - this.looking.since < FRESH) return this.looking.globals
    const globals = this.look()
    this.looking = { since: Date.now(), globals }
    return globals
  }

  /** Reads one account with the globals that it inherits from, checked: those at hand, or those of a revision. */
  async account(id: string, at?: string): Promise<OneAccount> {
    if (at !== undefined) return readOneAccount(await openOrigin(this.config, at), id)
    const [{ configuration, common }, path] = await Promise.all([this.globals(), this.files.of(id)])
    const content = path === undefined ? undefined : readIfThere(join(configuration.folder, path))
    // One that has just gone, or has something odd about it, is searched for.
    if (path === undefined || content === undefined) return readOneAccount(configuration, id)
    const own = checkAccountSource(path, content, common.context)
    const lookup = (file: string): SourceFile | undefined => (file === path ? own.file : common.context.globals(file))
    const found = locate(own.findings, lookup, configuration.show)
    return {
      configuration,
      common,
      own,
      account: own.model && toAccount(own.model),
      diagnostics: sortDiagnostics([...common.diagnostics, ...found]),
    }
  }

  /** Reads one account as the current draft would make it, with the globals that it would inherit from. */
  async accountWithDraft(id: string): Promise<OneAccount> {
    const { configuration, common } = await this.globals()
    const edits = editsFor(common, await this.drafted(`accounts/${id}`), await this.drafting.current())
    return readOneAccount(originWithEdits(configuration, edits), id)
  }

  /** Returns a file with the current draft: `settings`, `prompts/clustering`, `accounts/acme`. @throws {Failure} */
  async drafted(key: string): Promise<DraftedFile> {
    return (await this.draftedFiles())(key)
  }

  /** Does the same for many files: the draft is read once, and so are the globals as it makes them. @throws {Failure} */
  async draftedFiles(): Promise<(key: string) => Promise<DraftedFile>> {
    const { configuration, common } = await this.globals()
    const draft = await this.drafting.current()
    const after = await draftedGlobals(configuration, common, draft)
    return async (key) => {
      const [, id] = /^accounts\/(.+)$/.exec(key) ?? []
      if (id === undefined) return draftedGlobalFile(key, common, after, draft)
      return draftedAccountFile((await this.account(id)).own?.file, id, after, draft)
    }
  }

  /** Returns the revision that is meant: a release by `seq:N`, a revision, or a day. @throws {Failure} */
  async revisionOf(text: string): Promise<string> {
    const [, seq] = /^seq:(\d+)$/.exec(text) ?? []
    if (seq === undefined) return revisionAt(this.config, text)
    const release = (await this.release())?.release
    const kept = release === undefined ? [] : [release, ...release.history]
    const found = kept.find((one) => String(one.seq) === seq)
    if (typeof found?.commit === 'string') return found.commit
    const help =
      kept.length === 0 ? 'there is no release yet' : `the store has ${kept.map((one) => one.seq).join(', ')}`
    throw new Failure('usage', `release ${seq} is not kept, or names no commit`, help)
  }

  /** Returns who wrote the lines of layers that are in the working tree. */
  async authorsOf(configuration: Configuration, layers: readonly WrittenLayer[]): Promise<Authors> {
    return this.blamed.of(configuration, layers)
  }

  /** Compares what two revisions resolve to, as `tenfold diff` does. */
  async compare(base: string, head: string): Promise<Comparison> {
    const { fingerprint, store } = this.options
    return compare(await openBase(this.config, base), await openConfiguration(this.config, head), {
      fingerprint,
      ...(store !== undefined && { store }),
    })
  }

  /** Reads what the store serves now; undefined where there is no release. */
  release(): Promise<ServedStore | undefined> {
    return this.options.release()
  }

  /** Lists the open proposals: one of the last moments may be missing. */
  proposals(): Promise<readonly ProposedBranch[]> {
    return this.openedProposals.now()
  }

  /** Returns what open proposals change, other than those of drafts of our own. */
  async touchedByProposals(): Promise<TouchedFields> {
    const own = await this.drafting.branches()
    const mine = new Set(own.flatMap((branch) => [branch, `origin/${branch}`]))
    return this.proposedFields.of(await this.proposals(), mine)
  }

  private async look(): Promise<GlobalsAtHand> {
    const { warm } = this
    // Asking git takes a process, which takes longer than the rest of a page.
    const place = placeOf(this.config)
    const isThere = warm !== undefined && place !== undefined && warm.place === place
    const origin = isThere ? warm.origin : await openOrigin(this.config)
    const head = isThere ? warm.globals.head : origin.repository && (await headOf(origin.repository))
    const tree = await origin.listGlobals()
    const signature = JSON.stringify([head, factsOf(origin, [...tree.files, ...tree.others])])
    if (warm?.signature === signature) {
      this.warm = { ...warm, place }
      return warm.globals
    }
    const configuration = await inspect({ ...origin, tree })
    const globals = { configuration, common: await checkGlobals(configuration, {}), head }
    this.warm = { signature, globals, origin, place }
    return globals
  }
}

/** Milliseconds for which what was just read is what is there. */
const FRESH = 200

function factsOf({ folder }: Origin, files: readonly { readonly path: string }[]): unknown[] {
  return files.map(({ path }) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })
    // The last one is set by no program: what is copied over with the times of another file is seen all the same.
    return [path, found?.mtimeMs, found?.size, found?.ino, found?.ctimeMs]
  })
}

/** Returns undefined where there is no file of that name, or something that is none. */
function readIfThere(file: string): FileContent | undefined {
  return statsOf(file)?.isFile() === true ? readContent(file) : undefined
}
