import { emitYaml } from '../../edit/text/emit-yaml.ts'
import { digestOfText } from '../digest-of-text.ts'
import type { FileDraft } from '../build/build-context.ts'
import { type PreviousImport, rowKey } from '../previous-import.ts'
import type { RowFlaw } from '../row-flaw.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import type { StagingFolder } from './staging-folder.ts'
import type { TargetFiles } from './target-files.ts'

interface Places {
  readonly staging: StagingFolder
  readonly target: TargetFiles
  readonly previous: PreviousImport | undefined
  /** The configuration's folder, as it is shown. */
  readonly out: string
  readonly deleteGone: boolean
}

/** A file of an earlier import that no row becomes any more, and what becomes of it. */
export interface GoneFile {
  readonly file: string
  readonly did: 'kept' | 'deleted' | 'edited'
}

/** The files that rows become: which are written, and which an earlier import or people have the last word on. */
export class WrittenFiles {
  /** SHA-256 of each file as it is written from rows, 32 hexadecimal digits of it. */
  readonly digests = new Map<string, string>()
  gone: readonly GoneFile[] = []
  private readonly places: Places

  constructor(places: Places) {
    this.places = places
  }

  /** Writes a file, unless an earlier import wrote it and people have the last word on it. */
  place({ path, tree, owners }: FileDraft): void {
    const { staging, previous } = this.places
    const { text, lines } = emitYaml(tree)
    for (const [key, record] of owners) {
      const line = lines.get(key)
      if (line !== undefined && (record.line === undefined || line < record.line)) record.line = line
    }
    const digest = digestOfText(text)
    this.digests.set(path, digest)
    if (previous === undefined) {
      staging.write(path, text)
      return
    }
    const was = previous.files.get(path)
    const now = staging.before(path)
    // It may have been written before a check had refused a row of it.
    if (was === digest || now === text) {
      staging.restore(path)
      return
    }
    if (now === undefined ? was === undefined : was === digestOfText(now)) {
      staging.write(path, text)
      return
    }
    // The next import meets what this one met.
    if (was === undefined) this.digests.delete(path)
    else this.digests.set(path, was)
    staging.restore(path)
    for (const record of new Set(owners.values())) record.reject(conflictOf(path, { was, now }, this.places.out))
  }

  /** A file that comes from no row any more: of an earlier import it stays as it is. */
  takeBack(path: string): void {
    const was = this.places.previous?.files.get(path)
    if (was === undefined) this.digests.delete(path)
    else this.digests.set(path, was)
    const { staging, target } = this.places
    const template = target.template.get(path)
    if (template === undefined) staging.restore(path)
    else staging.write(path, template)
  }

  /** Finds the files of an earlier import that no row becomes any more: gone, renamed, or switched off. */
  findGone(records: readonly DumpRecord[], isMade: (path: string) => boolean): readonly GoneFile[] {
    const { previous, staging, deleteGone } = this.places
    if (previous === undefined) return []
    const refused = records.filter((record) => record.refused !== undefined)
    const waiting = new Set(refused.map(({ model, pk }) => rowKey(model, pk)))
    const gone: GoneFile[] = []
    for (const [file, digest] of [...previous.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (isMade(file)) continue
      const now = staging.before(file)
      if (now === undefined) continue
      const rows = [...(previous.rows.get(file) ?? [])]
      this.digests.set(file, digest)
      // Once its row is settled, it may be written again.
      if (rows.some((row) => waiting.has(row))) continue
      const isEdited = digestOfText(now) !== digest
      const did = isEdited ? 'edited' : deleteGone ? 'deleted' : 'kept'
      if (did === 'deleted') {
        staging.remove(file)
        this.digests.delete(file)
      }
      gone.push({ file, did })
    }
    return (this.gone = gone)
  }
}

/** @param texts the digest that the last import wrote it with, and its text; undefined where there is none */
function conflictOf(
  path: string,
  { was, now }: { readonly was: string | undefined; readonly now: string | undefined },
  out: string,
): RowFlaw {
  const file = `${out}/${path}`
  if (was === undefined) {
    return {
      reason: `${file} exists already, and no import wrote it`,
      help: 'move the file away, or give the row another name: for an account, --id PK=ID',
    }
  }
  return {
    reason: `${file} was ${now === undefined ? 'deleted' : 'edited'} since the last import, and its rows have changed too`,
    help:
      `one of three: keep the file, by changing the rows back in the database; take the rows, by restoring the file as ` +
      `the import wrote it (\`git log -- ${file}\`) and importing again; or take both, by writing the rows’ change into the ` +
      `database’s text and the file alike`,
  }
}
