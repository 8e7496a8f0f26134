import { type WritableMap, entryForm, inline, isMap } from './entry-form.ts'

/** A YAML text, and the line on which each of its entries begins. */
export interface EmittedFile {
  readonly text: string
  /** By `pathKey`, in the order of the lines. */
  readonly lines: ReadonlyMap<string, number>
}

/** Returns a text for a path that no other path has. */
export function pathKey(path: readonly string[]): string {
  return path.join('\0')
}

/** Writes a mapping as YAML: one entry a line, texts of several lines as blocks. The same tree gives the same bytes. */
export function emitYaml(tree: WritableMap): EmittedFile {
  const out: string[] = []
  const lines = new Map<string, number>()
  writeEntries(tree, [], out, lines)
  return { text: `${out.join('\n')}\n`, lines }
}

function writeEntries(map: WritableMap, path: readonly string[], out: string[], lines: Map<string, number>): void {
  const column = path.length * STEP
  const pad = ' '.repeat(column)
  for (const [key, value] of Object.entries(map)) {
    const at = [...path, key]
    lines.set(pathKey(at), out.length + 1)
    if (isMap(value) && Object.keys(value).length > 0) {
      out.push(`${pad}${inline(key, false)}:`)
      writeEntries(value, at, out, lines)
      continue
    }
    const { head, body } = entryForm(key, value, where(column))
    out.push(pad + head, ...body)
  }
}

const STEP = 2

function where(column: number): Parameters<typeof entryForm>[2] {
  return { column, step: STEP, flow: false, blocks: true, quoting: { keys: 'plain', texts: 'plain' }, eol: '\n' }
}

/** Returns what an entry on a line, or the nearest one around it, comes from; else what the file begins with. */
export function ownerAt<T>({ lines }: EmittedFile, owners: ReadonlyMap<string, T>, line: number): T | undefined {
  let at = ''
  for (const [key, begins] of lines) if (begins <= line) at = key
  for (;;) {
    const owner = owners.get(at)
    if (owner !== undefined) return owner
    const above = at.lastIndexOf('\0')
    if (above < 0) return [...owners.values()][0]
    at = at.slice(0, above)
  }
}
