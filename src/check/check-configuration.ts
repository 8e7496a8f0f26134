import type { Configuration } from '../source/open-configuration.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import type { CheckedAccount } from './check-account.ts'
import { filesById } from './account-spelling.ts'
import { finished } from './finish-diagnostics.ts'
import { checkAccounts } from './check-accounts.ts'
import { reportConverted, withStagedIds } from './checkout/converted-files.ts'
import { inspect } from './checkout/inspect-checkout.ts'
import type { CustomRules } from './load-custom-rules.ts'
import { type CheckedGlobals, checkGlobals } from './check-globals.ts'
import type { ChangeSet } from './since/change-set.ts'

export interface CheckOptions {
  /** Called as the account files are done. */
  readonly progress?: (done: number, total: number) => void
  /** Called with what a person may want to know and a program need not. */
  readonly note?: (text: string) => void
  /** The effect of the change under review, where one is under review. */
  readonly changes?: ChangeSet
  /** The custom rules, beside ours. */
  readonly custom?: CustomRules
  /** Whether the caller wants the diagnostics, and not the accounts. */
  readonly diagnosticsOnly?: boolean
}

export interface CheckedConfiguration extends CheckedGlobals {
  /** All of them, sorted. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files the configuration has. */
  readonly files: number
  readonly accounts: readonly CheckedAccount[]
}

/** Reads, parses, validates, links and lints a whole configuration. */
export async function check(opened: Configuration, options: CheckOptions = {}): Promise<CheckedConfiguration> {
  const configuration = await withStagedIds(await inspect(opened))
  const common = await checkGlobals(configuration, options)
  const work = configuration.tree.files.filter(({ kind }) => kind === 'account')
  const accounts: CheckedAccount[] = []
  const differing = [...common.differing]
  const context = { ...common.context, diagnosticsOnly: options.diagnosticsOnly === true }
  for await (const outcome of checkAccounts(work, configuration, context, common.contents)) {
    if (!('unchanged' in outcome)) accounts.push(outcome)
    if (outcome.differs === true) differing.push(outcome.path)
    options.progress?.(accounts.length, work.length)
  }
  const converted = await reportConverted(configuration, differing)
  const found = [...common.diagnostics, ...converted, ...accounts.flatMap((account) => account.diagnostics)]
  const { show, tree } = configuration
  const diagnostics = finished(found, show, filesById(tree))
  return { ...common, diagnostics, files: configuration.tree.files.length, accounts }
}
