import { writeAccount, type StoredAccount, type StoredPrompt } from '../store/format/account-leaf.ts'
import type { Account, Globals } from '../domain/settings-types.ts'
import { type StoredObject, textObject } from '../store/format/object-ref.ts'
import { type Provenance, provenanceLine } from '../store/format/provenance.ts'
import type { StoredGlobals } from '../store/format/content-root.ts'
import { hashId } from '../store/format/account-tree.ts'
import type { StoredEntry } from '../store/format/account-leaf.ts'
import { positionsIn } from '../lint/locate-findings.ts'
import { type Node, type SourceFile, walk } from '../source/source-nodes.ts'

/** An account as the store holds it, with the prompt texts that it refers to as objects. */
export interface StoredForm {
  readonly id: string
  /** git's id of the file's content. */
  readonly blob: string
  readonly entry: StoredEntry
  readonly texts: readonly StoredObject[]
}

/** Returns the stored form of an account, with the place of each value in its file. */
export function storedForm(file: SourceFile, id: string, account: Account, blob: string): StoredForm {
  const at = originsOf(file, positionsIn(file))
  return { id, blob, ...storeAccount(id, account, { file: file.path, blob, at }) }
}

/** Returns the lines of an account, and its texts as objects. */
export function storeAccount(
  id: string,
  account: Account,
  provenance: Provenance,
): { entry: StoredEntry; texts: StoredObject[] } {
  const texts: StoredObject[] = []
  const { prompts, ...rest } = account
  const stored: Record<string, StoredPrompt> = {}
  for (const [type, record] of Object.entries(prompts ?? {})) {
    const snapshot = textObject(record.default)
    const value = record.value === undefined ? undefined : textObject(record.value)
    texts.push(snapshot, ...(value === undefined ? [] : [value]))
    stored[type] = {
      customized: record.customized,
      default: snapshot.ref,
      ...(value !== undefined && { value: value.ref }),
    }
  }
  const full: StoredAccount = prompts === undefined ? rest : { ...rest, prompts: stored }
  const hash = Buffer.from(hashId(id)).toString('latin1')
  return { entry: { line: writeAccount(id, full), provenance: provenanceLine(id, provenance), hash }, texts }
}

export function storeGlobals(
  globals: Globals,
  environment: string,
  provenance: string,
): { stored: StoredGlobals; objects: StoredObject[] } {
  const objects = [textObject(provenance)]
  const prompts: Record<string, StoredGlobals['prompts'][string]> = {}
  for (const [type, { value, ...prompt }] of Object.entries(globals.prompts)) {
    const text = textObject(value)
    objects.push(text)
    prompts[type] = { ...prompt, value: text.ref }
  }
  const stored = { ...globals, environment, prompts, provenance: objects[0]?.ref ?? '' }
  return { stored, objects }
}

/** Returns where each value of a file was written: every scalar, lists of list items as a whole, nulls too. */
export function originsOf(
  file: SourceFile,
  position: (offset: number) => { line: number; column: number },
): Provenance['at'] {
  const at: Record<string, readonly [number, number]> = {}
  if (file.root === undefined) return at
  for (const { node, path, entry } of walk(file.root)) {
    if (entry === undefined || node.is === 'map' || path.some((step) => typeof step === 'number')) continue
    const { line, column } = position(hasExtent(node) ? node.start : entry.keySpan.start)
    at[path.join('.')] = [line, column]
  }
  return at
}

/** A null that is not written has no place; its key has. */
function hasExtent(node: Node): boolean {
  return node.end > node.start
}
