import { resolve } from 'node:path'
import type { CheckContext } from '../check/check-context.ts'
import { checkAccountSource } from '../check/check-account.ts'
import { check } from '../check/check-configuration.ts'
import { checkGlobals } from '../check/check-globals.ts'
import type { Globals } from '../domain/settings-types.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { toAccount } from '../source/link-files.ts'
import type { TreeFile } from '../source/list-folder.ts'
import { type Configuration, listed, openFolder, showFrom } from '../source/open-configuration.ts'
import { accountPath } from './account-id.ts'
import { buildAccount } from './build/build-account.ts'
import type { AccountContext, BuildContext, FileDraft } from './build/build-context.ts'
import { buildPrompts } from './build/build-prompts.ts'
import { buildGlobalRecords } from './build/build-records.ts'
import { type SecretState, buildSettings } from './build/build-settings.ts'
import type { DumpIndex } from './rows/dump-index.ts'
import type { DumpRecord } from './rows/dump-record.ts'
import { wayOutOf } from './rows/way-out.ts'
import { type EmittedFile, emitYaml, ownerAt } from '../edit/text/emit-yaml.ts'
import type { ImportRequest } from './import-request.ts'
import type { PreviousImport } from './previous-import.ts'
import type { AccountOf } from './prove-answers.ts'
import type { ResolvedAccount } from './resolve-accounts.ts'
import { selectionFor } from './select-providers.ts'
import type { StagingFolder } from './target/staging-folder.ts'
import type { TargetFiles } from './target/target-files.ts'
import { WrittenFiles } from './target/written-files.ts'

type Parts = Pick<ImportRequest, 'out' | 'selects' | 'follow' | 'deleteGone' | 'custom' | 'progress'> &
  BuildContext & {
    readonly index: DumpIndex
    readonly accounts: readonly ResolvedAccount[]
    readonly previous: PreviousImport | undefined
    readonly staging: StagingFolder
    readonly target: TargetFiles
  }

/** What a build has to say beside what became of each row. */
export interface BuiltConfiguration {
  /** What a check finds that no row is the cause of. */
  readonly diagnostics: readonly Diagnostic[]
  readonly secrets: readonly SecretState[]
  readonly hindrance: string | undefined
}

/** The configuration that a dump becomes, as it is written, checked, and written again without what was refused. */
export class NewConfiguration {
  readonly written: WrittenFiles
  /** Complete once the global files are right. */
  globals: Globals | undefined

  private readonly parts: Parts
  private readonly byPath: ReadonlyMap<string, ResolvedAccount>
  private readonly byKey: ReadonlyMap<string, ResolvedAccount>
  private drafts: ReadonlyMap<string, FileDraft> = new Map()
  private context: AccountContext | undefined
  private checked: CheckContext | undefined

  constructor(parts: Parts) {
    this.parts = parts
    this.written = new WrittenFiles(parts)
    this.byPath = new Map(parts.accounts.map((account) => [accountPath(account.id), account]))
    this.byKey = new Map(parts.accounts.map((account) => [String(account.record.pk), account]))
  }

  async build(): Promise<BuiltConfiguration> {
    const { staging, target } = this.parts
    for (const path of target.kept) staging.keep(path)
    for (const path of target.examples) if (!target.kept.includes(path)) staging.remove(path)
    for (const [path, text] of target.template) staging.write(path, text)
    let secrets = await this.buildGlobals()
    const gone = this.written.findGone(
      this.parts.index.records,
      (path) => this.byPath.has(path) || this.drafts.has(path),
    )
    // What is left has to be right without them.
    if (gone.some(({ did }) => did === 'deleted')) secrets = await this.buildGlobals()
    const diagnostics = await this.buildAccounts()
    const hindrance = this.hindrance(diagnostics)
    // That it is missing is said once, and of the row.
    const rest = diagnostics.filter(({ rule }) => hindrance === undefined || rule !== 'files/missing')
    return { diagnostics: rest, secrets, hindrance }
  }

  /** Reads an account as it comes over; undefined for one that does not. */
  readonly accountOf: AccountOf = (pk) => {
    const { staging } = this.parts
    const resolved = this.byKey.get(pk)
    const { checked } = this
    if (resolved === undefined || resolved.record.refused !== undefined || checked === undefined) return undefined
    const path = accountPath(resolved.id)
    const text = staging.read(path)
    if (text === undefined) return undefined
    const { model } = checkAccountSource(path, Buffer.from(text), checked)
    const account = model && toAccount(model)
    return account && { id: resolved.id, account }
  }

  /** Makes the global files, and makes them anew without the rows that a check refuses, until it refuses none. */
  private async buildGlobals(): Promise<readonly SecretState[]> {
    const { index } = this.parts
    const of = (kind: 'settings' | 'prompt' | 'profile' | 'strategy'): readonly DumpRecord[] =>
      index.globals.get(kind) ?? []
    const all = (['settings', 'prompt', 'profile', 'strategy'] as const).flatMap(of)
    for (;;) {
      for (const record of all) record.reset()
      const settings = buildSettings(of('settings'), this.parts)
      const prompts = buildPrompts(of('prompt'), this.parts)
      const records = (['profile', 'strategy'] as const).flatMap((kind) =>
        buildGlobalRecords(unrefused(of(kind)), this.parts),
      )
      const drafts = [...(settings.draft === undefined ? [] : [settings.draft]), ...prompts, ...records]
      const left = new Map(this.drafts)
      this.drafts = new Map(drafts.map((draft) => [draft.path, draft]))
      for (const draft of drafts) {
        left.delete(draft.path)
        this.written.place(draft)
      }
      for (const path of left.keys()) this.written.takeBack(path)
      const configuration = await this.opened()
      const { diagnostics, context, globals } = await checkGlobals(configuration, this.rules())
      if (this.blame(diagnostics, configuration).rejected > 0) continue
      this.globals = globals
      this.checked = context
      this.context = this.contextFrom(context)
      return settings.secrets
    }
  }

  private contextFrom({ known }: CheckContext): AccountContext {
    const { selects, index, accounts, vocabulary, map, columnsOf, follow } = this.parts
    const prompts = Object.entries(known.prompts).flatMap(([type, prompt]): [string, string][] => {
      return prompt === null ? [] : [[type, prompt.value]]
    })
    return {
      vocabulary,
      map,
      columnsOf,
      follow,
      prompts: new Map(prompts),
      ids: {
        profile: new Set(Object.keys(known.author_profiles)),
        strategy: new Set(Object.keys(known.strategies)),
      },
      selected: selectionFor(selects, { index, accounts, vocabulary }),
      providerOf: (kind) => known.settings?.sections[kind]?.provider,
    }
  }

  /** Makes the accounts' files, and those that a check refuses something of anew. Returns what no row has caused. */
  private async buildAccounts(): Promise<readonly Diagnostic[]> {
    const { accounts, progress } = this.parts
    for (const account of accounts) this.placeAccount(account)
    const configuration = await this.opened()
    const others = new Map<string, Diagnostic>()
    const options = { ...this.rules(), diagnosticsOnly: true, ...(progress !== undefined && { progress }) }
    for (let scope = configuration; ; ) {
      const { diagnostics } = await check(scope, options)
      const { rejected, paths, unblamed } = this.blame(diagnostics, configuration)
      for (const one of unblamed) others.set([one.file, one.line, one.rule, one.message].join('\0'), one)
      if (rejected === 0) return [...others.values()]
      for (const path of paths) {
        const account = this.byPath.get(path)
        if (account !== undefined) this.placeAccount(account)
      }
      const again = ({ path, kind }: TreeFile): boolean => kind !== 'account' || (paths.has(path) && this.isThere(path))
      scope = { ...configuration, tree: { ...configuration.tree, files: configuration.tree.files.filter(again) } }
    }
  }

  private isThere(path: string): boolean {
    return this.parts.staging.read(path) !== undefined
  }

  private placeAccount(account: ResolvedAccount): void {
    const { context } = this
    const draft = context && buildAccount(account, context)
    if (draft === undefined) this.written.takeBack(accountPath(account.id))
    else this.written.place(draft)
  }

  private async opened(): Promise<Configuration> {
    // Shown at the place where it is going to be.
    return listed({ ...openFolder(this.parts.staging.folder), show: showFrom(resolve(this.parts.out)) })
  }

  private rules(): Pick<ImportRequest, 'custom'> {
    const { custom } = this.parts
    return custom === undefined ? {} : { custom }
  }

  /** Refuses the rows that a check found something against; the rest is no row's. */
  private blame(
    diagnostics: readonly Diagnostic[],
    { tree, show }: Configuration,
  ): { readonly rejected: number; readonly paths: ReadonlySet<string>; readonly unblamed: readonly Diagnostic[] } {
    // A file whose name cannot be one is in no tree.
    const all = new Set([...tree.files.map(({ path }) => path), ...this.drafts.keys()])
    const pathOf = new Map([...all].map((path) => [show(path), path]))
    const paths = new Set<string>()
    const unblamed: Diagnostic[] = []
    let rejected = 0
    const verdicts: (readonly [record: DumpRecord, path: string, found: Diagnostic])[] = []
    for (const one of diagnostics) {
      if (one.severity !== 'error') continue
      const path = pathOf.get(one.file)
      const record = path === undefined ? undefined : this.recordAt(path, one.line)
      if (path === undefined || record === undefined) {
        unblamed.push(one)
        continue
      }
      paths.add(path)
      verdicts.push([record, path, one])
    }
    for (const [record, path, { line, message, rule, help }] of verdicts) {
      if (record.refused === undefined) rejected++
      // The report is a file of the configuration: it says nothing of where that is, or was imported from.
      const reason = `${path}:${line}: ${message} (${rule})`
      record.reject({ reason, help: wayOutOf(record, rule) ?? help })
    }
    return { rejected, paths, unblamed }
  }

  /** Returns the row that a line comes from; undefined where the file is not as the rows made it. */
  private recordAt(path: string, line: number): DumpRecord | undefined {
    const { context } = this
    const account = this.byPath.get(path)
    const draft =
      account === undefined || context === undefined ? this.drafts.get(path) : buildAccount(account, context)
    if (draft === undefined) return undefined
    const emitted: EmittedFile = emitYaml(draft.tree)
    if (this.parts.staging.read(path) !== emitted.text) return undefined
    return ownerAt(emitted, draft.owners, line)
  }

  /** What may not be written even in part: a file from rows that is wrong, a credential, a configuration without settings. */
  private hindrance(diagnostics: readonly Diagnostic[]): string | undefined {
    const { staging, out } = this.parts
    const shown = new Set(staging.paths().map(showFrom(resolve(out))))
    const wrong = diagnostics.find(({ rule, file }) => rule.startsWith('secret/') || shown.has(file))
    if (wrong !== undefined) return `${wrong.file} would be wrong (${wrong.rule})`
    const [record] = this.parts.index.globals.get('settings') ?? []
    if (record?.refused === undefined) return undefined
    return this.isThere('settings.yaml')
      ? undefined
      : `${record.title} is refused, and there are no settings without it`
  }
}

function unrefused(records: readonly DumpRecord[]): DumpRecord[] {
  return records.filter(({ refused }) => refused === undefined)
}
