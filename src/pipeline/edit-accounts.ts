import { type Diagnostic, sortDiagnostics } from '../compile/diagnostic.ts'
import { stemOf } from '../compile/layout.ts'
import { parse } from '../compile/parse.ts'
import type { Content } from '../compile/read.ts'
import type { SourceFile } from '../compile/source.ts'
import { checkAccount } from './account.ts'
import { checkCommon } from './common.ts'
import type { Configuration } from './configuration.ts'

/** What an edit makes of one account's file; `file` is undefined where the account has none. */
export type AccountEdit = (file: SourceFile | undefined, id: string) => string

export interface Edited {
  /** The files to write, relative to the configuration's folder; only those whose text changed. */
  readonly files: ReadonlyMap<string, string>
  /** What the result would be told by `check`: an error means that nothing is to be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Edits some accounts and checks what comes out, before anything is written. */
export async function editAccounts(configuration: Configuration, ids: readonly string[], edit: AccountEdit): Promise<Edited> {
  const { bench } = await checkCommon(configuration, undefined)
  const wanted = new Set(ids)
  const existing = configuration.tree.files.filter(({ path, kind }) => kind === 'account' && wanted.has(stemOf(path)))
  const texts = new Map<string, Content>()
  for await (const [{ path }, content] of configuration.contents(existing)) texts.set(path, content)

  const files = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  for (const id of wanted) {
    const path = existing.find((file) => stemOf(file.path) === id)?.path ?? `accounts/${id}.yaml`
    const content = texts.get(path)
    const before = content === undefined || content === 'too-large' ? undefined : parse(path, 'account', content)
    const after = edit(before, id)
    if (after !== before?.text) files.set(path, after)
    diagnostics.push(...checkAccount(path, Buffer.from(after), bench).diagnostics)
  }
  return { files, diagnostics: sortDiagnostics(diagnostics) }
}
