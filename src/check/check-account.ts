import type { Account } from '../domain/settings-types.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { blobId } from '../git/objects/blob-id.ts'
import { SECTIONS, linkAccount, type AccountModel, toAccount } from '../source/link-files.ts'
import type { FileContent, TreeFile } from '../source/list-folder.ts'
import { nodeAt, plain, type SourceFile } from '../source/source-nodes.ts'
import { type StoredForm, storedForm } from './to-store-form.ts'
import { lintAccount } from '../lint/run-rules.ts'
import { type Lookup, locate } from '../lint/locate-findings.ts'
import type { Finding } from '../lint/rule.ts'
import { freeNoOverrides } from '../lint/rules/plan/free-no-overrides.ts'
import type { CheckContext } from './check-context.ts'
import { checkSource } from './check-source.ts'

export interface CheckedAccount {
  readonly path: string
  readonly diagnostics: readonly Diagnostic[]
  /** The account as the store holds it; absent where it has an error. */
  readonly stored?: StoredForm
  /** The account, where an error keeps it out of the store but not from being understood. */
  readonly refused?: Account
  /** Whether the content differs from what git has under the id that the file was listed with. */
  readonly differs?: true
}

/** One account's file, parsed, linked and checked. */
export interface AccountSource {
  readonly file: SourceFile
  /** The account in the file; undefined where it fails yaml or schema. */
  readonly model: AccountModel | undefined
  readonly findings: readonly Finding[]
}

/** Takes one account's file through the stages up to lint. It needs no other account. */
export function checkAccountSource(
  path: string,
  content: FileContent,
  context: Pick<CheckContext, 'known' | 'when' | 'rules'>,
): AccountSource {
  const { known, rules } = context
  const { file, value, findings: own } = checkSource(path, 'account', content, known.vocabulary, rules)
  const model = value === undefined ? undefined : linkAccount(path, value)
  const findings = own.concat(
    model === undefined ? freeThoughOpaque(file, context) : lintAccount(model, known, context.when, rules),
  )
  return { file, model, findings }
}

/** Does the same, and on to what the store holds of it. */
export function checkAccount(path: string, content: FileContent, context: CheckContext): CheckedAccount {
  const { file, model, findings } = checkAccountSource(path, content, context)
  const lookup: Lookup = (at) => (at === path ? file : context.globals(at))
  const diagnostics = findings.length === 0 ? [] : locate(findings, lookup, context.show)
  const isKept = context.diagnosticsOnly !== true
  const account = isKept && model !== undefined ? toAccount(model) : undefined
  if (model === undefined || account === undefined || content === 'too-large') return { path, diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { path, diagnostics, refused: account }
  const stored = storedForm(file, model.id, account, blobId(content))
  return { path, diagnostics, stored }
}

/** Free overrides nothing, and reports so even in a file that is otherwise not understood. */
function freeThoughOpaque(file: SourceFile, { known, when }: Pick<CheckContext, 'known' | 'when'>): Finding[] {
  const { root } = file
  const plan = nodeAt(root, ['plan'])
  if (root?.is !== 'map' || plan?.is !== 'scalar' || plan.value !== 'free') return []
  const stem = String(nodeAt(root, ['id'])?.is === 'scalar' ? plain(nodeAt(root, ['id']) ?? root) : file.path)
  const sections = SECTIONS.filter((section) => nodeAt(root, [section]) !== undefined)
  const account: AccountModel = { file: file.path, stem, id: stem, plan: 'free', sections, body: {} }
  return lintAccount(account, known, when, [freeNoOverrides])
}

/** One account file to check; `before` is the id of the content that is known to be good already. */
export interface Work extends TreeFile {
  readonly before?: string
}

export type Outcome = CheckedAccount | Unchanged

interface Unchanged extends Pick<CheckedAccount, 'path' | 'differs'> {
  readonly unchanged: true
}

/** Checks one file, unless its content has not changed, and compares it with what git has under an id. */
export function checkOne(
  { path, before, blob }: { readonly [K in 'before' | 'blob']?: string | undefined } & Pick<Work, 'path'>,
  content: FileContent,
  context: CheckContext,
): Outcome {
  const isKnown = before !== undefined && content !== 'too-large' && blobId(content) === before
  const outcome: Outcome = isKnown ? { path, unchanged: true } : checkAccount(path, content, context)
  if (blob === undefined || content === 'too-large') return outcome
  const id = 'stored' in outcome && outcome.stored !== undefined ? outcome.stored.blob : blobId(content)
  return id === blob ? outcome : { ...outcome, differs: true }
}
