import { type Stats, lstatSync, readFileSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'

/**
 * Returns the stats of a path, without following a link; undefined for nothing, and in a folder that we may not enter.
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** Reads a regular file of at most so many bytes, where there is one that we may read. */
export function contentOf(path: string, most: number): Buffer | undefined {
  const stats = statsOf(path)
  if (stats?.isFile() !== true || stats.size > most) return undefined
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** Whether a path is a folder's own, or of something in it. */
export function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}
