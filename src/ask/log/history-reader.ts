import type { Account } from '../../domain/settings-types.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import { type PartialGlobals, toAccount } from '../../source/link-files.ts'
import type { FileContent, Tree, TreeFile } from '../../source/list-folder.ts'
import { lintTree } from '../../lint/run-rules.ts'
import { type AccountSource, checkAccountSource } from '../../check/check-account.ts'
import {
  type CheckedGlobalFiles,
  type GlobalContent,
  type ReadGlobal,
  type ReadGlobalFile,
  checkGlobalFiles,
  readGlobal,
} from '../../check/check-global-files.ts'
import { type Question, dependenciesOf } from '../answer-question.ts'
import { ROOT_FILE, readSound, trustIn } from '../../check/read-root-of-trust.ts'

/** The state of an account at a commit. */
export interface Understood {
  readonly known: PartialGlobals
  /** Undefined where it has no file. */
  readonly account: Account | undefined
}

/** No error depends on the day: in a commit that is checked by itself, a date alone causes warnings. */
const WHEN = { date: undefined }
const AS_IT_IS = (path: string): string => path

/**
 * Understands one commit after another as `get --at` would, and reads again only those files that differ from the
 * commit before.
 */
export class HistoryReader {
  readonly #question: Question
  readonly #contents: ReadonlyMap<string, FileContent>
  readonly #files = new Map<
    string,
    { blob: string | undefined; vocabulary: Vocabulary | undefined; read: ReadGlobal }
  >()
  #globals: { key: string; checked: CheckedGlobalFiles } | undefined
  #own: { file: TreeFile; globals: CheckedGlobalFiles; checked: AccountSource } | undefined

  /** @param contents By git's ids of them. */
  constructor(question: Question, contents: ReadonlyMap<string, FileContent>) {
    this.#question = question
    this.#contents = contents
  }

  /** Returns undefined where a file has an error that the answer depends on. */
  understand(tree: Tree): Understood | undefined {
    const globals = this.#globalsOf(tree)
    const own = this.#ownOf(tree, globals)
    const paths = dependenciesOf(this.#question, tree)
    const found = [...lintTree(tree), ...(own?.findings ?? [])].map(({ severity, at }) => ({ severity, file: at.file }))
    const all = [...found, ...globals.diagnostics]
    if (all.some(({ severity, file }) => severity === 'error' && paths.has(file))) return undefined
    const model = own?.model
    const account = model && toAccount(model)
    return { known: globals.known, account }
  }

  #globalsOf({ files, others }: Tree): CheckedGlobalFiles {
    const global = files.flatMap(({ kind, ...file }) => (kind === 'account' ? [] : [{ ...file, kind }]))
    const root = others.find(({ path }) => path === ROOT_FILE)
    const key = [...global, ...(root === undefined ? [] : [root])]
      .map(({ path, blob }) => `${path}\0${blob}`)
      .join('\0')
    if (this.#globals?.key === key) return this.#globals.checked
    const blobs = new Map(global.map(({ path, blob }) => [path, blob]))
    const contents = global.map(
      ({ path, kind, blob }): GlobalContent => ({ path, kind, content: this.#content({ path, blob }) }),
    )
    const trust = root && trustOf(this.#content(root))
    const read: ReadGlobalFile = (content, vocabulary) => this.#read(content, blobs.get(content.path), vocabulary)
    const checked = checkGlobalFiles(contents, trust, WHEN, AS_IT_IS, undefined, read)
    this.#globals = { key, checked }
    return checked
  }

  #read(content: GlobalContent, blob: string | undefined, vocabulary: Vocabulary | undefined): ReadGlobal {
    const last = this.#files.get(content.path)
    if (last !== undefined && last.blob === blob && last.vocabulary === vocabulary) return last.read
    const read = readGlobal(content, vocabulary)
    this.#files.set(content.path, { blob, vocabulary, read })
    return read
  }

  #ownOf({ files }: Tree, globals: CheckedGlobalFiles): AccountSource | undefined {
    const file = files.find(({ kind }) => kind === 'account')
    if (file === undefined) return undefined
    const last = this.#own
    if (last?.globals === globals && last.file.path === file.path && last.file.blob === file.blob) return last.checked
    const checked = checkAccountSource(file.path, this.#content(file), { known: globals.known, when: WHEN })
    this.#own = { file, globals, checked }
    return checked
  }

  #content({ path, blob = '' }: { readonly path: string; readonly blob?: string | undefined }): FileContent {
    const content = this.#contents.get(blob)
    if (content === undefined) throw new Error(`${path} was not read`)
    return content
  }
}

function trustOf(content: FileContent): ReturnType<typeof trustIn> {
  return trustIn(content === 'too-large' ? { problem: 'it is over 256 KiB' } : readSound(content))
}
