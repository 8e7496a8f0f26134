import { forkPoint } from '../../compare/fork-point.ts'
import type { Json } from '../../draft/operation.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import { isSameValue } from '../../edit/text/confirm-edit.ts'
import { changedBetween } from '../../check/since/file-changes.ts'
import { keyOf, place } from '../../source/file-layout.ts'
import { type Configuration, openConfiguration } from '../../source/open-configuration.ts'
import { parse } from '../../source/parse/parse-file.ts'
import { type SourceFile, walk } from '../../source/source-nodes.ts'
import type { ProposedBranch } from './proposals.ts'

/** What a proposal makes of one value. */
interface TouchedField {
  readonly branch: string
  readonly author: string
  readonly old: Json
  readonly now: Json
}

/** By the file's key and the path, each with a NUL before it. */
export type TouchedFields = ReadonlyMap<string, readonly TouchedField[]>

/** A proposal that changes more files than this is no edit of somebody's whose fields are worth naming. */
const MOST_FILES = 100

/** Finds which values open proposals change, from where each began. What was found of a commit is kept. */
export class ProposedFields {
  private readonly config: string
  private readonly known = new Map<string, Promise<TouchedFields>>()

  constructor(config: string) {
    this.config = config
  }

  async of(proposals: readonly ProposedBranch[], mine: ReadonlySet<string>): Promise<TouchedFields> {
    const all = new Map<string, TouchedField[]>()
    const open = proposals.filter(({ isMerged, name }) => !isMerged && !mine.has(name)).slice(0, MOST_PROPOSALS)
    for (const proposal of open) {
      const key = `${proposal.name}\0${proposal.commit}`
      const found = this.known.get(key) ?? this.find(proposal)
      this.known.set(key, found)
      for (const [at, fields] of await found) all.set(at, [...(all.get(at) ?? []), ...fields])
    }
    const kept = new Set(open.map(({ name, commit }) => `${name}\0${commit}`))
    for (const key of this.known.keys()) if (!kept.has(key)) this.known.delete(key)
    return all
  }

  /** A branch that cannot be compared, such as one without a common commit, touches nothing that is known. */
  private find(proposal: ProposedBranch): Promise<TouchedFields> {
    return this.touchedBy(proposal).catch(() => new Map())
  }

  private async touchedBy({ name, commit, author }: ProposedBranch): Promise<TouchedFields> {
    const base = await forkPoint(this.config, 'HEAD', commit, () => {})
    const before = await openConfiguration(this.config, base)
    const after = await openConfiguration(this.config, commit)
    const paths = [...(await changedBetween(before, after))]
    const found = new Map<string, TouchedField[]>()
    if (paths.length > MOST_FILES) return found
    const [then, now] = [await filesAt(before, paths), await filesAt(after, paths)]
    for (const path of paths) {
      const [old, current] = [then.get(path), now.get(path)]
      for (const at of valuePaths(old, current)) {
        const [was, is] = [
          old === undefined ? null : valueAt(old, at),
          current === undefined ? null : valueAt(current, at),
        ]
        if (isSameValue(was, is)) continue
        const key = `${keyOf(path)}\0${at.join('\0')}`
        found.set(key, [{ branch: name.replace(/^[^/]+\/(?=settings\/)/, ''), author, old: was, now: is }])
      }
    }
    return found
  }
}

const MOST_PROPOSALS = 40

async function filesAt(configuration: Configuration, paths: readonly string[]): Promise<Map<string, SourceFile>> {
  const wanted = configuration.tree.files.filter(({ path }) => paths.includes(path))
  const files = new Map<string, SourceFile>()
  for await (const [{ path }, content] of configuration.contents(wanted)) {
    const placed = place(path)
    if (placed.is === 'yaml') files.set(path, parse(path, placed.kind, content))
  }
  return files
}

/** The paths of all values that are no mappings, on either side. */
function valuePaths(...files: readonly (SourceFile | undefined)[]): string[][] {
  const paths = new Map<string, string[]>()
  for (const file of files) {
    for (const { node, path } of file?.root === undefined ? [] : walk(file.root)) {
      if (node.is === 'map' || path.some((step) => typeof step === 'number')) continue
      paths.set(path.join('\0'), path.map(String))
    }
  }
  return [...paths.values()]
}
