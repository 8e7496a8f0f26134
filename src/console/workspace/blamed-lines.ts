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

  async of(configuration: Configuration, layers: readonly WrittenLayer[]): Promise<Authors> {
    const { folder, id } = configuration
    const wanted = layers.filter(({ file, line }) => {
      const found = statSync(join(folder, file), { throwIfNoEntry: false })
      const signature = [id, found?.mtimeMs, found?.size, found?.ino].join()
      let known = this.files.get(file)
      if (known?.signature !== signature) {
        if (this.files.size >= MOST) this.files.clear()
        this.files.set(file, (known = { signature, lines: new Map() }))
      }
      return !known.lines.has(line)
    })
    if (wanted.length > 0) {
      const blamed = await blameLayers(configuration, wanted)
      for (const { file, line } of wanted) this.files.get(file)?.lines.set(line, blamed.get(file)?.get(line))
    }
    return new Map([...new Set(layers.map(({ file }) => file))].map((file) => [file, this.knownOf(file)]))
  }

  private knownOf(file: string): ReadonlyMap<number, Blame> {
    const lines = [...(this.files.get(file)?.lines ?? [])]
    return new Map(lines.flatMap(([line, by]) => (by === undefined ? [] : [[line, by] as const])))
  }
}

/** Files whose lines are kept: those of the globals, and of the accounts that were looked at last. */
const MOST = 500
