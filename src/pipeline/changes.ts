import { canonical } from '../bundle/canonical.ts'
import { parse } from '../compile/parse.ts'
import { type Content, type TreeFile, blobId } from '../compile/read.ts'
import { type Path, type SourceFile, nodeAt, plain } from '../compile/source.ts'
import type { Place, When } from '../lint/rule.ts'
import type { Configuration } from './configuration.ts'

/** The files that two configurations do not have alike, by the ids of their contents. */
export async function changedBetween(before: Configuration, after: Configuration): Promise<Set<string>> {
  const [then, now] = await Promise.all([blobsOf(before), blobsOf(after)])
  return new Set([...then.keys(), ...now.keys()].filter((path) => then.get(path) !== now.get(path)))
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

/** Whether the change wrote the value at a place. Only the files of places that somebody asks about are parsed. */
export async function touchedBetween(
  before: Configuration,
  after: Configuration,
  changed: ReadonlySet<string>,
): Promise<NonNullable<When['touched']>> {
  const [then, now] = await Promise.all([sourcesOf(before, changed), sourcesOf(after, changed)])
  return (place) => changed.has(place.file) && valueAt(then(place.file), place) !== valueAt(now(place.file), place)
}

async function sourcesOf(
  configuration: Configuration,
  changed: ReadonlySet<string>,
): Promise<(path: string) => SourceFile | undefined> {
  const contents = new Map<string, readonly [TreeFile, Content]>()
  const files = configuration.tree.files.filter(({ path }) => changed.has(path))
  for await (const [file, content] of configuration.contents(files)) contents.set(file.path, [file, content])
  const parsed = new Map<string, SourceFile>()
  return (path) => {
    const known = parsed.get(path)
    const [file, content] = contents.get(path) ?? []
    if (known !== undefined || file === undefined || content === undefined || content === 'too-large') return known
    const source = parse(path, file.kind, content)
    parsed.set(path, source)
    return source
  }
}

function valueAt(file: SourceFile | undefined, place: Place): string | undefined {
  const path: Path | undefined = 'path' in place ? place.path : undefined
  const node = path && nodeAt(file?.root, path)
  return node && canonical(plain(node))
}
