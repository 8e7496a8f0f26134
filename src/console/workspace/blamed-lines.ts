import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Authors, blameLayers } from '../../ask/blame-layers.ts'
import type { WrittenLayer } from '../../domain/explain-layers.ts'
import type { Blame } from '../../git/history/blame-lines.ts'
import type { Configuration } from '../../source/open-configuration.ts'

interface BlamedFile {
  /** What the file and HEAD were when it was read. */
  readonly signature: string
  /** Undefined for a line that is not committed. */
  readonly lines: Map<number, Blame | undefined>
}

/** Who wrote which line, of the files as they are: git is asked once for each line. */
export class BlamedLines {
  private readonly files = new Map<string, BlamedFile>()
  private readonly most: number

  /** @param most files whose lines are kept: those of the globals, and of the accounts that were looked at last. */
  constructor(most = 500) {
    this.most = most
  }

  async of(configuration: Configuration, layers: readonly WrittenLayer[]): Promise<Authors> {
    const { folder, id } = configuration
    // Held on to: while git is asked, another page may find that a file has changed, or that there are too many.
    const asked = new Map<string, BlamedFile>()
    for (const { file } of layers) {
      if (asked.has(file)) continue
      const { mtimeMs, ctimeMs, size, ino } = statSync(join(folder, file), { throwIfNoEntry: false }) ?? {}
      asked.set(file, this.fileOf(file, [id, mtimeMs, ctimeMs, size, ino].join()))
    }
    const wanted = layers.filter(({ file, line }) => asked.get(file)?.lines.has(line) !== true)
    if (wanted.length > 0) {
      const blamed = await blameLayers(configuration, wanted)
      for (const { file, line } of wanted) asked.get(file)?.lines.set(line, blamed.get(file)?.get(line))
    }
    return new Map([...asked].map(([file, known]) => [file, committedIn(known)]))
  }

  private fileOf(file: string, signature: string): BlamedFile {
    const known = this.files.get(file)
    if (known?.signature === signature) return known
    if (this.files.size >= this.most) this.files.clear()
    const fresh = { signature, lines: new Map<number, Blame | undefined>() }
    this.files.set(file, fresh)
    return fresh
  }
}

function committedIn({ lines }: BlamedFile): ReadonlyMap<number, Blame> {
  return new Map([...lines].flatMap(([line, by]) => (by === undefined ? [] : [[line, by] as const])))
}
