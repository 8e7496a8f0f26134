import type { Globals } from '../domain/settings-types.ts'
import { type Previous, usable } from '../check/previous/previous-release.ts'
import { storeGlobals } from '../check/to-store-form.ts'
import { writeGlobals, writeRoot } from '../store/format/content-root.ts'
import { type Ref, textObject, toObject } from '../store/format/object-ref.ts'
import { ReleaseObjects, emitAccounts } from './emit-account-tree.ts'
import type { CheckedScope } from './check-scope.ts'

/** The future content of a store, as objects. */
export interface ReleaseContent {
  readonly objects: ReleaseObjects
  readonly root: Ref
  /** How many accounts there are. */
  readonly accounts: number
}

/**
 * Emits the objects of a checked configuration: those of what has changed, which refer to those that are there.
 *
 * @param fingerprint of the program and the rules that have checked it.
 */
export function emitContent(
  globals: Globals,
  checked: CheckedScope,
  previous: Previous | undefined,
  read: (ref: Ref) => Uint8Array,
  fingerprint: string,
): ReleaseContent {
  const { environment, provenance } = checked.globals
  const objects = new ReleaseObjects((ref) => previous?.read(ref) ?? read(ref))
  const { stored, objects: texts } = storeGlobals(globals, environment, provenance)
  for (const text of [...texts, ...checked.accounts.texts]) objects.write(text)
  const globalsObject = objects.write(textObject(writeGlobals(stored)))
  const before = previous?.root
  const { region, count } = usable(() => emitAccounts(before?.accounts ?? null, checked.accounts.changes, objects))
  const accounts = (before?.count ?? 0) + count
  const root = {
    format: 1 as const,
    judge: fingerprint,
    globals: globalsObject.ref,
    count: accounts,
    accounts: region,
  }
  return { objects, root: objects.write(toObject(writeRoot(root))).ref, accounts }
}
