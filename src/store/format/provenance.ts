import { canonical } from './canonical-json.ts'
import { Malformed, dict, integer, list, parseJson, string } from './decode-json.ts'
import { byId, splitLines } from './account-leaf.ts'

/**
 * Where an account's values are written: a side object of each leaf, which a service never loads unless it is asked for
 * an explanation. Nothing in it comes from git, so that it is the same with and without.
 */
export interface Provenance {
  /** Relative to the configuration's folder, with forward slashes. */
  readonly file: string
  /** SHA-1 over `blob LENGTH NUL` and the file's bytes: git's id of the blob, computed with or without git. */
  readonly blob: string
  /** Line and column, from 1, of each written value, including nulls; keys are paths: `overrides.openai.model`. */
  readonly at: Readonly<Record<string, readonly [line: number, column: number]>>
}

export function writeProvenance(lines: ReadonlyMap<string, string>): string {
  return [...lines.values()].map((line) => `${line}\n`).join('')
}

export function provenanceLine(id: string, { file, blob, at }: Provenance): string {
  // Written as `canonical` would, but faster: places are the most frequent data in a store, and all are pairs of
  // numbers.
  let places = ''
  for (const key of Object.keys(at).sort()) {
    const [line, column] = at[key] ?? []
    places += `${places === '' ? '' : ','}${canonical(key)}:[${line},${column}]`
  }
  return `[${canonical(id)},${canonical(file)},${canonical(blob)},{${places}}]`
}

/** Reads the provenance lines by account id. @throws {Malformed} */
export function readProvenance(bytes: Uint8Array): Map<string, string> {
  return byId(splitLines(bytes, 'a provenance object'), 'a provenance object')
}

/** @throws {Malformed} */
export function parseProvenance(line: string): Provenance {
  const row: unknown = parseJson(Buffer.from(line), 'a provenance line')
  if (!Array.isArray(row) || row.length !== 4) throw new Malformed('a provenance line is malformed')
  const cells: readonly unknown[] = row
  const [, file, blob, at] = cells
  return { file: string(file, 'file'), blob: string(blob, 'blob'), at: dict(at, 'at', position) }
}

/** Reads the globals' own provenance: one entry per file, by its path. @throws {Malformed} */
export function readGlobalProvenance(bytes: Uint8Array): Provenance[] {
  const files = splitLines(bytes, 'a provenance object').map(parseProvenance)
  for (const [i, { file }] of files.entries()) {
    if (i > 0 && file <= (files[i - 1]?.file ?? '')) {
      throw new Malformed('the globals’ provenance is not sorted by file')
    }
  }
  return files
}

function position(value: unknown, what: string): readonly [number, number] {
  const [line, column] = list(value, what, integer)
  if (line === undefined || column === undefined || line < 1 || column < 1) {
    throw new Malformed(`${what} is not a position`)
  }
  return [line, column]
}
