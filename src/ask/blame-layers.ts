import type { WrittenLayer } from '../domain/explain-layers.ts'
import { type Blame, blame } from '../git/history/blame-lines.ts'
import type { Configuration } from '../source/open-configuration.ts'

/** Who wrote each line, by file and line; empty in no repository. */
export type Authors = ReadonlyMap<string, ReadonlyMap<number, Blame>>

/** Returns who wrote the lines of layers. Reads the git history once per file. */
export async function blameLayers({ repository }: Configuration, layers: readonly WrittenLayer[]): Promise<Authors> {
  const authors = new Map<string, ReadonlyMap<number, Blame>>()
  if (repository === undefined) return authors
  for (const file of new Set(layers.map((layer) => layer.file))) {
    const lines = layers.filter((layer) => layer.file === file).map(({ line }) => line)
    authors.set(file, await blame(repository, file, lines))
  }
  return authors
}
