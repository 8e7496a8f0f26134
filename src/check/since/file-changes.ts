import { blobId } from '../../git/objects/blob-id.ts'
import type { FileContent } from '../../source/list-folder.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import type { FileChange } from './change-set.ts'

/** Returns the files that differ between two configurations, by the ids of their contents. */
export async function changedBetween(before: Configuration, after: Configuration): Promise<Set<string>> {
  const [then, now] = await Promise.all([blobsOf(before), blobsOf(after)])
  return differing(then, now)
}

/** Returns the paths under which two listings do not have the same content, or only one of them has any. */
export function differing(then: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Set<string> {
  return new Set([...then.keys(), ...now.keys()].filter((path) => then.get(path) !== now.get(path)))
}

/** Returns the id of every file's content, by path. */
export async function blobsOf(configuration: Configuration): Promise<Map<string, string>> {
  const blobs = new Map(configuration.tree.files.map(({ path, blob }) => [path, blob ?? '']))
  const unknown = configuration.tree.files.filter(({ blob }) => blob === undefined)
  for await (const [{ path }, content] of configuration.contents(unknown)) {
    blobs.set(path, content === 'too-large' ? content : blobId(content))
  }
  return blobs
}

/** Returns the effect of a change on some of the files that it changed. */
export async function fileChanges(
  before: Configuration,
  after: Configuration,
  changed: ReadonlySet<string>,
): Promise<Map<string, FileChange>> {
  const [then, now] = await Promise.all([contentsOf(before, changed), contentsOf(after, changed)])
  const files = new Map<string, FileChange>()
  for (const { path, kind } of [...before.tree.files, ...after.tree.files]) {
    if (changed.has(path)) files.set(path, { kind, before: then.get(path), after: now.get(path) })
  }
  return files
}

async function contentsOf(
  configuration: Configuration,
  changed: ReadonlySet<string>,
): Promise<Map<string, FileContent>> {
  const contents = new Map<string, FileContent>()
  const files = configuration.tree.files.filter(({ path }) => changed.has(path))
  for await (const [{ path }, content] of configuration.contents(files)) contents.set(path, content)
  return contents
}
