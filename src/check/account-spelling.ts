import { isId } from '../store/format/account-leaf.ts'
import { stemOf } from '../source/file-layout.ts'
import type { Tree } from '../source/list-folder.ts'
import { nearest } from '../base/did-you-mean.ts'

/** Returns the id that is meant by a file, or by another case: `accounts/acme.yaml`, `ACME`, ` acme`. */
export function spelledId(given: string): string {
  const name = given.trim().split(/[/\\]/).at(-1) ?? ''
  return name.replace(/\.ya?ml$/i, '').toLowerCase()
}

/**
 * Returns the help for a name that has no account where it is another spelling of one that has; undefined for any
 * other.
 */
export async function respelled(given: string, isThere: (id: string) => Promise<boolean>): Promise<string | undefined> {
  const id = spelledId(given)
  if (id === given || !isId(id) || !(await isThere(id))) return undefined
  return `there is no account "${given}", and what it gets is what everybody gets; did you mean "${id}"?`
}

/** Returns the account that may have been meant by a name that is none; undefined where there is none like it. */
export function accountMeant(given: string, { files, absent = [] }: Tree): string | undefined {
  const ids = [...files, ...absent].flatMap(({ path, kind }) => (kind === 'account' ? stemOf(path) : []))
  const spelled = spelledId(given)
  return ids.includes(spelled) ? spelled : nearest(spelled, ids)
}

/** Maps the ids of a listing's accounts to their files. */
export function filesById({ files }: Tree): (id: string) => string | undefined {
  let known: ReadonlyMap<string, string> | undefined
  return (id) =>
    (known ??= new Map(files.flatMap(({ path, kind }) => (kind === 'account' ? [[stemOf(path), path]] : [])))).get(id)
}
