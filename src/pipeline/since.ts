import { canonical } from '../bundle/canonical.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import { parse } from '../compile/parse.ts'
import { blobId } from '../compile/read.ts'
import { type Path, type SourceFile, nodeAt, plain } from '../compile/source.ts'
import type { Place, When } from '../lint/rule.ts'
import type { Configuration } from './configuration.ts'

/** The files of a configuration that are not what they were, by path. */
export interface Changes {
  readonly changed: ReadonlySet<string>
  /** Whether the change wrote the value at a place. */
  readonly touched: NonNullable<When['touched']>
}

/** Compares two configurations file by file, by the id of their content. */
export async function changesBetween(before: Configuration, after: Configuration): Promise<Changes> {
  const [then, now] = await Promise.all([blobsOf(before), blobsOf(after)])
  const changed = new Set([...now].filter(([path, blob]) => then.get(path) !== blob).map(([path]) => path))
  for (const path of then.keys()) if (!now.has(path)) changed.add(path)
  const [old, current] = await Promise.all([sourcesOf(before, changed), sourcesOf(after, changed)])
  return {
    changed,
    touched: (place) => {
      if (!changed.has(place.file)) return false
      return valueAt(old.get(place.file), place) !== valueAt(current.get(place.file), place)
    },
  }
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

async function sourcesOf(configuration: Configuration, changed: ReadonlySet<string>): Promise<Map<string, SourceFile>> {
  const sources = new Map<string, SourceFile>()
  const files = configuration.tree.files.filter(({ path }) => changed.has(path))
  for await (const [{ path, kind }, content] of configuration.contents(files)) {
    if (content !== 'too-large') sources.set(path, parse(path, kind, content))
  }
  return sources
}

function valueAt(file: SourceFile | undefined, place: Place): string | undefined {
  const path: Path | undefined = 'path' in place ? place.path : undefined
  const node = path && nodeAt(file?.root, path)
  return node && canonical(plain(node))
}
