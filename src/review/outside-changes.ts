import { plural, thousands } from '../report/counts-in-words.ts'
import { named } from './render/change-lines.ts'
import type { Owned } from './codeowners.ts'

/** The paths that a change touches and the review does not mention otherwise. */
export interface OutsideChanges {
  /** Those with an owner first. */
  readonly paths: readonly string[]
  readonly owned: number
}

export function elsewhereOf(paths: readonly string[], isOwned: Owned): OutsideChanges {
  const owned = paths.filter((path) => isOwned(path))
  const others = new Set(owned)
  return { paths: [...owned, ...paths.filter((path) => !others.has(path))], owned: owned.length }
}

const MOST_NAMES = 5

/** Formats `and 5 files elsewhere, 2 of them owned`, in plain words; undefined where there are none. */
export function elsewhereText({ paths, owned }: OutsideChanges): string | undefined {
  if (paths.length === 0) return undefined
  const files = `and ${plural(paths.length, 'file')} elsewhere`
  if (paths.length === 1) return `${files}, ${owned === 1 ? 'owned' : 'not owned'}`
  return `${files}, ${owned === 0 ? 'none' : thousands(owned)} of them owned`
}

/** Does the same for a comment, with a few of the names. */
export function elsewhereLine(elsewhere: OutsideChanges): string | undefined {
  const text = elsewhereText(elsewhere)
  return text && `${text}: ${named(elsewhere.paths, MOST_NAMES)}`
}
