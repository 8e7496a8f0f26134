import type { Diagnostic } from '../compile/diagnostic.ts'
import { type Content, blobId } from '../compile/read.ts'
import type { Configuration } from './configuration.ts'
import type { FileChange } from './touched.ts'

/** The files of a configuration that are not what they were. */
export interface Changes {
  /** By path. */
  readonly changed: ReadonlySet<string>
  readonly files: ReadonlyMap<string, FileChange>
}

/** Compares two configurations file by file, by the id of their content. */
export async function changesBetween(before: Configuration, after: Configuration): Promise<Changes> {
  const [then, now] = await Promise.all([blobsOf(before), blobsOf(after)])
  const changed = new Set([...now].filter(([path, blob]) => then.get(path) !== blob).map(([path]) => path))
  for (const path of then.keys()) if (!now.has(path)) changed.add(path)
  const [old, current] = await Promise.all([contentsOf(before, changed), contentsOf(after, changed)])
  const files = new Map<string, FileChange>()
  for (const { path, kind } of [...before.tree.files, ...after.tree.files]) {
    if (changed.has(path)) files.set(path, { kind, before: old.get(path), after: current.get(path) })
  }
  return { changed, files }
}

/**
 * Those of a change: all in files that it changed, and elsewhere those that were not there before. A diagnostic is
 * the same one when rule, file, message and place are; an unchanged file's places have not moved.
 */
export function diagnosticsSince(
  before: readonly Diagnostic[],
  after: readonly Diagnostic[],
  changed: (file: string) => boolean,
): Diagnostic[] {
  const known = new Set(before.map(identity))
  return after.filter((diagnostic) => changed(diagnostic.file) || !known.has(identity(diagnostic)))
}

function identity({ rule, severity, file, line, column, message }: Diagnostic): string {
  return [rule, severity, file, line, column, message].join('\0')
}

/** The id of every file's content, by path. */
export async function blobsOf(configuration: Configuration): Promise<Map<string, string>> {
  const blobs = new Map(configuration.tree.files.map(({ path, blob }) => [path, blob ?? '']))
  const unknown = configuration.tree.files.filter(({ blob }) => blob === undefined)
  for await (const [{ path }, content] of configuration.contents(unknown)) {
    blobs.set(path, content === 'too-large' ? content : blobId(content))
  }
  return blobs
}

async function contentsOf(configuration: Configuration, changed: ReadonlySet<string>): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>()
  const files = configuration.tree.files.filter(({ path }) => changed.has(path))
  for await (const [{ path }, content] of configuration.contents(files)) contents.set(path, content)
  return contents
}
